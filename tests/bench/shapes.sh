#!/bin/bash
# What records cost kis-tocsv that are not alike: the processor time for each
# shape, as a ratio to the uniform one, in one interleaved run. With KIS_OLD,
# another build's programs run beside it on the uniform shape.
#
#	shapes.sh [RECORDS [RUNS]]          default 200000 and 20
#
# KIS_BIN: where kis-tocsv is (build/bin); KIS_BENCH_BIN: where gen-records is
# (build/bench); KIS_OLD: the folder of another build's programs.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
base=${TMPDIR:-/tmp}
[ -w /dev/shm ] && base=/dev/shm
dir=$(mktemp -d "$base/kis-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
"${KIS_BENCH_BIN:-$root/build/bench}/gen-records" "${1:-200000}" 1 >"$dir/uniform"
python3 "$here/shapes.py" "$dir" "${2:-20}" "${KIS_BIN:-$root/build/bin}" "${KIS_OLD-}"
