#!/bin/bash
# Runs README's two commands, make demo and make test, on minimal systems. For
# each SUITE, debootstrap creates a system in a temporary directory. The script
# installs git, make and sudo there. An ordinary user who may use sudo then
# clones the last commit and runs both commands. Requires root, debootstrap and
# the network, and needs several minutes per suite. Leaves only
# LOG-FOLDER/SUITE.log. Exits with 1 at the first suite that fails.
set -euo pipefail

usage="usage: bare.sh [-u UMASK] LOG-FOLDER SUITE...

SUITE is a release that debootstrap knows: bookworm, jammy, noble ...

  -u UMASK   the user's umask instead of the system's own; without SHELL"

case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
esac
settings=':'
if [ "${1-}" = -u ]; then
	[[ ${2-} =~ ^[0-7]{3,4}$ ]] || {
		echo "$usage" >&2
		exit 64
	}
	settings="umask $2; unset SHELL"
	shift 2
fi
if [ $# -lt 2 ] || [[ $1 == -* ]]; then
	echo "$usage" >&2
	exit 64
fi
if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
	echo "bare.sh: needs root and debootstrap; run:" \
		"sudo apt-get install debootstrap && sudo make test-bare" >&2
	exit 69
fi
source=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
logs=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
trap '[ -z "$pid" ] || kill -- "-$pid"; exit 1' HUP INT TERM
pid=

# Prints the mirror that this machine's apt uses for the suite. If there is
# none, prints nothing, and debootstrap uses its default mirror.
mirror_of() {
	apt-get indextargets --format "\$(SITE) \$(CODENAME)" \
		"Created-By: Packages" | awk -v suite="$1" '$2 == suite' |
		cut -d' ' -f1 | head -n 1
}

# These commands run in the new system. The single quotes prevent the shell of
# this machine from expanding them.
# shellcheck disable=SC2016 # the shell of the new system expands them
inside='
set -eu
export DEBIAN_FRONTEND=noninteractive
if grep -q ubuntu /etc/os-release; then
	sed -i "s/ main$/ main universe/" /etc/apt/sources.list
fi
apt-get -q update
apt-get -q install -y --no-install-recommends git make sudo
useradd -m -s /bin/bash user
echo "user ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/user
chown -R user /srv/kis.git
# print the comments of a failed test to the log
echo --comments >/home/user/.proverc
echo "== as a user: git clone, make demo, make test"
exec su - user -c "set -eu
$1
umask
start=\$(date +%s)
git clone -q /srv/kis.git kis
cd kis
git log -1 --format=%H
make demo </dev/null
echo \"== from clone to workbook: \$((\$(date +%s) - start)) s\"
ls -l build/demo
ldd build/bin/kis-toxlsx | grep isal
test -s build/demo/r.xlsx
make test </dev/null
echo \"== from clone to the last test: \$((\$(date +%s) - start)) s\""'

try() { # arguments: suite
	local root=$work/$1 mirror keys=()
	mirror=$(mirror_of "$1")
	# without Ubuntu's keyring, debootstrap cannot check the signatures of
	# an Ubuntu suite, so disable the check
	if [ -z "$mirror" ] && [ ! -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ]; then
		echo "== no keyring for $1 here: its signatures are not checked"
		keys=(--no-check-gpg)
	fi
	debootstrap --variant=minbase "${keys[@]}" "$1" "$root" ${mirror:+"$mirror"}
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	echo "127.0.0.1 localhost $(uname -n)" >"$root/etc/hosts"
	git clone -q --bare "$source" "$root/srv/kis.git"
	# run in new mount and process namespaces, so that no mount and no
	# process remains at the end
	# shellcheck disable=SC2016 # the inner shell expands the string
	timeout --foreground 3600 unshare --mount --pid --fork --kill-child \
		sh -eu -c '
			mount -t proc proc "$1/proc"
			mount -t sysfs -o ro sysfs "$1/sys"
			mount --rbind /dev "$1/dev"
			exec chroot "$1" env -i TERM=dumb HOME=/root \
				PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c "$2" \
				sh "$3"' \
		sh "$root" "$inside" "$settings"
}

for suite; do
	echo "bare $suite: to $logs/$suite.log" >&2
	code=0
	# run each suite in a child process, so that `set -e` is effective in
	# try(); `set -m` gives the child its own process group, so that the
	# trap can end all processes of the suite
	set -m
	(try "$suite") >"$logs/$suite.log" 2>&1 </dev/null &
	pid=$!
	set +m
	wait "$pid" || code=$?
	pid=
	if [ $code != 0 ]; then
		tail -n 30 "$logs/$suite.log" >&2
		echo "bare $suite: failed ($code); $logs/$suite.log" >&2
		exit 1
	fi
	grep '^== from clone' "$logs/$suite.log" | sed "s/^==/bare $suite:/"
	rm -rf --one-file-system "${work:?}/$suite"
done
