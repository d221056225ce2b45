# Sets up the common environment of all tests. The bash scripts tests/*.t source
# this file.
#
# Creates a new directory, which is the working directory and contains HOME.
# Sets the C locale, UTC, umask 022, a plain SHELL and TERM, and puts the built
# programs first in PATH. Removes the user's own settings: KIS_*, XDG_* and
# others. Sets a server address on which no program listens, so that no test can
# reach KIS or a user's files. A test ends the processes that it starts, by pid.
#
#	run CMD [ARG…]          runs CMD with standard input from the file $stdin
#	                        (default: /dev/null); sets $status and writes
#	                        the files $out and $err
#	check NAME STATUS [OUT-REGEX [ERR-REGEX]]
#	                        checks the last run; '' matches an empty stream,
#	                        '*' matches any
#	is NAME GOT WANT        checks that GOT equals WANT
#	like NAME TEXT REGEX    checks that a line of TEXT matches REGEX
#	ok NAME CMD [ARG…]      checks that CMD succeeds
#	skip NAME REASON        reports one check as skipped
#	skip_all REASON         skips the whole file
#	note TEXT               prints a comment
#	diag TEXT               prints a comment to standard error, which prove
#	                        shows
#	sim_start [OPTION…]     starts kis-sim and sets the variables of its env
#	sim_stop                ends kis-sim
#	requests [JQ-FILTER]    counts the lines of the request log for which
#	                        the filter is true
#	done_testing            ends the test file; must be its last line

# shellcheck shell=bash disable=SC2034 # the tests read the variables set here
set -u
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${KIS_TEST_BIN:-$ROOT/build/bin}
case $BIN in
/*) ;;
*) BIN=$ROOT/$BIN ;;
esac
RECORDED=${KIS_TEST_RECORDED:-$ROOT/../shared/recorded}
for name in $(compgen -e); do
	case $name in
	KIS_TEST_*) ;;
	KIS_* | XDG_* | *_proxy | *_PROXY | CREDENTIALS_DIRECTORY | \
		CACHE_DIRECTORY | NO_COLOR | SOURCE_DATE_EPOCH | LANG | LC_* | \
		MAKE*)
		unset "$name"
		;;
	esac
done
umask 022
export LC_ALL=C TZ=UTC PATH=$BIN:$PATH SHELL=/bin/sh TERM=dumb
export KIS_BASE_URL=https://127.0.0.1:1
# use this Python, because Debian installs openpyxl and other modules for no
# other
PYTHON=/usr/bin/python3
T=$(mktemp -d "${TMPDIR:-/tmp}/kis-test.XXXXXX") || exit 1
export HOME=$T/home TMPDIR=$T/tmp
mkdir "$HOME" "$TMPDIR"
cd "$T" || exit 1
out=$T/.out err=$T/.err stdin=/dev/null status=0
tests_run=0 tests_failed=0 sim_pid='' sim_count=0 sim_tag=''
only_root='only root sees into a process that cannot be dumped'

cleanup() {
	sim_stop
	cd / && chmod -R u+rwX "$T" && rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

report() { # arguments: 0 for success or 1, name of the check
	tests_run=$((tests_run + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests_run - $2"
		return 0
	fi
	tests_failed=$((tests_failed + 1))
	echo "not ok $tests_run - $2"
	diag "$0: not ok $tests_run - $2${KIS_TEST_SEED:+ (KIS_TEST_SEED=$KIS_TEST_SEED)}"
	return 1
}

note() { printf '%s\n' "$*" | sed 's/^/# /'; }

diag() { note "$@" >&2; }

run() {
	status=0
	"$@" <"$stdin" >"$out" 2>"$err" || status=$?
}

stream_is() { # arguments: file pattern
	case $2 in
	'*') return 0 ;;
	'') [ ! -s "$1" ] ;;
	*) grep -Eqa -e "$2" "$1" ;;
	esac
}

check() {
	local good=0
	[ "$status" = "$2" ] || good=1
	stream_is "$out" "${3-*}" || good=1
	stream_is "$err" "${4-*}" || good=1
	report $good "$1" && return 0
	diag "status $status, wanted $2; stdout wanted '${3-*}', stderr '${4-*}'"
	diag "stdout: $(head -c 600 "$out" | tr -d '\0')"
	diag "stderr: $(head -c 2000 "$err")"
	return 1
}

is() {
	[ "$2" = "$3" ]
	report $? "$1" && return 0
	diag "got:    $2"
	diag "wanted: $3"
	return 1
}

like() {
	printf '%s\n' "$2" | grep -Eq -e "$3"
	report $? "$1" && return 0
	diag "got: $2"
	diag "wanted something like: $3"
	return 1
}

ok() {
	local name=$1 printed code=0
	shift
	printed=$("$@" 2>&1 </dev/null) || code=$?
	report $code "$name" && return 0
	diag "failed ($code): $*"
	diag "$printed"
	return 1
}

skip() {
	tests_run=$((tests_run + 1))
	echo "ok $tests_run - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

need() { # skips the test file if a program is not installed
	local tool
	for tool; do
		command -v "$tool" >"$out" || skip_all "$tool is not installed"
	done
}

sim_start() {
	sim_stop
	sim_count=$((sim_count + 1))
	SIM=$T/sim$sim_tag$sim_count
	# kis-token compares the expiry of a token with this machine's date.
	# With --today, a token of normal lifetime could already have expired,
	# so set a long lifetime.
	case "$*" in
	*--today*) set -- --token-life 400000000 --token-keep 21600 "$@" ;;
	esac
	kis-sim --dir "$SIM" --for 900 "$@" 2>"$T/.sim-err" &
	sim_pid=$!
	for _ in $(seq 200); do
		[ -e "$SIM/env" ] && break
		kill -0 "$sim_pid" 2>"$T/.kill-err" || break
		sleep 0.05
	done
	if [ ! -e "$SIM/env" ]; then
		echo "Bail out! kis-sim did not start: $(cat "$T/.sim-err")"
		exit 1
	fi
	# shellcheck disable=SC1091 # created by kis-sim
	. "$SIM/env"
}

sim_stop() {
	[ -n "$sim_pid" ] || return 0
	kill "$sim_pid" 2>"$T/.kill-err"
	wait "$sim_pid"
	sim_status=$?
	sim_pid=''
	return 0
}

# If duckdb is not installed, but its module for Node.js is, writes a script
# named "duckdb", which runs its last argument as SQL, and adds the directory of
# the script to PATH.
use_duckdb() {
	! command -v duckdb >"$out" && command -v node >"$out" &&
		[ -d "$ROOT/build/node_modules/@duckdb/node-api" ] || return 0
	mkdir duck
	cat >duck/duckdb.js <<END
const { DuckDBInstance } = require("$ROOT/build/node_modules/@duckdb/node-api");
async function main() {
	const db = await (await DuckDBInstance.create(":memory:")).connect();
	const rows = (await db.runAndReadAll(process.argv.at(-1))).getRows();
	for (const row of rows)
		console.log(row.map((v) => /[ ,]/.test(String(v)) ? \`"\${v}"\` : String(v)).join(","));
}
main().catch((e) => { console.error(String(e)); process.exit(1); });
END
	printf '#!/bin/sh\nexec node "%s/duck/duckdb.js" "$@"\n' "$T" >duck/duckdb
	chmod +x duck/duckdb
	PATH=$T/duck:$PATH
}

requests() {
	[ -e "$SIM/requests.ndjson" ] || { echo 0; return; }
	jq -c "select(${1-true})" "$SIM/requests.ndjson" | wc -l | tr -d ' '
}

# Prints records like those of kis-fetch, made from a response body of the
# server and the given market, period and query time.
records_of() { # arguments: body market period fetched_at
	jq -c --arg m "$2" --arg p "$3" --arg t "$4" '
		(.output | length | tostring) as $n |
		.output | (.[0].stnd_date1) as $d1 | (.[0].stnd_date2) as $d2 |
		to_entries[] | {market: $m, period: $p,
			rank: (.key + 1 | tostring), list: "top",
			list_rows: $n, fetched_at: $t} + .value |
		.stnd_date1 = $d1 | .stnd_date2 = $d2' "$1"
}

done_testing() {
	echo "1..$tests_run"
	[ "$tests_failed" = 0 ] || diag "$tests_failed of $tests_run failed"
	[ "$tests_failed" = 0 ]
	exit
}
