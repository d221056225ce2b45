#!/bin/bash
# The simulated server damages the bytes of responses at random. The programs
# must not crash and must not print a wrong row.
. "$(dirname "$0")/lib.sh"
need "$PYTHON"

RUNS=${KIS_TEST_ANSWERS:-300}
SEED=${KIS_TEST_SEED:=$RANDOM}
note "seed $SEED"

damaged() { # arguments: kind runs
	sim_start --mangle "$SEED" --with-token --minute 0 --rate 10000
	run "$PYTHON" "$ROOT/tests/torture/hostile.py" "$SIM" "$2" "$1"
	report "$status" "kis-$1, damaged responses: no crash and no wrong row ($(tail -n 1 "$out"))"
	[ "$status" = 0 ] || diag "$(cat "$out" "$err")"
	ok "kis-$1, damaged responses: some are rejected" sh -c "[ $2 -lt 20 ] || grep -Eq \
		'codes.* 7[56]x[0-9]' '$out'"
	ok "kis-$1, damaged responses: some are accepted" grep -Eq 'codes.* 0x[0-9]' "$out"
}

damaged fetch "$RUNS"
damaged token $((RUNS / 10))
done_testing
