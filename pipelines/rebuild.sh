#!/bin/bash
# CSV and workbooks of a whole archive by GNU parallel: on the cores of this
# machine, or on several hosts. The rules are nightly.mk's, so the files are
# the same, byte for byte.
set -euo pipefail

usage="usage: rebuild.sh [-h] [-j N] [--sshlogin HOSTS] ARCHIVE

Derives what is missing or older than its list. Remove ARCHIVE/csv and
ARCHIVE/xlsx first to have all of them made anew.

  -j N              jobs at once, on each host (default: one a core)
      --sshlogin HOSTS  on these hosts instead, by ssh: a,b or 8/me@a. They
                    need the programs, make and rsync; a day's lists are
                    copied there and the results back. : is this machine
  -h, --help        this text

Exit status: 0 done, 64 usage, 66 no archive, else the code of the first job
that failed; jobs that were running then are still finished."

wrong() {
	echo "rebuild.sh: $1" >&2
	echo "$usage" >&2
	exit 64
}

jobs=100% hosts='' archive=''
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		echo "$usage"
		exit 0
		;;
	-j)
		[[ ${2-} =~ ^[1-9][0-9]*$ ]] || wrong '-j wants a number'
		jobs=$2
		shift
		;;
	--sshlogin)
		[ -n "${2-}" ] || wrong '--sshlogin wants hosts'
		hosts=$2
		shift
		;;
	-*) wrong "'$1' is not known" ;;
	*)
		[ -z "$archive" ] || wrong 'one archive is wanted'
		archive=$1
		;;
	esac
	shift
done
[ -n "$archive" ] || wrong 'one archive is wanted'
if [ ! -d "$archive/raw" ]; then
	echo "rebuild.sh: there is no folder '$archive/raw'" >&2
	exit 66
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$archive"
dates=$(find raw -regextype posix-extended \
	-regex 'raw/[0-9]{8}/[[:alnum:]]+-[[:alnum:]]+\.ndjson' -printf '%P\n' |
	cut -d/ -f1 | sort -u)
if [ -z "$dates" ]; then
	echo "rebuild.sh: there is no list in '$archive/raw'" >&2
	exit 66
fi

[ "$hosts" != : ] || hosts=''
run=(parallel -j "$jobs" --halt "soon,fail=1")
if [ -z "$hosts" ]; then
	# So many dates a job that its start costs little, and so few that no
	# core waits long for the others at the end.
	cores=${jobs/100%/$(nproc)}
	per_job=$(($(wc -l <<<"$dates") / (8 * cores) + 1))
	xargs -n $((per_job < 20 ? per_job : 20)) <<<"$dates" |
		"${run[@]}" -q "$here/nightly.sh" --derive ARCHIVE=. DATES='{}'
else
	code=0 folder=kis-rebuild-$$
	# On this machine (:) parallel copies nothing, but begins in such a
	# folder all the same, within the archive.
	# shellcheck disable=SC2016 # the job's shell replaces them
	job='if [ -e nightly.sh ]; then ./nightly.sh --derive ARCHIVE=. DATES={}
		else "$KIS_HERE/nightly.sh" --derive ARCHIVE=.. DATES={}; fi'
	export KIS_HERE=$here
	"${run[@]}" --sshlogin "$hosts" --workdir "$folder" --cleanup \
		--basefile "$here/./nightly.sh" --basefile "$here/./nightly.mk" \
		--transferfile 'raw/{}' --return 'csv/{}' --return 'xlsx/{}.xlsx' \
		"$job" <<<"$dates" || code=$?
	parallel --sshlogin "$hosts" --nonall "rm -rf $folder" || code=$?
	[ "$code" = 0 ] || exit "$code"
	# latest.xlsx, and what a host with a slow clock has made too old
	"$here/nightly.sh" --derive ARCHIVE=.
fi
