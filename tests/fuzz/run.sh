#!/bin/sh
# Runs a fuzz target on its corpus for a limited time.
#
#	run.sh TARGET NAME [SECONDS]
#
# TARGET is the path of the built program. NAME selects the corpus, the
# directory corpus/NAME, and the dictionary NAME.dict, if it exists. If SECONDS
# is 0, the target runs once on every input of the corpus, without new inputs.
# Recorded responses of the server (KIS_TEST_RECORDED) are used as inputs too,
# if they exist. New inputs are stored in a temporary directory, not in the
# corpus. An input that fails is written to a file crash-* in the working
# directory.
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
