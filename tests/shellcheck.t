#!/bin/bash
# Every script and test under shellcheck: what people copy without a remark,
# what only tests without a warning.
. "$(dirname "$0")/lib.sh"
need shellcheck
cd "$ROOT" || exit 1

for script in pipelines/kis-archive pipelines/*.sh pipelines/archive/*.sh cmd/*/*.sh .ci/run; do
	ok "$script" shellcheck "$script"
done
# Idioms of the tests: a variable that is empty for one command, lists of
# folders whose names the test gave, a function's $@ that may be empty, a file
# named like a program, variables of the file that sources this one.
idioms=SC1007,SC2010,SC2011,SC2012,SC2119,SC2120,SC2154,SC2174,SC2238
for script in tests/*.sh tests/*/*.sh tests/*.t; do
	ok "$script" shellcheck -x -s bash -S warning -e $idioms "$script"
done

done_testing
