#!/bin/bash
# Measures kis-tocsv for records that vary, for example in the order of their
# fields (shapes.py), compared with uniform records. See race.sh.
#
#	shapes.sh [RECORDS [RUNS]]          default: 100000 and 5
#
# If KIS_OLD is set, kis-tocsv of that directory is measured on the uniform
# records too.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/race.sh"
records=${1:-100000} runs=${2:-5}
shapes='uniform varying_order missing_fields nested_value escapes numbers one_odd_in_100 spaces'

old_uniform() { "$KIS_OLD/kis-tocsv" -o "$out" "$dir/uniform"; }
for shape in $shapes; do
	eval "$shape() { kis-tocsv -o \"\$out\" \"\$dir/$shape\"; }"
done

heading
"$bench/gen-records" "$records" 1 >"$dir/uniform" || exit 1
python3 "$here/shapes.py" "$dir" || exit 1
[ -z "${KIS_OLD-}" ] || shapes="$shapes old_uniform"
export KIS_OLD=${KIS_OLD-}
# shellcheck disable=SC2086 # the shell must split the list of names
race "CSV of $records records of odd shapes" "$runs" $shapes
