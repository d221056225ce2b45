#!/bin/bash
# CSV and workbooks of a whole archive as a Slurm array job, a task a year,
# and a job that raises the alarm if a task fails. The archive and this folder
# lie where all nodes see them, and the programs in every node's PATH.
set -euo pipefail
unset CDPATH

usage="usage: rebuild-slurm.sh [-h] [--alert COMMAND] ARCHIVE FIRST LAST [OPTION ...]

Submits the years FIRST to LAST and prints the job's number. OPTIONs go to
sbatch, for instance --partition=short. A task that was preempted, or whose
node failed, is requeued by Slurm; one that ended with an error is not, since
the same input would end with it again.

      --alert COMMAND  run, by another job, when a task has failed
                       (default: mail to root)
  -h, --help           this text

See what became of it:  sacct -j NUMBER -o JobID,State,ExitCode"

wrong() {
	echo "rebuild-slurm.sh: $1" >&2
	echo "$usage" >&2
	exit 64
}

alert='echo "see rebuild-*.log in the archive" | mail -s "Slurm: kis-rebuild failed" root'
case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
--alert)
	[ -n "${2-}" ] || wrong '--alert wants a command'
	alert=$2
	shift 2
	;;
-*) wrong "'$1' is not known" ;;
esac
[ $# -ge 3 ] || wrong 'an archive and two years are wanted'
archive=$1 first=$2 last=$3
shift 3
[[ $first =~ ^[0-9]{4}$ && $last =~ ^[0-9]{4}$ && $first -le $last ]] ||
	wrong "'$first' '$last' are not two years"
if [ ! -d "$archive/raw" ]; then
	echo "rebuild-slurm.sh: there is no folder '$archive/raw'" >&2
	exit 66
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(PATH=$here:$PATH && command -v kis-archive)
program=$(printf %q "$program")
cd "$archive"

# Slurm limits the numbers of an array, to 1000 at first: not the years.
job=$(sbatch --parsable --requeue --job-name=kis-rebuild \
	--array="0-$((last - first))" --output='rebuild-%a.log' "$@" \
	--wrap="exec $program derive . \$(($first + SLURM_ARRAY_TASK_ID))")
sbatch --parsable --job-name=kis-alert --output=rebuild-alert.log "$@" \
	--dependency="afternotok:${job%%;*}" --kill-on-invalid-dep=yes \
	--wrap="$alert" >&2
echo "${job%%;*}"
