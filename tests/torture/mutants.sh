#!/bin/bash
# Applies each bug of the file "mutants", in this directory, to a copy of the
# sources, builds the copy and runs the tests that must fail.
#
#	mutants.sh [PATTERN]    applies only bugs whose name or file contains
#	                        PATTERN
#
# Prints one line for each bug: the test that failed, or SURVIVED. Exits with 1
# if a bug survived, which means that no test failed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=${here%/tests/torture}
copy=$(mktemp -d "${TMPDIR:-/tmp}/kis-mutants.XXXXXX") || exit 1
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' HUP INT TERM
cd "$copy" || exit 1
cp -r "$root/Makefile" "$root/lib" "$root/cmd" "$root/tests" .
[ ! -d "$root/pipelines" ] || cp -r "$root/pipelines" .
export KIS_TEST_RECORDED=${KIS_TEST_RECORDED:-$root/../shared/recorded}
export KIS_TEST_BIN=$copy/build/bin

files_of() { # arguments: TEST…, as in the file "mutants"; prints paths
	local name
	for name; do
		case $name in
		unit/*) echo "build/$name" ;;
		*) echo "tests/$name.t" ;;
		esac
	done
}

build() {
	# shellcheck disable=SC2046 # the shell must split the output into words
	make -s all build/bin/kis-sim build/torture/torture \
		build/torture/faulty.so build/torture/spy.so \
		$(files_of "$@" | grep '^build/') \
		>build.log 2>&1
}

# Prints the first test file that fails. Returns 1 if no test file fails.
first_failing() {
	local file
	for file in $(files_of "$@"); do
		timeout 300 prove -e '' "$file" >test.log 2>&1 && continue
		echo "$file"
		return 0
	done
	return 1
}

try() { # arguments: NAME FILE SED-PROGRAM TEST…
	local what=$1 file=$2 program=$3 by
	shift 3
	cp "$file" saved
	sed "$program" saved >"$file"
	if cmp -s saved "$file"; then
		by='SURVIVED: the line to change is not there'
	elif ! build "$@"; then
		by="SURVIVED: it does not build: $(head -n 1 build.log)"
	elif ! by="killed by $(first_failing "$@")"; then
		by='SURVIVED'
	fi
	cp saved "$file"
	printf '%s: %s\n' "$what" "$by"
	case $by in
	SURVIVED*) survived=$((survived + 1)) ;;
	esac
	tried=$((tried + 1))
}

build || { cat build.log; exit 1; }
survived=0 tried=0
while IFS=$'\t' read -r what file program tests; do
	case $what in
	'#'*) continue ;;
	esac
	[[ "$what $file" == *"${1-}"* ]] || continue
	# shellcheck disable=SC2086 # the shell must split $tests into words
	try "$what" "$file" "$program" $tests </dev/null
done <"$here/mutants"
echo "$tried mutants, $survived survived"
[ "$survived" = 0 ]
