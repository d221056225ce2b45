#!/bin/bash
# Runs kis-archive with the arguments that nightly.sh had in earlier releases,
# so that crontabs of those releases still work.
set -euo pipefail
unset CDPATH

usage="usage: nightly.sh [-h] [-j N] [--derive] [--init] [NAME=VALUE ...]

Run kis-archive nightly, or kis-archive derive with --derive. In new scripts,
use kis-archive itself. NAME=VALUE is one of

  ARCHIVE=DIRECTORY (default kis-archive), MARKETS=LIST, PERIODS=LIST,
  COMPLETE=1, LOCK_WAIT=SECONDS, DATES=2026* (with --derive)

Exit status: that of kis-archive."

command=nightly archive=kis-archive jobs=() dates=() options=()
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		echo "$usage" || exit 74
		exit 0
		;;
	-j)
		if [ $# = 1 ]; then
			echo "nightly.sh: option '-j' requires a value" >&2
			exit 64
		fi
		jobs=(-j "$2")
		shift
		;;
	--derive) command=derive ;;
	--init) ;;
	ARCHIVE=?*) archive=${1#*=} ;;
	DATES=?*) read -ra dates <<<"${1#*=}" ;;
	MARKETS=?*) options+=(--markets "${1#*=}") ;;
	PERIODS=?*) options+=(--periods "${1#*=}") ;;
	COMPLETE=1) options+=(--complete) ;;
	COMPLETE=0) ;;
	LOCK_WAIT=?*) options+=(--lock-wait "${1#*=}") ;;
	*)
		echo "nightly.sh: unknown argument '$1'" >&2
		echo "Try 'nightly.sh --help' for more information." >&2
		exit 64
		;;
	esac
	shift
done
here=$(cd "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
PATH=$here:$PATH
case $command in
# Add --init, because earlier releases of nightly.sh created a missing archive.
nightly) exec kis-archive nightly --init "${options[@]}" -- "$archive" ;;
derive) exec kis-archive derive "${options[@]}" "${jobs[@]}" -- "$archive" "${dates[@]}" ;;
esac
