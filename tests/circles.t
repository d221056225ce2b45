#!/bin/bash
# No circle of calls in lib, nor in a program; and of includes.
. "$(dirname "$0")/lib.sh"
command -v nm >"$out" || skip_all 'nm (binutils) is not installed'
build=$(dirname "$BIN")
circles() { "$ROOT/tests/circles.sh" "$@" | paste -sd' '; }

is 'lib: no circle of calls' "$(circles "$build/libkis.a")" ''
for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
	is "$program: no circle of calls" \
		"$(circles "$build/obj/cmd/$program/"*.o)" ''
done

# The command finds circles where there are some.
echo 'int b(void); int a(void); int a(void) { return b(); }' >a.c
echo 'int c(void); int b(void); int b(void) { return c(); }' >b.c
echo 'int a(void); int c(void); int c(void) { return a(); }' >c.c
if command -v gcc >"$out" && gcc -c a.c b.c c.c 2>"$err"; then
	is 'a circle of three is found' "$(circles a.o b.o c.o | tr ' ' '\n' |
		sort | paste -sd' ')" 'a.o b.o c.o'
	is 'two of them are none' "$(circles a.o b.o)" ''
else
	skip 'a circle of three is found' 'gcc is not installed'
fi

# Includes: each header of lib and of a program, and those that it includes.
is 'no circle of includes' "$(cd "$ROOT" && grep -H '^#include "' lib/*.h \
	cmd/*/*.h | sed 's/:#include "/ /; s/"$//' | tsort 2>&1 >"$out" |
	sed -n 's/^tsort: //p' | paste -sd' ')" ''
is 'headers of lib include only lib' \
	"$(cd "$ROOT" && grep -l '#include "cmd/' lib/* | paste -sd' ')" ''
done_testing
