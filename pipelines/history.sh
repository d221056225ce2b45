#!/bin/bash
# The archive into SQLite, for questions over time. Files that were read are
# not read again; reading one again changes nothing. The database holds what
# the archive holds: a list that has changed is replaced, one that is gone goes.
set -euo pipefail
unset CDPATH

usage="usage: history.sh [-h] [-d DATABASE] ARCHIVE

Reads the lists of ARCHIVE/raw that are new or have changed into the database,
one row for each base date, market, period and code, and drops those that are
gone. All of it, or nothing. Then ask:

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
db=$(realpath -m "${db:-$archive/history.db}")
cd "$archive/raw"

# One run at a time. What is read is as large as the new lists: beside the
# database, where there is room for it.
if ! { exec 9>>"$db"; } 2>/dev/null; then
	say "cannot write '$db'"
	exit 73
fi
flock 9
work=$db.load
rm -rf "$work"
mkdir -m 700 "$work" || exit 73
trap 'rm -rf "$work"' EXIT

# Within $work: its files have names then that need no quotes.
sql() {
	(cd "$work" && sqlite3 -bail -batch -cmd '.timeout 60000' "$db" "$@") &&
		return
	say "'$db' was not changed"
	exit 74
}

sql <"$here/history.sql"
find . -regextype posix-extended \
	-regex '\./[0-9]{8}/[[:alnum:]]+-[[:alnum:]]+\.ndjson' \
	-printf '%P %T@\n' | sort >"$work/have"
sql "SELECT file || ' ' || stamp FROM source" | sort >"$work/known"
comm -23 "$work/have" "$work/known" >"$work/new"
cut -d' ' -f1 "$work/have" >"$work/files"
cut -d' ' -f1 "$work/known" | comm -13 "$work/files" - >"$work/gone"
if [ ! -s "$work/new" ] && [ ! -s "$work/gone" ]; then
	echo 'nothing new'
	exit 0
fi

# the columns of table ranking
columns=stnd_date2,market,period,rank,fetched_at,mksc_shrn_iscd,hts_kor_isnm
columns+=,stck_prpr,prdy_vrss,prdy_vrss_sign,prdy_ctrt,acml_vol,acml_tr_pbmn
columns+=,ssts_cntg_qty,ssts_vol_rlim,ssts_tr_pbmn,ssts_tr_pbmn_rlim
columns+=,stnd_date1,avrg_prc
mapfile -t files < <(cut -d' ' -f1 "$work/new")
: >"$work/rows.csv"
for ((i = 0; i < ${#files[@]}; i += 1000)); do
	kis-tocsv --header none -c "$columns" "${files[@]:i:1000}" \
		>>"$work/rows.csv" || exit
done
rows=$(wc -l <"$work/rows.csv")

# Which list a file holds: one, of its name's date and period.
cut -d, -f1-3 "$work/rows.csv" | uniq | tr , ' ' >"$work/lists"
paste -d' ' "$work/new" "$work/lists" >"$work/source"
wrong=$(awk '
	NF != 5 || seen[$3, $4, $5]++ || substr($1, 1, 8) != $3 ||
		!index($1, "-" $5 ".ndjson") { print $1; exit }' "$work/source")
if [ -n "$wrong" ]; then
	say "'$archive/raw/$wrong' does not hold the one list of its name"
	exit 65
fi

# .import only complains about rows that it cannot insert, so they are
# counted; a difference ends the transaction, and nothing was read.
sql <<SQL >"$work/said"
PRAGMA cache_size = -200000;
BEGIN IMMEDIATE;
.separator " "
CREATE TEMP TABLE new AS SELECT * FROM source LIMIT 0;
.import source new
CREATE TEMP TABLE gone (file TEXT);
.import gone gone
DELETE FROM source
WHERE file IN (SELECT file FROM gone UNION SELECT file FROM new);
INSERT INTO source SELECT * FROM new;
-- a table, since only then the key finds the rows
CREATE TEMP TABLE stale AS
SELECT date, market, period FROM list
EXCEPT SELECT date, market, period FROM source
UNION SELECT date, market, period FROM new;
DELETE FROM ranking
WHERE (date, market, period) IN (SELECT date, market, period FROM stale);
CREATE TEMP TABLE counted (rows INTEGER CHECK (rows = $rows));
CREATE TEMP TABLE before AS SELECT total_changes() AS changes;
.mode csv
.import rows.csv ranking
INSERT INTO counted SELECT total_changes() - changes FROM before;
DELETE FROM list;
INSERT INTO list
SELECT market, period, date,
	lag(date) OVER (PARTITION BY market, period ORDER BY date)
FROM source;
COMMIT;
CREATE INDEX IF NOT EXISTS by_code ON ranking (code, market, period, date);
SQL
gone=$(wc -l <"$work/gone")
said="$rows rows of ${#files[@]} lists"
[ "$gone" = 0 ] || said+="; $gone lists are gone"
echo "$said"
