#!/bin/bash
# Makes the CSV files and workbooks of an archive as a Slurm array job, with one
# task per year, and submits a job that alerts if a task fails. Every node must
# be able to read this directory and to write to the archive, and its PATH must
# contain the directory of the programs.
set -euo pipefail
unset CDPATH

usage="usage: rebuild-slurm.sh [-h] [--alert COMMAND] ARCHIVE FIRST LAST [OPTION ...]

Submit a job for the years FIRST to LAST and print its number.
OPTIONs are passed to
sbatch, such as --partition=short. Slurm requeues a task that was preempted or
whose node failed; a task that ended with an error is not run again, since it
would fail again.

      --alert COMMAND  run COMMAND in another job if a task fails (default:
                       mail to root)
  -h, --help           print this text

To see the result: sacct -j NUMBER -o JobID,State,ExitCode"

wrong() {
	echo "rebuild-slurm.sh: $1" >&2
	echo "$usage" >&2
	exit 64
}

alert='echo "see rebuild-*.log in the archive" | mail -s "Slurm: kis-rebuild failed" root'
case ${1-} in
-h | --help)
	echo "$usage" || exit 74
	exit 0
	;;
--alert)
	[ -n "${2-}" ] || wrong "option '--alert' requires a value"
	alert=$2
	shift 2
	;;
-*) wrong "unknown option '$1'" ;;
esac
[ $# -ge 3 ] || wrong 'expected an archive and two years'
archive=$1 first=$2 last=$3
[ -n "$archive" ] || wrong 'the name of the archive is empty'
shift 3
[[ $first =~ ^[0-9]{4}$ && $last =~ ^[0-9]{4}$ && $first -le $last ]] ||
	wrong "invalid years '$first' '$last': expected two years in order"
if [ ! -d "$archive/raw" ]; then
	echo "rebuild-slurm.sh: no archive at '$archive': it has no directory 'raw'" >&2
	exit 66
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(PATH=$here:$PATH && command -v kis-archive)
program=$(printf %q "$program")
cd -- "$archive" || exit 66

# Count the array indexes from 0, because Slurm limits them (to 1000 by default)
# and years would exceed the limit.
job=$(sbatch --parsable --requeue --job-name=kis-rebuild \
	--array="0-$((last - first))" --output='rebuild-%a.log' "$@" \
	--wrap="year=\$(($first + SLURM_ARRAY_TASK_ID))
ls -d raw/\${year}???? >/dev/null 2>&1 || exit 0 # a year without lists
exec $program derive . \$year")
sbatch --parsable --job-name=kis-alert --output=rebuild-alert.log "$@" \
	--dependency="afternotok:${job%%;*}" --kill-on-invalid-dep=yes \
	--wrap="$alert" >&2
echo "${job%%;*}"
