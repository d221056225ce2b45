#!/bin/bash
# Measures the processor time of kis-tocsv for records that vary, for example in
# the order of their fields (SHAPES in shapes.py), as a ratio to the time for
# uniform records. The runs for all variants are interleaved. If KIS_OLD is set,
# the kis-tocsv of a second build is also measured on the uniform records.
#
#	shapes.sh [RECORDS [RUNS]]          default: 200000 and 20
#
# KIS_BIN is the directory of kis-tocsv (default: build/bin). KIS_BENCH_BIN is
# the directory of gen-records (default: build/bench). KIS_OLD is the directory
# of the second build's programs.
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
