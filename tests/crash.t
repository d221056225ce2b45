#!/bin/bash
# Killed at each system call, and at moments by chance: the old file or the
# new one, a cache that is absent or whole, and the next run does its work.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/torture/scenes.sh"
[ -z "$sanitized" ] || skip_all 'sanitizers do not look for leaks under ptrace'

# What a kill may leave: a whole file under another name between two system
# calls, a temporary file between its making and its unlinking.
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
