#!/bin/bash
# On a system without tools, tests/setup.sh prints every missing package and the
# command that installs it, and no "not found" message of a shell. A clone has
# the line endings that scripts need.
. "$(dirname "$0")/lib.sh"

# This system has basic tools only. Its apt-get records its arguments, and fails
# for packages that the file "unknown" lists.
mkdir tools
for tool in sh cat cut dirname echo env grep head id ls make mkdir rm sed \
	touch tr uname awk basename sort; do
	ln -s "$(command -v $tool)" tools/
done
cat >tools/apt-get <<'TOOL'
#!/bin/sh
echo "apt-get $*" >>asked
for package; do
	! grep -qsx -e "$package" unknown || exit 100
done
TOOL
cat >tools/apt-cache <<'TOOL'
#!/bin/sh
printf 'clang\n  Depends: clang-19\n  Depends: libc6\n'
TOOL
chmod +x tools/apt-get tools/apt-cache
sudo=''
[ "$(id -u)" = 0 ] || sudo='sudo '
bare() { run env PATH="$T/tools" "$@"; }
setup=$ROOT/tests/setup.sh

bare "$setup" --check build
check 'setup.sh --check build: lists the compiler and every library' 1 '' \
	"^missing packages; run: ${sudo}apt-get install .* gcc pkg-config .*libcsv-dev\$"
ok 'setup.sh --check build: explains ISA-L and how to install it' grep -q \
	"^without ISA-L, kis-toxlsx needs four times as long .*run: ${sudo}apt-get install .* libisal-dev\$" "$err"
is 'setup.sh --check build: prints two lines' "$(wc -l <"$err" | tr -d ' ')" 2
NO_ISAL=1 bare "$setup" --check build
ok 'setup.sh --check build, NO_ISAL=1: does not mention ISA-L' eval '! grep -q ISA-L "$err"'
for set in 'fuzz libclang-rt-19-dev' 'static cppcheck' 'deb dpkg-dev' \
	'bench time' 'race miller' 'coverage perl' 'ci shellcheck'; do
	bare "$setup" --check "${set% *}"
	check "setup.sh --check ${set% *}: lists ${set#* }" 1 '' "install .* ${set#* }( |\$)"
done
for target in fuzz static; do
	bare make -C "$ROOT" -s B="$T/build" "$target"
	check "make $target without tools: prints the install command" 2 '*' '^missing packages; run: '
	ok "make $target without tools: no 'not found'" eval '! grep -q "not found" "$err"'
done
bare make -C "$ROOT" -s B="$T/build" all
check 'make without tools: prints the install command' 2 '' '^missing packages; run: '
ok 'make without tools: no "not found"' eval '! grep -q "not found" "$err"'
(cd "$ROOT" && [ ! -d build/cov ]) && {
	run make -C "$ROOT" -s coverage
	check 'make coverage without a coverage build: prints the command to run first' 2 '*' 'first run: make test COV=1'
}
bare "$setup" nonsense
check 'setup.sh with an unknown set: exit status 64' 64 '' '^usage: '

# an optional library that cannot be installed is not an error
if [ "$(id -u)" = 0 ]; then
	mkdir lacking
	ln -s "$T/tools/apt-get" lacking/
	cat >lacking/pkg-config <<TOOL
#!/bin/sh
case \$* in
*libisal) exit 1 ;;
esac
exec $(command -v pkg-config) "\$@"
TOOL
	chmod +x lacking/pkg-config
	echo libisal-dev >unknown
	run env PATH="$T/lacking:$PATH" "$setup" build
	check 'setup.sh build, ISA-L not packaged: exit status 0, reports the package' 0 '' \
		'not installed: libisal-dev'
	ok 'setup.sh build, ISA-L not packaged: explains the effect' grep -q '^without ISA-L' "$err"
	rm unknown
	run env PATH="$T/lacking:$PATH" "$setup" build
	check 'setup.sh build, ISA-L packaged: installs it' 0 '' \
		'^\+ apt-get install -y --no-install-recommends libisal-dev$'
else
	skip 'setup.sh build' 'needs root: sudo would be asked for'
fi

# scripts in a clone must not have CRLF line endings
if git -C "$ROOT" rev-parse HEAD >"$out" 2>"$err"; then
	run git -c core.autocrlf=true -c core.eol=crlf clone -q "$ROOT" crlf
	check 'clone with core.autocrlf: exit status 0' 0
	is "clone with core.autocrlf: no file has CRLF except the fuzzers' seeds" \
		"$(cd crlf && grep -rlI --exclude-dir=.git --exclude-dir=corpus $'\r$' . | sort | xargs)" ''
	ok 'clone with core.autocrlf: setup.sh is a valid script' sh -n crlf/tests/setup.sh
else
	skip 'clone with core.autocrlf' 'not a clone'
fi

done_testing
