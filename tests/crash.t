#!/bin/bash
# The programs are killed at each system call and at random moments. After each
# kill, the old or the new output file exists, the token cache is absent or
# valid, and the next run succeeds.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/torture/scenes.sh"
[ -z "$sanitized" ] || skip_all 'sanitizers do not look for leaks under ptrace'

# A kill may leave two kinds of files: a complete file that has not been renamed
# yet, and a temporary file that has not been unlinked yet.
left='@(*/out/.kis-+([0-9])-[0-9]|*.new|*/tmp/@(kis-toxlsx|kis-fetch|tmp).*)'

# shellcheck disable=SC2317 # called by each_scene
kill_it() {
	local name=$1
	shift
	case $name in
	*--setup) ;;
	kis-token*) set -- -a "$next" "$@" ;;
	*' -o'*) ;;
	*) return ;;
	esac
	sweep 15 step "$name" -l "$left" "$@"
	sweep 7 moment "$name" -l "$left" "$@"
}

next='kis-token -q >next.out 2>next.err && [ -s next.out ] && [ ! -s next.err ]'

scene_start
note "seed $SEED"
each_scene kill_it
note "$hits kills"
done_testing
