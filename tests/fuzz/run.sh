#!/bin/sh
# Runs a fuzz target on its corpus for a bounded time.
#
#	run.sh TARGET NAME [SECONDS]
#
# TARGET is the built program, NAME its corpus below corpus/ (ndjson), with a
# dictionary NAME.dict beside this file if it wants one. With SECONDS 0 the
# corpus alone is run, as CI does first. Recorded answers of the server are
# seeds too where they are there (KIS_TEST_RECORDED). What is found anew goes
# to a folder of its own, not into the corpus; an input that fails is left as
# crash-* beside where it was run from.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$1 name=$2 seconds=${3:-60}
recorded=${KIS_TEST_RECORDED:-$here/../../../shared/recorded}
set -- "$here/corpus/$name"
[ ! -d "$recorded" ] || set -- "$@" "$recorded"
[ "$seconds" = 0 ] && exec "$target" -runs=0 "$@"
[ ! -e "$here/$name.dict" ] || set -- "$@" -dict="$here/$name.dict"
found=$(mktemp -d "${TMPDIR:-/tmp}/kis-fuzz.XXXXXX")
trap 'rm -rf "$found"' EXIT
trap 'exit 1' HUP INT TERM
"$target" -max_total_time="$seconds" -max_len="${FUZZ_MAX_LEN:-1024}" \
	-print_final_stats=1 "$found" "$@"
