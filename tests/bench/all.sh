#!/bin/bash
# Runs all benchmarks, some with less input than their default, and prints one
# table, in about nine minutes. See race.sh.
set -e
here=$(cd "$(dirname "$0")" && pwd)
. "$here/race.sh"
heading
export KIS_BENCH_TABLE=begun
"$here/pipe.sh"
"$here/tocsv.sh"
"$here/shapes.sh"
"$here/toxlsx.sh"
"$here/archive.sh" 250
"$here/history.sh" 250 500
