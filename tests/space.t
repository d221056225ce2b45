#!/bin/bash
# Tests the programs with full directories for temporary files, output and
# cache, with limits of file size, memory and descriptors, and with closed
# standard streams.
. "$(dirname "$0")/lib.sh"
need jq

sim_start --minute 0 --with-token
cp "$SIM/token" token
run kis-fetch -q --token-file token -m kospi
cp "$out" in.ndjson
# the rows of this input do not fit in kis-toxlsx's memory buffers, even when
# compressed
awk 'BEGIN { srand(1); for (i = 0; i < 30000; i++) {
	printf "{\"n\":\"%d\",\"x\":%d.5,\"y\":\"", i, i
	for (j = 0; j < 40; j++)
		printf "%08x", 4294967296 * rand()
	print "\"}" } }' >long.ndjson
kis-toxlsx -q -o good.xlsx in.ndjson
kis-tocsv -q -o good.csv in.ndjson
kis-toxlsx -q -o good-long.xlsx long.ndjson
kis-tocsv -q -o good-long.csv long.ndjson

mounts=''
mkdir small
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=4k tmpfs small 2>"$err"; then
	umount small
	mounts=root
elif unshare -rm mount -t tmpfs -o size=4k tmpfs small 2>"$err"; then
	mounts=user
fi

# Runs a command with a small tmpfs on small/, which contains a file named old.
# Sets $status and copies the remaining files to left/. A tmpfs of size 4k, the
# minimum, is filled before the run.
within() { # arguments: size command…
	local size=$1
	shift
	cat >mounted.sh <<'SH'
size=$1
shift
mount -t tmpfs -o "size=$size" tmpfs small || exit 99
echo old >small/old
[ "$size" != 4k ] || { cat /dev/zero >small/fill 2>fill.err; }
"$@"
code=$?
rm -rf left
cp -r small left
umount small
exit $code
SH
	if [ "$mounts" = root ]; then
		run sh mounted.sh "$size" "$@"
	else
		run unshare -rm sh mounted.sh "$size" "$@"
	fi
	rm -f left/fill
}

# Checks that the output is complete, or that the exit status is a documented
# one and only the old file remains.
whole_or_nothing() { # arguments: name file-made good
	local made=left/$2 good=1
	case $status in
	0) cmp -s "$made" "$3" && good=0 ;;
	73 | 74)
		good=0
		[ ! -e "$made" ] || good=1
		[ "$(grep -c "^kis-" "$err")" = "$(wc -l <"$err")" ] || good=1
		[ -s "$err" ] || good=1
		;;
	esac
	[ "$(cat left/old)" = old ] || good=1
	[ "$(find left -type f ! -name old ! -name "$2" | wc -l)" = 0 ] || good=1
	report $good "$1: complete output or none (exit status $status)" || diag "$(cat "$err"; ls -la left)"
}

sizes='4k 8k 64k'
[ -n "$mounts" ] || sizes=''
for size in $sizes; do
	within "$size" kis-tocsv -o small/r in.ndjson
	whole_or_nothing "kis-tocsv -o on a disk of $size" r good.csv
	within "$size" kis-tocsv -o small/r long.ndjson
	whole_or_nothing "kis-tocsv -o, long input, on a disk of $size" r good-long.csv
	is 'kis-tocsv -o, long input, on a full disk: exit status 74' "$status" 74
	within "$size" kis-toxlsx -o small/r in.ndjson
	whole_or_nothing "kis-toxlsx -o on a disk of $size" r good.xlsx
	within "$size" kis-toxlsx -o small/r long.ndjson
	whole_or_nothing "kis-toxlsx -o, long input, on a disk of $size" r good-long.xlsx
	within "$size" kis-token -o small/r
	whole_or_nothing "kis-token -o on a disk of $size" r token
	within "$size" env TMPDIR="$PWD/small" kis-toxlsx -o r.xlsx in.ndjson
	rm -f left/none
	if [ "$status" = 0 ]; then
		ok "kis-toxlsx, TMPDIR of $size, exit status 0: complete workbook" cmp r.xlsx good.xlsx
	else
		check "kis-toxlsx, TMPDIR of $size: exit status 74" 74 '' '^kis-toxlsx: .*(TMPDIR|temporary)'
		ok 'kis-toxlsx, TMPDIR too small: no workbook' test ! -e r.xlsx
	fi
	is 'kis-toxlsx, small TMPDIR: leaves no temporary file' "$(ls left)" old
	rm -f r.xlsx
	within "$size" env TMPDIR="$PWD/small" kis-toxlsx -o r.xlsx long.ndjson
	check "kis-toxlsx, TMPDIR of $size, long input: exit status 74" 74 '' '^kis-toxlsx: .*(TMPDIR|temporary)'
	is 'kis-toxlsx, small TMPDIR, long input: prints one line' "$(wc -l <"$err")" 1
	ok 'kis-toxlsx, small TMPDIR, long input: no workbook' test ! -e r.xlsx
	is 'kis-toxlsx, small TMPDIR, long input: leaves no temporary file' "$(ls left)" old
	within "$size" env XDG_CACHE_HOME="$PWD/small" kis-token
	check "kis-token, cache on a disk of $size: prints the token" 0 '^[A-Za-z0-9._-]+$' '*'
	# shellcheck disable=SC2016 # the inner shell expands it
	ok 'kis-token, cache on a small disk: each cache file is valid' sh -c '
		for f in left/kis/*.token; do
			[ ! -e "$f" ] || jq -e .token "$f" || exit 1
		done'
	within "$size" env XDG_CACHE_HOME="$PWD/small" kis-fetch -m kospi \
		--token-file token
	check "kis-fetch, cache on a disk of $size: fetches the rows" 0 '*' '*'
	is 'kis-fetch, cache on a small disk: prints all rows' "$(wc -l <"$out")" 30
done
if [ -z "$mounts" ]; then
	skip 'programs on a small disk' "no tmpfs can be mounted: $(head -n 1 "$err")"
fi

# Each write fails once with "no space left", as on a disk that is full at that
# moment only. In a coverage build, the counters of these runs are kept elsewhere:
# a failed write would destroy those of other runs.
if command -v strace >"$T/.strace" && strace -o calls kis-toxlsx -o many.xlsx \
	in.ndjson in.ndjson in.ndjson in.ndjson 2>"$err"; then
	bad=0
	writes=$(grep -c '^write(' calls)
	for i in $(seq "$writes"); do
		echo old >r
		run strace -o /dev/null -e trace=write \
			-e inject="write:error=ENOSPC:when=$i" \
			-E GCOV_PREFIX="$T/gcov" -E GCOV_ERROR_FILE="$T/.gcov" \
			kis-toxlsx -o r in.ndjson in.ndjson in.ndjson in.ndjson
		cmp -s r many.xlsx || [ "$status$(cat r)" = 74old ] ||
			bad=$((bad + 1))
	done
	is "kis-toxlsx, each of $writes writes fails once: no corrupt workbook" "$bad" 0
else
	skip 'kis-toxlsx, each write fails once: no corrupt workbook' "no strace: $(head -n 1 "$err")"
fi

# every program reports that standard output is full
each_program() { # arguments: function
	"$@" kis-token
	"$@" kis-token --status
	"$@" kis-token --version
	"$@" kis-fetch --token-file token
	"$@" kis-fetch --dry-run
	"$@" kis-tocsv in.ndjson
	"$@" kis-tocsv long.ndjson
	"$@" kis-toxlsx in.ndjson
	"$@" kis-toxlsx --help
}

# shellcheck disable=SC2317 # called by each_program
to_full() {
	status=0
	"$@" >/dev/full 2>"$err" </dev/null || status=$?
	: >"$out"
	check "$* >/dev/full: exit status 74" 74 '' "^$1: .*No space left"
	is 'output to /dev/full: prints one line' "$(wc -l <"$err")" 1
}
run kis-token
each_program to_full
for command in 'kis-token' 'kis-fetch --token-file token' \
	'kis-tocsv in.ndjson' 'kis-toxlsx in.ndjson'; do
	# shellcheck disable=SC2086 # $command contains several words
	run $command -o /dev/full
	check "$command -o /dev/full: exit status 74" 74 '' 'No space left'
done

# With each limit, either the output is complete, or the exit status is a
# documented one and the old file remains. Failures of the dynamic loader are
# ignored.
by_loader() { grep -q 'error while loading shared libraries' "$err"; }

limited() { # arguments: limit file-made good command…
	local limit=$1 made=$2 good=$3 bad=1
	shift 3
	echo old >"$made"
	run prlimit "$limit" "$@"
	case $status in
	0) cmp -s "$made" "$good" && bad=0 ;;
	71 | 73 | 74 | 75)
		[ "$(cat "$made")" = old ] && [ "$(grep -cE \
			"^($1|kis): " "$err")" = "$(wc -l <"$err")" ] && bad=0
		;;
	127) by_loader && bad=0 ;;
	esac
	[ -z "$(find . "$TMPDIR" -maxdepth 1 \( -name '.kis-*' -o \
		-name 'kis-toxlsx.*' \))" ] || bad=1
	codes="$codes $status"
	[ $bad = 0 ] || diag "$limit $*: $status $(cat "$err")"
	worst=$((worst | bad))
}

# In a coverage build, the counters of these runs are kept elsewhere: a failed
# write would destroy those of other runs.
all_limited() { # arguments: name limit…
	local name=$1 limit
	local -x GCOV_PREFIX=$T/gcov.$1 GCOV_ERROR_FILE=$T/.gcov
	shift
	worst=0 codes=''
	for limit; do
		limited "$limit" r good.csv kis-tocsv -o r in.ndjson
		limited "$limit" r good-long.csv kis-tocsv -o r long.ndjson
		limited "$limit" r good.xlsx kis-toxlsx -o r in.ndjson
		limited "$limit" r good-long.xlsx kis-toxlsx -o r long.ndjson
		limited "$limit" r token kis-token -o r
	done
	report $worst "$name: complete output or none (exit statuses$codes)"
}
all_limited 'prlimit of file size' --fsize=0 --fsize=1 --fsize=4096 \
	--fsize=65536
if nm "$BIN/kis-tocsv" 2>"$err" | grep -q __asan_init; then
	skip 'prlimit of address space' 'sanitizers need terabytes of address space'
else
	all_limited 'prlimit of address space' --as=6000000 --as=10000000 \
		--as=12000000 --as=15000000 --as=20000000 --as=30000000 \
		--as=50000000
	head -c 12000000 /dev/zero | tr '\0' x >x
	(printf '{"a":"'; cat x; echo '"}') >wide.ndjson
	for program in kis-tocsv kis-toxlsx; do
		echo old >r
		run prlimit --as=30000000 $program -o r wide.ndjson
		check "$program, not enough memory for one line: exit status 71" 71 '' \
			"^$program: out of memory$"
		is '-o, not enough memory for one line: the old file is unchanged' "$(cat r)" old
	done
fi
all_limited 'prlimit of descriptors' --nofile=3 --nofile=4 --nofile=5 \
	--nofile=6 --nofile=7 --nofile=8 --nofile=9

# If a standard stream is closed, no file that the program opens may get the
# descriptor number of that stream.
closed() { # arguments: name status redirection command
	status=0
	: >"$out"
	: >"$err"
	bash -c "$4 $3" >"$out" 2>"$err" </dev/null || status=$?
	check "$1: $4 $3: exit status $2" "$2" '*' '*'
}
for command in 'kis-token' 'kis-fetch --token-file token' \
	'kis-tocsv in.ndjson' 'kis-toxlsx in.ndjson' 'kis-tocsv --help'; do
	closed 'standard output closed' 74 '>&-' "$command"
	closed 'all standard streams closed' 74 '<&- >&- 2>&-' "$command"
	closed 'unused standard input closed' 0 '<&-' "$command"
	closed 'standard error closed' 0 '2>&-' "$command"
done
for command in kis-fetch kis-tocsv kis-toxlsx; do
	closed 'standard input closed' 74 '<&-' "$command"
done
for command in 'kis-tocsv -o r in.ndjson' 'kis-toxlsx -o r in.ndjson'; do
	rm -f r
	closed 'all standard streams closed, -o' 0 '<&- >&- 2>&-' "$command"
	ok 'all standard streams closed, -o: the file is not empty' test -s r
	cmp -s r good.csv || ok 'all standard streams closed, -o: the file is complete' cmp r good.xlsx
done
done_testing
