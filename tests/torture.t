#!/bin/bash
# In each run, one call that can fail does so. In some runs, all later calls of
# the same function fail too. The program must end with a documented exit status
# and one error line, keep the old file unchanged, and leave no other file.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/torture/scenes.sh"

# shellcheck disable=SC2317 # called by each_scene
torment() {
	local name=$1
	shift
	set -- "$name" "$@"
	sweep 6 memory "$@"
	sweep 3 memory+ "$@"
	sweep 7 calls "$@"
	case $name in
	# With RUNS 0, every call is tested. A sample could miss the few calls
	# that the program makes if no thread can be created.
	*streamed*) sweep 0 calls+ "$@" ;;
	*) sweep 4 calls+ "$@" ;;
	esac
	sweep 3 interrupt "$@"
	sweep 2 short+ "$@"
}

scene_start
note "seed $SEED"
each_scene torment
note "$hits calls failed"
done_testing
