#!/bin/bash
# The archive into SQLite, for questions over time. Files that were read are
# not read again; reading one again changes nothing.
set -euo pipefail

usage="usage: history.sh [-h] [-d DATABASE] ARCHIVE

Reads the lists of ARCHIVE/raw that are new into the database, one row for
each base date, market, period and code. All of them, or none. Then ask:

  sqlite3 ~/kis/history.db \"SELECT * FROM streak ORDER BY days DESC LIMIT 20\"
  sqlite3 ~/kis/history.db \"SELECT * FROM course WHERE code = '005930'\"

Views: entered, streak, rise, below, course; history.sql describes them.

  -d, --database FILE  default ARCHIVE/history.db
  -h, --help           this text

Exit status: 0 done, 64 usage, 65 a file is not what it should be, 66 no
archive, 73 74 the database cannot be written."

say() { echo "history.sh: $*" >&2; }

wrong() {
	say "$1"
	echo "$usage" >&2
	exit 64
}

archive='' db=''
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		echo "$usage"
		exit 0
		;;
	-d | --database)
		[ $# -gt 1 ] || wrong "$1 wants a value"
		db=$2
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
	say "there is no folder '$archive/raw'"
	exit 66
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:$here/../build/bin
db=$(realpath "${db:-$archive/history.db}")
cd "$archive/raw"

# One run at a time. What is read is as large as the new lists: beside the
# database, where there is room for it.
exec 9>>"$db" || exit 73
flock 9
work=$db.load
rm -rf "$work"
mkdir -m 700 "$work" || exit 73
trap 'rm -rf "$work"' EXIT

sql() { sqlite3 -bail -batch "$db" "$@" || exit 74; }

sql <"$here/history.sql"
find . -name '*.ndjson' -printf '%P %T@\n' | sort >"$work/have"
sql "SELECT file || ' ' || stamp FROM loaded" | sort >"$work/known"
comm -23 "$work/have" "$work/known" >"$work/new"
if [ ! -s "$work/new" ]; then
	echo 'nothing new'
	exit 0
fi

# the columns of table ranking
columns=stnd_date2,market,period,rank,fetched_at,mksc_shrn_iscd,hts_kor_isnm
columns+=,stck_prpr,prdy_vrss,prdy_vrss_sign,prdy_ctrt,acml_vol,acml_tr_pbmn
columns+=,ssts_cntg_qty,ssts_vol_rlim,ssts_tr_pbmn,ssts_tr_pbmn_rlim
columns+=,stnd_date1,avrg_prc
mapfile -t files < <(cut -d' ' -f1 "$work/new")
for ((i = 0; i < ${#files[@]}; i += 1000)); do
	kis-tocsv --header none -c "$columns" "${files[@]:i:1000}" \
		>>"$work/rows.csv" || exit
done
rows=$(wc -l <"$work/rows.csv")

# .import only complains about rows that it cannot insert, so they are
# counted; a difference ends the transaction, and nothing was read.
sql <<SQL >"$work/said"
PRAGMA cache_size = -200000;
BEGIN IMMEDIATE;
CREATE TEMP TABLE counted (rows INTEGER CHECK (rows = $rows));
CREATE TEMP TABLE before AS SELECT total_changes() AS changes;
.mode csv
.import '$work/rows.csv' ranking
INSERT INTO counted SELECT total_changes() - changes FROM before;
DELETE FROM list;
INSERT INTO list
SELECT market, period, date,
	lag(date) OVER (PARTITION BY market, period ORDER BY date)
FROM (SELECT DISTINCT date, market, period FROM ranking);
.separator " "
.import '$work/new' loaded
COMMIT;
CREATE INDEX IF NOT EXISTS by_code ON ranking (code, market, period, date);
SQL
echo "$rows rows of ${#files[@]} lists"
