#!/bin/bash
# make deb builds a package without a lintian warning. The package can be
# installed with its dependencies and leaves no file when it is removed. make
# dist builds a tarball that contains exactly the source.
# KIS_TEST_LONG=1: three builds in different directories, time zones, locales
# and umasks give the same bytes, and the tarball builds and passes its tests.
. "$(dirname "$0")/lib.sh"
need make git
case $BIN in
*/san/bin | */cov/bin) skip_all 'packages are made of the ordinary build' ;;
esac
B=$(dirname "$BIN")
MAKE=(make -C "$ROOT" --no-print-directory "B=$B")
VERSION=$(kis-token --version | cut -d' ' -f2)

if ! command -v dpkg-shlibdeps >which; then
	skip 'make deb' 'dpkg-shlibdeps is not installed'
else
	run "${MAKE[@]}" deb
	check 'make deb: exit status 0' 0 '*' ''
	DEB=$B/deb/kis_${VERSION}_$(dpkg --print-architecture).deb
	run dpkg-deb --field "$DEB" Depends
	check 'deb: has dependencies' 0 'libc6 .*ca-certificates' ''
	# every library that a program needs is in a package in Depends
	for library in $(objdump -p "$BIN"/kis-token "$BIN"/kis-fetch \
		"$BIN"/kis-tocsv "$BIN"/kis-toxlsx | awk '/NEEDED/ { print $2 }' |
		sort -u); do
		# exclude packages that contain the library for a different
		# architecture
		package=$(dpkg -S "*/$library" 2>"$err" |
			grep -v '/lib32/\|/libx32/' | head -n 1 | cut -d: -f1)
		like "deb: depends on $package, which contains $library" "$(cat "$out")" "(^|, )$package( |,)"
	done
	is 'deb: files belong to root and only root can write them' \
		"$(dpkg-deb --contents "$DEB" |
			grep -vE '^[-d]r[w-][x-]r-[x-]r-[x-] root/root ')" ''
	if ! command -v lintian >which; then
		skip 'lintian: neither error nor warning' 'lintian is not installed'
	else
		run lintian --no-cfg --allow-root --fail-on error,warning "$DEB"
		check 'lintian: neither error nor warning' 0 '' '*'
	fi
	if [ "$(id -u)" != 0 ]; then
		skip 'dpkg --install and --purge' 'not root'
	else
		# install into a separate root directory, with the package
		# status of this system
		mkdir -p root/usr adm/info adm/updates
		cp /var/lib/dpkg/status adm/status
		DPKG=(dpkg --log=/dev/null --admindir="$T/adm"
			--instdir="$T/root" --no-triggers --force-script-chrootless)
		run "${DPKG[@]}" --install "$DEB"
		check 'dpkg --install: dependencies are met' 0 'Setting up kis' '*'
		is 'installed programs: do not contain the build directory' \
			"$(grep -lF "$ROOT" root/usr/bin/*)" ''
		run root/usr/bin/kis-toxlsx --version
		check 'installed kis-toxlsx: runs' 0 "^kis-toxlsx $VERSION" ''
		ok 'installed manual: compressed with gzip' gzip -t root/usr/share/man/man1/kis-toxlsx.1.gz
		(cd root && md5sum -c --quiet "$T/adm/info/kis.md5sums") >"$out" 2>&1
		is 'installed files: checksums are correct' "$?" 0
		run "${DPKG[@]}" --purge kis
		check 'dpkg --purge: exit status 0' 0 'Removing kis' '*'
		is 'dpkg --purge: leaves no file' "$(find root -mindepth 2)" ''
	fi
fi

if [ ! -e "$ROOT/.git" ]; then
	skip 'make dist' 'not a git checkout'
else
	run "${MAKE[@]}" dist
	check 'make dist: exit status 0' 0 '*' ''
	TAR=$B/dist/kis-$VERSION.tar.gz
	tar tzf "$TAR" | sed "s|^kis-$VERSION/||; /\/\$/d; /^\$/d" | sort >in-tar
	git -C "$ROOT" ls-tree -r --name-only HEAD | sort >in-git
	ok 'tarball: the files of the last commit' cmp in-tar in-git
	is 'tarball: one owner (root) and one modification time' "$(tar --numeric-owner -tvzf "$TAR" |
		awk '{ print $2, $4, $5 }' | sort -u | wc -l | tr -d ' ')" 1
fi

if [ -z "${KIS_TEST_LONG-}" ] || [ ! -e "$ROOT/.git" ]; then
	skip 'reproducible builds, tests of the tarball' \
		'takes minutes and a checkout; asked for by KIS_TEST_LONG=1'
	done_testing
fi

sums() { # prints checksums of programs, package and tarball
	(cd "$1/build" && sha256sum bin/kis-token bin/kis-fetch bin/kis-tocsv \
		bin/kis-toxlsx deb/*.deb && cd dist 2>"$err" && sha256sum -- *.gz)
}
unset KIS_BASE_URL
git clone -q "$ROOT" one && git clone -q "$ROOT" 'somewhere/quite/else'
(umask 077 && cd one && TZ=Asia/Seoul LC_ALL=C.UTF-8 make deb dist) >log 2>&1
is 'build in time zone Seoul: succeeds' $? 0
(umask 002 && cd somewhere/quite/else &&
	TZ=America/New_York LC_ALL=ko_KR.UTF-8 make -j 2 deb dist) >>log 2>&1
is 'build in time zone New York: succeeds' $? 0
note "$(tail -n 3 log)"
sums one >one.sums
sums somewhere/quite/else >two.sums
is 'two builds: the same programs, package and tarball' "$(diff one.sums two.sums)" ''
is 'two builds: six files compared' "$(wc -l <one.sums | tr -d ' ')" 6
tar xzf "one/build/dist/kis-$VERSION.tar.gz"
(cd "kis-$VERSION" && make deb) >log 2>&1
is 'build from the tarball: succeeds' $? 0
sums "kis-$VERSION" >three.sums
is 'build from the tarball: the same programs and package' \
	"$(diff <(head -n 5 one.sums) three.sums)" ''
(cd "kis-$VERSION" && make check) >log 2>&1
is 'make check from the tarball: succeeds' $? 0
note "$(sed -n '/^Test Summary/,$p' log)"
done_testing
