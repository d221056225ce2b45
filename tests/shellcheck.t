#!/bin/bash
# Runs shellcheck on every script. For scripts that users copy, it must print
# nothing; for scripts of the tests, shellcheck must print no warning.
. "$(dirname "$0")/lib.sh"
need shellcheck
cd "$ROOT" || exit 1

for script in pipelines/kis-archive pipelines/*.sh pipelines/archive/*.sh cmd/*/*.sh .ci/run; do
	ok "shellcheck $script: no remark" shellcheck "$script"
done
# The tests use these idioms: a variable set to empty for one command, the
# output of ls(1) as a list of files, a function's "$@" that may be empty, a
# file named like a program, and variables that only the sourcing script sets.
idioms=SC1007,SC2010,SC2011,SC2012,SC2119,SC2120,SC2154,SC2174,SC2238
for script in tests/*.sh tests/*/*.sh tests/*.t; do
	ok "shellcheck $script: no warning" shellcheck -x -s bash -S warning -e $idioms "$script"
done

done_testing
