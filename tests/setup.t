#!/bin/bash
# What a machine without tools is told: every missing package and the command
# that installs it, and never a shell's "not found". And that a clone has the
# line ends that its scripts need.
. "$(dirname "$0")/lib.sh"

# A system with the plainest tools only. apt-get writes down what it is asked
# for, and knows no package that is named in unknown.
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
check 'build: names the compiler and every library' 1 '' \
	"^missing packages; run: ${sudo}apt-get install .* gcc pkg-config .*libcsv-dev\$"
ok 'build: prints what ISA-L is worth and what installs it' grep -q \
	"^without ISA-L, kis-toxlsx needs four times as long .*run: ${sudo}apt-get install .* libisal-dev\$" "$err"
is 'build: nothing else' "$(wc -l <"$err" | tr -d ' ')" 2
NO_ISAL=1 bare "$setup" --check build
ok 'NO_ISAL=1: nothing about ISA-L' eval '! grep -q ISA-L "$err"'
for set in 'fuzz libclang-rt-19-dev' 'static cppcheck' 'deb dpkg-dev' \
	'bench time' 'race miller' 'coverage perl' 'ci shellcheck'; do
	bare "$setup" --check "${set% *}"
	check "${set% *}: names ${set#* }" 1 '' "install .* ${set#* }( |\$)"
done
for target in fuzz static; do
	bare make -C "$ROOT" -s B="$T/build" "$target"
	check "make $target: what to install" 2 '*' '^missing packages; run: '
	ok "make $target: no 'not found'" eval '! grep -q "not found" "$err"'
done
bare make -C "$ROOT" -s B="$T/build" all
check 'make: what to install' 2 '' '^missing packages; run: '
ok 'make: no "not found"' eval '! grep -q "not found" "$err"'
(cd "$ROOT" && [ ! -d build/cov ]) && {
	run make -C "$ROOT" -s coverage
	check 'make coverage: what to run first' 2 '*' 'first run: make test COV=1'
}
bare "$setup" nonsense
check 'an unknown set' 64 '' '^usage: '

# installing: a library that makes a program better is not one that it needs
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
	check 'a system whose packages lack ISA-L: done all the same' 0 '' \
		'not installed: libisal-dev'
	ok 'what that costs is printed' grep -q '^without ISA-L' "$err"
	rm unknown
	run env PATH="$T/lacking:$PATH" "$setup" build
	check 'a system that has ISA-L: it is installed' 0 '' \
		'^\+ apt-get install -y --no-install-recommends libisal-dev$'
else
	skip 'installing' 'needs root: sudo would be asked for'
fi

# line ends
if git -C "$ROOT" rev-parse HEAD >"$out" 2>"$err"; then
	run git -c core.autocrlf=true -c core.eol=crlf clone -q "$ROOT" crlf
	check 'a clone with autocrlf' 0
	is 'none of its files has CRLF, apart from the seeds of the fuzzers' \
		"$(cd crlf && grep -rlI --exclude-dir=.git --exclude-dir=corpus $'\r$' . | sort | xargs)" ''
	ok 'its set-up runs' sh -n crlf/tests/setup.sh
else
	skip 'line ends of a clone' 'not a clone'
fi

done_testing
