#!/bin/bash
# There are no circular calls in lib or in a program, and no circular includes.
. "$(dirname "$0")/lib.sh"
command -v nm >"$out" || skip_all 'nm (binutils) is not installed'
build=$(dirname "$BIN")
circles() { "$ROOT/tests/circles.sh" "$@" | paste -sd' '; }

is 'lib: no circular calls between files' "$(circles "$build/libkis.a")" ''
for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
	is "$program: no circular calls between files" \
		"$(circles "$build/obj/cmd/$program/"*.o)" ''
done

# check that circles.sh detects a circle of calls
echo 'int b(void); int a(void); int a(void) { return b(); }' >a.c
echo 'int c(void); int b(void); int b(void) { return c(); }' >b.c
echo 'int a(void); int c(void); int c(void) { return a(); }' >c.c
if command -v gcc >"$out" && gcc -c a.c b.c c.c 2>"$err"; then
	is 'circles.sh, three files in a circle: detected' "$(circles a.o b.o c.o | tr ' ' '\n' |
		sort | paste -sd' ')" 'a.o b.o c.o'
	is 'circles.sh, two files of them: no circle' "$(circles a.o b.o)" ''
else
	skip 'circles.sh, three files in a circle: detected' 'gcc is not installed'
fi

# pass tsort lines "HEADER INCLUDED-HEADER"; it reports the cycles among them
is 'headers: no circular includes' "$(cd "$ROOT" && grep -H '^#include "' lib/*.h \
	cmd/*/*.h | sed 's/:#include "/ /; s/"$//' | tsort 2>&1 >"$out" |
	sed -n 's/^tsort: //p' | paste -sd' ')" ''
is 'headers of lib: include only headers of lib' \
	"$(cd "$ROOT" && grep -l '#include "cmd/' lib/* | paste -sd' ')" ''
done_testing
