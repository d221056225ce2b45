#!/bin/sh
# Sees to what the build and the tests need.
#
#	setup.sh --check SET   names what is missing and the command that
#	                       installs it; installs nothing; 1 if any is
#	setup.sh SET           installs what is missing, saying each command
#
# SET: build (compiler and the libraries of the programs), demo (build and
# what the simulated server and the table need), test (demo and small test
# tools), ci (test and the big optional tools), bench (ci and those to compare
# with). What comes from npm goes into build/node_modules.
set -u

usage="usage: setup.sh [--check] build|demo|test|ci|bench"

# what is looked for | Debian, Ubuntu | Fedora | Arch | Homebrew
# h: is a file below an include folder, pc: a pkg-config module, py: a Python
# module, ca: the certificates of the world's authorities (for the real
# server), else a program. - means that the system's packages do not have it.
build_needs="
make|make|make|make|make
cc|gcc|gcc|gcc|gcc
pkg-config|pkg-config|pkgconf|pkgconf|pkgconf
pc:libcurl|libcurl4-openssl-dev|libcurl-devel|curl|curl
pc:openssl|libssl-dev|openssl-devel|openssl|openssl
pc:jansson|libjansson-dev|jansson-devel|jansson|jansson
pc:xlsxwriter|libxlsxwriter-dev|libxlsxwriter-devel|-|libxlsxwriter
pc:minizip|libminizip-dev|minizip-compat-devel|minizip|minizip
pc:zlib|zlib1g-dev|zlib-devel|zlib|zlib
h:csv.h|libcsv-dev|libcsv-devel|-|libcsv"
demo_needs="
ca:all|ca-certificates|ca-certificates|ca-certificates|ca-certificates
pc:libmicrohttpd|libmicrohttpd-dev|libmicrohttpd-devel|libmicrohttpd|libmicrohttpd
pc:gnutls|libgnutls28-dev|gnutls-devel|gnutls|gnutls
column|bsdextrautils|util-linux|util-linux|-"
test_needs="
bash|bash|bash|bash|bash
prove|perl|perl-Test-Harness|perl|perl
jq|jq|jq|jq|jq
curl|curl|curl|curl|curl
mandoc|mandoc|mandoc|mandoc|mandoc
strace|strace|strace|strace|-
pgrep|procps|procps-ng|procps-ng|-
unzip|unzip|unzip|unzip|unzip
sqlite3|sqlite3|sqlite|sqlite|sqlite
xlsx2csv|xlsx2csv|-|-|-
py:openpyxl|python3-openpyxl|python3-openpyxl|python-openpyxl|-"
ci_needs="
clang|clang|clang|clang|llvm
libreoffice|libreoffice-calc-nogui|libreoffice-calc|libreoffice-fresh|-
pdftoppm|poppler-utils|poppler-utils|poppler|poppler
shellcheck|shellcheck|ShellCheck|shellcheck|shellcheck
zsh|zsh|zsh|zsh|zsh
fish|fish|fish|fish|fish
dpkg-shlibdeps|dpkg-dev|dpkg-dev|dpkg|dpkg
lintian|lintian|-|-|-
pc:libisal|libisal-dev|isa-l-devel|isa-l|isa-l
mlr|miller|miller|miller|miller
watch|procps|procps-ng|procps-ng|watch
script|bsdutils|util-linux|util-linux|-
time|time|time|time|gnu-time
man|man-db|man-db|man-db|man-db
parallel|parallel|parallel|parallel|parallel
rsync|rsync|rsync|rsync|rsync
sshd|openssh-server|openssh-server|openssh|openssh
slurmctld|slurm-wlm|slurm-slurmctld|-|-
chronic|moreutils|moreutils|moreutils|moreutils
systemd-analyze|systemd|systemd|systemd|-
rt:libclang_rt.fuzzer|libclang-rt-14-dev|compiler-rt|compiler-rt|-
clang-tidy|clang-tidy|clang-tools-extra|clang|llvm
cppcheck|cppcheck|cppcheck|cppcheck|cppcheck
scan-build|clang-tools|clang-analyzer|clang|llvm
npm:exceljs|npm:exceljs|npm:exceljs|npm:exceljs|npm:exceljs
npm:xlsx|npm:xlsx|npm:xlsx|npm:xlsx|npm:xlsx"
bench_needs="
py:xlsxwriter|python3-xlsxwriter|python3-xlsxwriter|python-xlsxwriter|-
npm:@duckdb/node-api|npm:@duckdb/node-api|npm:@duckdb/node-api|npm:@duckdb/node-api|npm:@duckdb/node-api"

build=$(dirname "$0")/../build
modules=$build/node_modules

have_header() {
	echo "#include <$1>" | cc -E -x c - >/dev/null 2>&1
}

have_authorities() {
	[ -e /etc/ssl/certs/ca-certificates.crt ] ||
		[ -e /etc/pki/tls/certs/ca-bundle.crt ] || [ -e /etc/ssl/cert.pem ]
}

have() {
	case $1 in
	pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
	py:*) /usr/bin/python3 -c "import ${1#py:}" 2>/dev/null ;;
	h:*) have_header "${1#h:}" ;;
	ca:*) have_authorities ;;
	rt:*) [ -e "$(clang -print-resource-dir)/lib/linux/${1#rt:}-$(uname -m).a" ] ;;
	npm:*) [ -d "$modules/${1#npm:}" ] ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# The column of the table and the command of this system's packages.
find_manager() {
	if command -v apt-get >/dev/null; then
		field=2 install="apt-get install -y --no-install-recommends"
		refresh="apt-get update"
	elif command -v dnf >/dev/null; then
		field=3 install="dnf install -y" refresh=
	elif command -v pacman >/dev/null; then
		field=4 install="pacman -S --needed --noconfirm" refresh=
	elif command -v brew >/dev/null; then
		field=5 install="brew install" refresh=
	else
		echo "no apt-get, dnf, pacman or brew found: install by hand" \
			"what is named in $0" >&2
		exit 1
	fi
	root=
	[ "$field" = 5 ] || [ "$(id -u)" = 0 ] || root="sudo "
}

needs_of() {
	case $1 in
	build) echo "$build_needs" ;;
	demo) echo "$build_needs$demo_needs" ;;
	test) echo "$build_needs$demo_needs$test_needs" ;;
	ci) echo "$build_needs$demo_needs$test_needs$ci_needs" ;;
	bench) echo "$build_needs$demo_needs$test_needs$ci_needs$bench_needs" ;;
	*)
		echo "$usage" >&2
		exit 64
		;;
	esac
}

# Fills packages and from_npm (can be installed) and absent (this system has
# none).
look() {
	packages='' from_npm='' absent=''
	for line in $(needs_of "$1"); do
		what=${line%%|*}
		have "$what" && continue
		package=$(echo "$line" | cut -d'|' -f"$field")
		case $package in
		-) absent="$absent ${what#*:}" ;;
		npm:*) from_npm="$from_npm ${package#npm:}" ;;
		*) packages="$packages $package" ;;
		esac
	done
	if [ -n "$absent" ]; then
		echo "not in this system's packages, to be built from" \
			"source:$absent" >&2
	fi
}

say_and_do() {
	echo "+ $*" >&2
	"$@"
}

check=
if [ "${1-}" = --check ]; then
	check=1
	shift
fi
[ $# = 1 ] || {
	echo "$usage" >&2
	exit 64
}
needs_of "$1" >/dev/null
find_manager
look "$1"
if [ -n "$check" ]; then
	[ -z "$packages$from_npm$absent" ] && exit 0
	[ -z "$packages" ] || echo "missing; install by: $root$install$packages" >&2
	[ -z "$from_npm" ] || echo "missing; install by: $0 $1" >&2
	exit 1
fi
if [ -n "$packages" ]; then
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086 # the lists are words
	{
		[ -z "$refresh" ] || say_and_do $root$refresh >&2
		say_and_do $root$install$packages >&2 || exit 1
	}
	look "$1"
fi
[ -z "$packages" ] || exit 1
if [ -n "$from_npm" ] && ! command -v npm >/dev/null; then
	echo "npm is not installed, so these are not either:$from_npm" >&2
elif [ -n "$from_npm" ]; then
	# shellcheck disable=SC2086
	say_and_do npm install --silent --no-save --no-package-lock \
		--prefix "$build" $from_npm >&2 || exit 1
fi
# a test tool that this system does not have is skipped by the tests
look demo 2>/dev/null
[ -z "$packages$absent" ]
