#!/bin/bash
# The compiled programs are hardened and need only the documented libraries.
. "$(dirname "$0")/lib.sh"
need readelf

if nm "$BIN/kis-tocsv" 2>"$err" | grep -q -e __asan_init -e __gcov; then
	skip_all 'a build with sanitizers or for coverage'
fi

needed() { # prints the libraries that a program needs, without versions
	readelf -d "$BIN/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*\]/\1/p' |
		sort | tr '\n' ' ' | sed 's/ $//'
}

hardened() { # arguments: program
	local file=$BIN/$1
	readelf -h "$file" >header
	readelf -d "$file" >dynamic
	readelf -lW "$file" >segments
	readelf -sW --dyn-syms "$file" >symbols
	like "$1: is position independent" "$(grep Type: header)" DYN
	ok "$1: relocations are read-only" grep -q GNU_RELRO segments
	ok "$1: symbols are bound at the start" grep -Eq 'BIND_NOW|FLAGS.* NOW' dynamic
	like "$1: stack is not executable" \
		"$(grep GNU_STACK segments)" ' RW +0x'
	is "$1: no segment is writable and executable" \
		"$(grep -c ' RWE ' segments)" 0
	ok "$1: has a stack protector" grep -q __stack_chk_fail symbols
	ok "$1: uses the C library's checked functions" \
		grep -Eq '__[a-z]+_chk@' symbols
	is "$1: no library path is built in" \
		"$(grep -c -e RPATH -e RUNPATH dynamic)" 0
	is "$1: calls no unsafe function" "$(grep -Ewo \
		'gets|strcpy|strcat|sprintf|vsprintf|tmpnam|mktemp|system|popen' \
		symbols)" ''
}

for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
	hardened "$program"
done
like 'kis-token: needs libcurl, OpenSSL, jansson' "$(needed kis-token)" \
	'^libc( libcrypto)? libcurl libjansson( libssl)?$'
like 'kis-fetch: needs libcurl, OpenSSL, jansson' "$(needed kis-fetch)" \
	'^libc( libcrypto)? libcurl libjansson( libm)?( libssl)?$'
is 'kis-tocsv: needs libcsv' "$(needed kis-tocsv)" 'libc libcsv'
like 'kis-toxlsx: needs libxlsxwriter, minizip' "$(needed kis-toxlsx)" \
	'^libc( libisal)?( libm)? libminizip libxlsxwriter( libz)?$'
done_testing
