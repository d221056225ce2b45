#!/bin/bash
# Makes the CSV files and workbooks of an archive on several hosts, with GNU
# parallel and ssh. The results are identical to the files that kis-archive
# derive makes.
set -euo pipefail
unset CDPATH

usage="usage: rebuild.sh [-h] [-j N] [--sshlogin HOSTS] ARCHIVE

Create the CSV files and workbooks of an archive. With hosts (--sshlogin),
create those of all dates; without hosts, only those that kis-archive derive
finds missing or changed.

  -j N                  run N jobs at once on each host (default one a core)
      --sshlogin HOSTS  hosts as for GNU parallel: a,b or 8/me@a; : is this
                        machine. Each needs rsync and these programs in its
                        PATH. A date's lists are copied there and the results
                        back.
  -h, --help            print this text

Exit status: 0 success, 64 usage error, 66 no archive, else the status of the
first job that failed; jobs already running are finished."

wrong() {
	echo "rebuild.sh: $1" >&2
	echo "$usage" >&2
	exit 64
}

jobs=100% hosts='' archive=''
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		echo "$usage" || exit 74
		exit 0
		;;
	-j)
		[[ ${2-} =~ ^[1-9][0-9]*$ ]] || wrong "invalid value '${2-}' for -j: expected a number"
		jobs=$2
		shift
		;;
	--sshlogin)
		[ -n "${2-}" ] || wrong "option '--sshlogin' requires a value"
		hosts=$2
		shift
		;;
	-*) wrong "unknown option '$1'" ;;
	*)
		[ -z "$archive" ] || wrong 'expected one archive'
		archive=$1
		;;
	esac
	shift
done
[ -n "$archive" ] || wrong 'expected one archive'
if [ ! -d "$archive/raw" ]; then
	echo "rebuild.sh: no archive at '$archive': it has no directory 'raw'" >&2
	exit 66
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$here:$PATH
if [ -z "$hosts" ] || [ "$hosts" = : ]; then
	exec kis-archive derive -j "${jobs/100%/$(nproc)}" -- "$archive"
fi
cd -- "$archive" || exit 66
dates=$(find raw -regextype posix-extended -type f \
	-regex 'raw/[0-9]{8}/[0-9a-z]+-[0-9]+[dwm]\.ndjson' -printf '%P\n' |
	cut -d/ -f1 | sort -u)
if [ -z "$dates" ]; then
	echo "rebuild.sh: '$archive' has no list" >&2
	exit 66
fi
code=0 directory=kis-rebuild-$$
# On this machine (host :), parallel copies no files, but creates the working
# directory in the archive and runs the job there. So the job uses the archive
# that it finds in the current or in the parent directory.
job='if [ -e raw ]; then kis-archive derive . {}; else kis-archive derive .. {}; fi'
parallel -j "$jobs" --halt "soon,fail=1" \
	--sshlogin "$hosts" --workdir "$directory" --cleanup \
	--transferfile 'raw/{}' --return 'csv/{}' --return 'xlsx/{}.xlsx' \
	--return '.derived/{}' "$job" <<<"$dates" || code=$?
parallel --sshlogin "$hosts" --nonall "rm -rf $directory" || code=$?
[ "$code" = 0 ] || exit "$code"
# Make latest.xlsx, because the jobs do not return it.
kis-archive derive .
