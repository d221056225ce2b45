#!/bin/bash
# Nowhere to write to, nothing to work with: full folders for temporary
# files, output and cache, limits of size, memory and descriptors, and the
# three standard streams closed.
. "$(dirname "$0")/lib.sh"
need jq

sim_start --minute 0 --with-token
cp "$SIM/token" token
run kis-fetch -q --token-file token -m kospi
cp "$out" in.ndjson
# more than kis-toxlsx keeps in memory when it is packed
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

# Runs a command with a small tmpfs over small/, a file old in it; leaves its
# exit code in $status and what is left there then in left/. The size 0 is
# the smallest there is, filled up.
within() { # size command…
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

# Done and the same as ever, or a documented failure and nothing but old.
whole_or_nothing() { # name file-made good
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
	report $good "$1: $status" || diag "$(cat "$err"; ls -la left)"
}

sizes='4k 8k 64k'
[ -n "$mounts" ] || sizes=''
for size in $sizes; do
	within "$size" kis-tocsv -o small/r in.ndjson
	whole_or_nothing "kis-tocsv -o in $size" r good.csv
	within "$size" kis-tocsv -o small/r long.ndjson
	whole_or_nothing "kis-tocsv -o, long, in $size" r good-long.csv
	is 'which cannot be' "$status" 74
	within "$size" kis-toxlsx -o small/r in.ndjson
	whole_or_nothing "kis-toxlsx -o in $size" r good.xlsx
	within "$size" kis-toxlsx -o small/r long.ndjson
	whole_or_nothing "kis-toxlsx -o, long, in $size" r good-long.xlsx
	within "$size" kis-token -o small/r
	whole_or_nothing "kis-token -o in $size" r token
	within "$size" env TMPDIR="$PWD/small" kis-toxlsx -o r.xlsx in.ndjson
	rm -f left/none
	if [ "$status" = 0 ]; then
		ok "TMPDIR of $size: 0" cmp r.xlsx good.xlsx
	else
		check "TMPDIR of $size" 74 '' '^kis-toxlsx: .*(TMPDIR|temporary)'
		ok 'and no file' test ! -e r.xlsx
	fi
	is 'and nothing is left there' "$(ls left)" old
	rm -f r.xlsx
	within "$size" env TMPDIR="$PWD/small" kis-toxlsx -o r.xlsx long.ndjson
	check "TMPDIR of $size, long" 74 '' '^kis-toxlsx: .*(TMPDIR|temporary)'
	is 'one line' "$(wc -l <"$err")" 1
	ok 'and no file' test ! -e r.xlsx
	is 'and nothing is left there' "$(ls left)" old
	within "$size" env XDG_CACHE_HOME="$PWD/small" kis-token
	check "cache of $size: the token is printed" 0 '^[A-Za-z0-9._-]+$' '*'
	# shellcheck disable=SC2016 # for the inner shell
	ok 'a cache that is there is whole' sh -c '
		for f in left/kis/*.token; do
			[ ! -e "$f" ] || jq -e .token "$f" || exit 1
		done'
	within "$size" env XDG_CACHE_HOME="$PWD/small" kis-fetch -m kospi \
		--token-file token
	check "cache of $size: the rows are fetched" 0 '*' '*'
	is 'all of them' "$(wc -l <"$out")" 30
done
if [ -z "$mounts" ]; then
	skip 'small folders' "no tmpfs can be mounted: $(head -n 1 "$err")"
fi

# A folder for temporary files that is full for a moment: no piece may lack.
if command -v strace >"$T/.strace" && strace -o calls kis-toxlsx -o many.xlsx \
	in.ndjson in.ndjson in.ndjson in.ndjson 2>"$err"; then
	bad=0
	writes=$(grep -c '^write(' calls)
	for i in $(seq "$writes"); do
		echo old >r
		run strace -o /dev/null -e trace=write \
			-e inject="write:error=ENOSPC:when=$i" \
			kis-toxlsx -o r in.ndjson in.ndjson in.ndjson in.ndjson
		cmp -s r many.xlsx || [ "$status$(cat r)" = 74old ] ||
			bad=$((bad + 1))
	done
	is "each of $writes writes fails once: no damaged workbook" "$bad" 0
else
	skip 'each write fails once' "no strace: $(head -n 1 "$err")"
fi

# /dev/full
each_program() { # function
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
	check "$* >/dev/full" 74 '' "^$1: .*No space left"
	is 'one line' "$(wc -l <"$err")" 1
}
run kis-token
each_program to_full
for command in 'kis-token' 'kis-fetch --token-file token' \
	'kis-tocsv in.ndjson' 'kis-toxlsx in.ndjson'; do
	# shellcheck disable=SC2086 # the command's words
	run $command -o /dev/full
	check "$command -o /dev/full" 74 '' 'No space left'
done

# Limits: done and whole, or a documented failure and the old file. What the
# system's loader cannot start is not ours.
by_loader() { grep -q 'error while loading shared libraries' "$err"; }

limited() { # limit file-made good command…
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

all_limited() { # name limit…
	local name=$1 limit
	shift
	worst=0 codes=''
	for limit; do
		limited "$limit" r good.csv kis-tocsv -o r in.ndjson
		limited "$limit" r good-long.csv kis-tocsv -o r long.ndjson
		limited "$limit" r good.xlsx kis-toxlsx -o r in.ndjson
		limited "$limit" r good-long.xlsx kis-toxlsx -o r long.ndjson
		limited "$limit" r token kis-token -o r
	done
	report $worst "$name:$codes"
}
all_limited 'limit of file size' --fsize=0 --fsize=1 --fsize=4096 \
	--fsize=65536
if nm "$BIN/kis-tocsv" 2>"$err" | grep -q __asan_init; then
	skip 'limit of memory' 'sanitizers take terabytes of addresses'
else
	all_limited 'limit of memory' --as=6000000 --as=10000000 \
		--as=12000000 --as=15000000 --as=20000000 --as=30000000 \
		--as=50000000
	head -c 12000000 /dev/zero | tr '\0' x >x
	(printf '{"a":"'; cat x; echo '"}') >wide.ndjson
	for program in kis-tocsv kis-toxlsx; do
		echo old >r
		run prlimit --as=30000000 $program -o r wide.ndjson
		check "$program: too little memory for one line" 71 '' \
			"^$program: out of memory$"
		is 'the old file stays' "$(cat r)" old
	done
fi
all_limited 'limit of descriptors' --nofile=3 --nofile=4 --nofile=5 \
	--nofile=6 --nofile=7 --nofile=8 --nofile=9

# Standard streams that are closed are not taken for files opened later.
closed() { # name status redirection command
	status=0
	: >"$out"
	: >"$err"
	bash -c "$4 $3" >"$out" 2>"$err" </dev/null || status=$?
	check "$1: $4 $3" "$2" '*' '*'
}
for command in 'kis-token' 'kis-fetch --token-file token' \
	'kis-tocsv in.ndjson' 'kis-toxlsx in.ndjson' 'kis-tocsv --help'; do
	closed 'stdout closed' 74 '>&-' "$command"
	closed 'all closed' 74 '<&- >&- 2>&-' "$command"
	closed 'stdin closed, not needed' 0 '<&-' "$command"
	closed 'stderr closed' 0 '2>&-' "$command"
done
for command in kis-fetch kis-tocsv kis-toxlsx; do
	closed 'stdin closed' 74 '<&-' "$command"
done
for command in 'kis-tocsv -o r in.ndjson' 'kis-toxlsx -o r in.ndjson'; do
	rm -f r
	closed 'all closed, -o' 0 '<&- >&- 2>&-' "$command"
	ok 'which is whole' test -s r
	cmp -s r good.csv || ok 'and good' cmp r good.xlsx
done
done_testing
