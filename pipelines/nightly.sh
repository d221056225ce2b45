#!/bin/bash
# The nightly run for cron, systemd and the like: nightly.mk, but ending with
# the exit code of the program that failed, where make would end with 2.
set -euo pipefail

usage="usage: nightly.sh [-h] [-j N] [--derive] [NAME=VALUE ...]

Asks each list once, keeps what is new, and derives CSV and workbooks. The
settings are those of nightly.mk:

  ARCHIVE=FOLDER   where all is kept (default kis-archive)
  MARKETS=LIST     default kospi,kosdaq
  PERIODS=LIST     default 1d
  COMPLETE=1       whole lists, beyond 30 rows
  LOCK_WAIT=N      seconds to wait for another run (default 600)

  -j N             that many at once
      --derive     CSV and workbooks from what is there; no network. With
                   DATES=2026* or the like, those of some dates
  -h, --help       this text

With KIS_PING_URL set, that address is asked for at the end with the exit code
added (URL/0), as healthchecks.io and others like it understand; a ping that
fails is said and changes nothing.

Exit status: 0 done or nothing new, else the code of the program that failed:
75 may be tried again, 78 asks for configuration. See kis-fetch(1). Where
several lists failed, 77 goes first, since each try would ask for a new token;
then 75, since a later try gets what can be got and meets the others again;
then the first of the others; and 1, an empty list, when nothing else failed."

say() { echo "nightly.sh: $*" >&2; }

wrong() {
	say "$1"
	echo "$usage" >&2
	exit 64
}

settings=() goal=nightly
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		echo "$usage"
		exit 0
		;;
	-j)
		[[ ${2-} =~ ^[1-9][0-9]*$ ]] || wrong '-j wants a number'
		settings+=(JOBS="$2")
		shift
		;;
	--derive) goal=derive ;;
	ARCHIVE=?* | DATES=?* | MARKETS=?* | PERIODS=?* | COMPLETE=[01] | LOCK_WAIT=?*)
		settings+=("$1")
		;;
	*) wrong "'$1' is not known" ;;
	esac
	shift
done
[[ $goal == derive || ${settings[*]} != *DATES=* ]] ||
	wrong 'DATES is for --derive'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:$here/../build/bin
exec 4>&1

# Of the failures, CODE TARGET a line, the one that decides; see the usage.
weigh() {
	awk '{ weight = $1 == 77 ? 4 : $1 == 75 ? 3 : $1 == 1 ? 1 : 2 }
		weight > most { most = weight; line = $0 }
		END { print line }'
}

# Sets code, and failed to the target that failed. The status goes through a
# pipe: a file would outlive a run that is killed.
run_make() {
	local made=0 status
	status=$(make -s -f "$here/nightly.mk" "${settings[@]}" "$goal" \
		STATUS=/dev/fd/3 3>&1 >&4) || made=$?
	code=0 failed=''
	[ "$made" = 0 ] || read -r code failed < <(weigh <<<"$status")
	[ "$made" = 0 ] || [ -n "$code" ] || code=70
}

# The address is a secret of a kind: not in argv.
ping_with() { # code
	[ "$goal" = nightly ] && [ -n "${KIS_PING_URL-}" ] || return 0
	printf 'url = "%s/%s"\n' "${KIS_PING_URL%/}" "$1" |
		curl -fsS -m 10 --retry 2 -o /dev/null -K - ||
		say "the ping failed; the run's own exit code stays $1"
}

run_make
if [ "$code" = 77 ] && [ "$failed" != .run/token ]; then
	say 'the token was refused; asking for a new one, once'
	code=0
	kis-token -q --force >/dev/null || code=$?
	[ "$code" != 0 ] || run_make
fi
ping_with "$code"
exit "$code"
