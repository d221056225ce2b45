#!/bin/bash
# Makes FOLDER/kis_VERSION_ARCH.deb from the tree that "make install" wrote to
# FOLDER/root. The same tree always results in the same package: the names are
# sorted, the owner is root, and all times are SOURCE_DATE_EPOCH. If this
# variable is not set, all times are the time of the last commit or, outside a
# git repository, the modification time of the Makefile.
set -euo pipefail

usage="usage: deb.sh FOLDER VERSION"

case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
esac
if [ $# != 2 ] || [[ $1 == -* ]]; then
	echo "$usage" >&2
	exit 64
fi
for tool in dpkg-deb dpkg-shlibdeps; do
	if ! command -v $tool >/dev/null; then
		echo "deb.sh: $tool is missing; run:" \
			"apt-get install dpkg-dev" >&2
		exit 69
	fi
done
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(cd "$1" && pwd) version=$2
root=$folder/root doc=$folder/root/usr/share/doc/kis
export LC_ALL=C TZ=UTC
umask 022

if [ -z "${SOURCE_DATE_EPOCH-}" ]; then
	if [ -e "$top/.git" ]; then
		SOURCE_DATE_EPOCH=$(git -C "$top" log -1 --format=%ct)
	else
		SOURCE_DATE_EPOCH=$(date -r "$top/Makefile" +%s)
	fi
fi
export SOURCE_DATE_EPOCH
maintainer=${KIS_MAINTAINER:-the kis filters authors <kis@users.noreply.invalid>}
arch=$(dpkg --print-architecture)

# Debian requires the licence in a file "copyright", and compresses the
# changelog and manuals.
{
	echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
	echo "Upstream-Name: kis"
	echo
	echo "Files: *"
	sed -n 's/^Copyright (c) /Copyright: /p' "$doc/LICENSE"
	echo "License: ISC"
	sed '1,/^Copyright/d' "$doc/LICENSE" | sed '/./!d; s/^/ /'
} >"$doc/copyright"
rm "$doc/LICENSE"
{
	echo "kis ($version) unstable; urgency=medium"
	echo
	echo "  * The state of the source of this date."
	echo
	echo " -- $maintainer  $(date -R -d "@$SOURCE_DATE_EPOCH")"
} >"$doc/changelog"
gzip -9n "$doc/changelog"
find "$root/usr/share/man" -type f -exec gzip -9n {} +

# Depend on the packages of the linked libraries, and on the CA certificates
# that HTTPS requires.
mkdir -p "$folder/debian" "$root/DEBIAN"
printf 'Source: kis\n\nPackage: kis\nArchitecture: any\n' >"$folder/debian/control"
depends=$(cd "$folder" && dpkg-shlibdeps -O root/usr/bin/kis-[ft]* |
	sed -n 's/^shlibs:Depends=//p')
size=$(find "$root/usr" -type f -printf '%s\n' -o -type d -printf '1024\n' |
	awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')

cat >"$root/DEBIAN/control" <<CONTROL
Package: kis
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends, ca-certificates
Recommends: sqlite3, gettext-base
Suggests: curl, jq, make, moreutils, mailx, parallel, rsync
Section: utils
Priority: optional
Description: short selling in Korea, as filters for a shell
 Four small programs that fetch the short-sale ranking and the daily short
 sales of stocks from the Open API of Korea Investment & Securities and turn
 them into records, CSV and Excel workbooks: kis-token, kis-fetch, kis-tocsv
 and kis-toxlsx. kis-archive runs them every evening and keeps what they
 fetch. A key for the Open API, from an account there, is needed.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) \
	>"$folder/md5sums"
mv "$folder/md5sums" "$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$folder/kis_${version}_$arch.deb"
