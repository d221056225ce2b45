#!/bin/bash
# The catalogue of Korean messages is complete. Messages and --help are Korean
# in a Korean locale only, and data are the same in every locale.
. "$(dirname "$0")/lib.sh"
need msgfmt
share=$(dirname "$BIN")/share/locale
[ -e "$share/ko/LC_MESSAGES/kis.mo" ] || skip_all "no catalogue in $share"
archive=$ROOT/pipelines/kis-archive

# --- ko.po contains a translation of every message
po=$ROOT/cmd/po/ko.po
is 'ko.po: no fuzzy entry' "$(msgattrib --only-fuzzy "$po" | wc -l | tr -d ' ')" 0
is 'ko.po: no untranslated entry' "$(msgattrib --untranslated "$po" | wc -l | tr -d ' ')" 0
is 'ko.po: no obsolete entry' "$(msgattrib --only-obsolete "$po" | wc -l | tr -d ' ')" 0
run msgfmt --check-format -o checked.mo "$po"
check 'ko.po: formats agree' 0 '' ''
run make -s -C "$ROOT" B="$T/b" "$T/b/kis.pot"
check 'xgettext finds the texts' 0 '*' '*'
run msgcmp "$po" b/kis.pot
check 'ko.po: every text of the sources is translated' 0 '' ''
printf '\nmsgid "a new message"\nmsgstr ""\n' >>b/kis.pot
run msgcmp "$po" b/kis.pot
check 'a new text without a translation is noticed' 1 '*' '*'

# --- use the locale ko_KR.UTF-8 if it can be created, otherwise C.UTF-8 with
# LANGUAGE
mkdir locales
if localedef -i ko_KR -f UTF-8 locales/ko_KR.UTF-8 >"$out" 2>&1; then
	export LOCPATH=$T/locales
	# disable the leak check, because setlocale() of glibc leaks memory with
	# LOCPATH
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	korean=(env LC_ALL=ko_KR.UTF-8)
elif LC_ALL=C.UTF-8 LANGUAGE=ko kis-tocsv --help | grep -q '^사용법'; then
	note "no ko_KR.UTF-8: LANGUAGE=ko"
	korean=(env LC_ALL=C.UTF-8 LANGUAGE=ko)
else
	skip 'Korean messages' 'ko_KR.UTF-8 cannot be created without the package locales, and this libc ignores LANGUAGE in C.UTF-8'
	done_testing
	exit
fi
in_korean() { run "${korean[@]}" "$@"; }

# Reads the output of --help and prints the columns at which the descriptions of
# options begin.
columns_of() {
	LC_ALL=C.UTF-8 "$PYTHON" -c '
import re, sys, unicodedata
def width(s):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
for line in sys.stdin.read().split("\n"):
    if width(line) > 80:
        print("too wide:", line)
    m = re.match(r" +((-\w, +)?--[a-z-]+|-\w)( [A-Z=]+)? +(?=\S)", line)
    if m:
        print(m.group(1), width(m.group(0)))'
}
for program in kis-token kis-fetch kis-tocsv kis-toxlsx "$archive" \
	"$archive "{nightly,derive,gaps,verify,merge,stocks,history,ranking,report}; do
	name=${program##*/}
	in_korean $program --help
	check "$name --help: Korean" 0 '^사용법: kis-' ''
	cp "$out" korean.help
	run $program --help
	is "$name --help: options and their columns are those of the English text" \
		"$(columns_of <korean.help)" "$(columns_of <"$out")"
	is "$name --help: numbers of exit statuses are the same" \
		"$(sed -n '/^종료 코드/,/^$/p' korean.help | grep -oE '\<[0-9]+\>' | sort -u | paste -sd' ')" \
		"$(sed -n '/^Exit status/,/^$/p' "$out" | grep -oE '\<[0-9]+\>' | sort -u | paste -sd' ')"
	is "$name --help: the same examples" "$(grep -E '^  (kis-|KIS_|rsync)' korean.help |
		grep -oE '(kis-[a-z]+ .*|rsync.*)' | sed 's/   .*//')" \
		"$(grep -E '^  (kis-|KIS_|rsync)' "$out" | grep -oE '(kis-[a-z]+ .*|rsync.*)' | sed 's/   .*//')"
done

# --- messages are Korean in the Korean locale and English in the C locale, with
# the same exit status
printf '{"a":1}\n' >good
printf '{"a":1}\n{"a":\n' >bad
printf '\x1f\x8b\x08\x01 abc\n' >zipped
printf 'not a token\n' >token
has_hangul() { perl -Mopen=:std,:utf8 -ne '$found = 1 if /\p{Hangul}/; END { exit !$found }' "$1"; }
both() { # arguments: name status command…
	local name=$1 status_wanted=$2
	shift 2
	in_korean "$@"
	check "$name: Korean" "$status_wanted" '*' '*'
	ok "$name: Hangul on standard error" has_hangul "$err"
	run "$@"
	check "$name: English in the C locale" "$status_wanted" '*' '*'
	ok "$name: no Hangul in the C locale" eval '! has_hangul "$err"'
	run env LC_ALL=xx_XX.UTF-8 "$@"
	ok "$name: English in a locale that does not exist" \
		eval '! has_hangul "$err"'
}
both 'unknown option' 64 kis-fetch --no-such-option
both 'option without a value' 64 kis-tocsv -c
both 'invalid stock code' 64 kis-fetch -s 12
both 'invalid number' 64 kis-fetch --rate 0
both 'exclusive options' 64 kis-fetch --raw --complete
both 'unexpected argument' 64 kis-token file
both 'exclusive modes' 64 kis-token --setup --status
both 'invalid delimiter' 64 kis-tocsv -t ab good
both 'invalid choice' 64 kis-tocsv --quote no good
both 'invalid title' 64 kis-toxlsx --title $'\x01' good
both 'archive: no command' 64 "$archive"
both 'archive: invalid value' 64 "$archive" nightly x --stale y
both 'archive: none' 66 "$archive" gaps nowhere
both 'no credentials' 78 kis-token
both 'half of the credentials' 78 env KIS_APPKEY=x kis-token
both 'no such profile' 78 kis-token -p none
both 'no input' 66 kis-tocsv nowhere
both 'no records' 66 kis-toxlsx -o x.xlsx /dev/null
both 'truncated line' 65 kis-tocsv bad
both 'gzip' 65 kis-toxlsx -o x.xlsx zipped
both 'no output directory' 73 kis-tocsv -o nowhere/x good
both 'invalid token' 65 env KIS_APPKEY=PSxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx KIS_APPSECRET=x \
	kis-fetch --token-file token
both 'truncated line in a workbook' 65 kis-toxlsx -o x.xlsx bad
printf '[1]\n' >array
both 'not a record' 65 kis-tocsv array
both 'output is a directory' 73 kis-toxlsx -o . good
both 'archive: nothing to verify' 66 "$archive" verify nowhere
both 'archive: nothing to rank' 66 "$archive" ranking nowhere --date 20240805 --market kosdaq
sim_start
both 'status without a token' 77 kis-token --status
both 'no https' 78 env KIS_BASE_URL=http://127.0.0.1:1 kis-token
both 'unknown issuer' 76 env -u KIS_CACERT kis-token
(umask 077 && kis-token >t 2>"$err")
both 'server away' 75 env KIS_BASE_URL=https://127.0.0.1:1 \
	kis-fetch --token-file t --retries 0
both 'server name unknown' 75 env KIS_BASE_URL=https://nowhere.invalid \
	kis-fetch --token-file t --retries 0

# --- messages of the system programs that kis-archive runs, and of bash, are
# readable: they contain no ? in place of each Korean character
: >file
run "$archive" nightly C --init --stale 0 -m kosdaq
date=$(basename C/raw/*)
for locale in "${korean[*]}" 'env -u LC_ALL LANG=C.UTF-8 LANGUAGE=ko' 'env LC_ALL=C.UTF-8 LANGUAGE=ko'; do
	run $locale "$archive" nightly file/x --init
	check "$locale: mkdir fails, exit status 73" 73 '' 'file'
	is "$locale: message of mkdir is readable" "$(grep -c '??' "$err")" 0
	rm -rf C/raw/* C/.pending C/.run
	mkdir -p "C/.pending/$date"
	run $locale "$archive" nightly C --stale 0 -m kosdaq
	check "$locale: bash cannot write to a directory, exit status 73" 73 '*' "pending/$date"
	is "$locale: message of bash is readable" "$(grep -c '??' "$err")" 0
done

# --- the progress that -v prints is also translated
both 'progress of a fetch' 0 kis-fetch -v --token-file t -m kosdaq

# --- the faults that verify reports in rows, and the notes of --dry-run, are
# translated
run "$archive" nightly A --init --stale 0 -m kosdaq
(cd A/raw/2* && rm SHA256SUMS && jq -c 'if .rank == "2" then .rank = "9"
	elif .rank == "4" then .ssts_vol_rlim = "99.00" | .ssts_tr_pbmn_rlim = "99.00" | .avrg_prc = "1"
	elif .rank == "6" then .market = "0001"
	elif .rank == "8" then .mksc_shrn_iscd = "000000"
	elif .rank == "9" then .mksc_shrn_iscd = "000000"
	else . end | .list_rows = "7"' kosdaq-1d.ndjson >x && mv x kosdaq-1d.ndjson
mkdir ../../raw/20991231 && sed 's/"stnd_date2":"[0-9]*"/"stnd_date2":"20991231"/' kosdaq-1d.ndjson \
	>../../raw/20991231/kosdaq-1d.ndjson
mkdir ../../raw/20201231 && : >../../raw/20201231/kosdaq-1d.ndjson)
mkdir A/stocks
day() { # arguments: code date ratio average
	printf '{"mksc_shrn_iscd":"%s","stck_bsop_date":"%s","acml_tr_pbmn":"1000","ssts_tr_pbmn":"100","ssts_tr_pbmn_rlim":"%s","ssts_cntg_qty":"10","avrg_prc":"%s"}\n' "$@"
}
{
	day 005930 20241231 10.00 10
	day 005930 20241231 10.00 10
	day 005930 20241230 10.00 10
	day 005930 20241332 10.00 10
	day 000660 20251230 99.00 99
	day 005930 20251231 x 10
} >A/stocks/005930.ndjson
: >A/stocks/000660.ndjson
run "$archive" verify A
check 'verify of rows: faults in English' 65 '*' ''
cp "$out" english.faults
in_korean "$archive" verify A
check 'verify of rows: faults in Korean' 65 '*' ''
cp "$out" korean.faults
# the messages about the faults above must contain these texts
for fault in 'rank 9, expected 2' 'short volume ratio is 99.00, expected' \
	'short value ratio is 99.00, expected' 'average short price is 1, expected' \
	'contains kospi-1d of' 'duplicate stock 000000, first in line 8' \
	'expected 7 rows, found 30' 'base date is in the future' 'list is empty' \
	'file is empty' 'duplicate day 20241231' 'day 20241230 follows 20241231' \
	'invalid day 20241332' 'contains stock 000660' 'ratio is not a number'; do
	ok "verify: '$fault'" grep -qF -e "$fault" english.faults
done
is 'verify: as many faults in Korean as in English' \
	"$(grep -c : korean.faults)" "$(grep -c : english.faults)"
is 'verify: places of the faults are the same' \
	"$(cut -d: -f1,2 korean.faults | grep -E '^[a-z/0-9.-]+:[0-9]+$')" \
	"$(cut -d: -f1,2 english.faults | grep -E '^[a-z/0-9.-]+:[0-9]+$')"
sed 's/^[^ ]*: //' korean.faults | grep -av '[^ -~]' >not-korean
is 'verify: every fault is Korean' "$(cat not-korean)" ''
in_korean kis-fetch -m kosdaq --dry-run
check '--dry-run: Korean notes' 0 '\([0-9]+자\)' ''
run kis-fetch -m kosdaq --dry-run
check '--dry-run: English notes in the C locale' 0 '\([0-9]+ characters\)' ''

# --- warnings of runs that succeed are translated
chmod 644 t
both 'warning: token file readable by others' 0 kis-fetch --token-file t -m kosdaq -o r
chmod 600 t
(yes '{"b":1}' | head -12000; echo '{"b":"x"}') >strays
both 'warning: value of another type' 0 kis-toxlsx -o x.xlsx strays
run "$archive" nightly B --init --stale 0 -m kosdaq
both 'warning: no ping' 0 env 'KIS_PING_URL="' "$archive" nightly B --stale 0 -m kosdaq
both 'warning: stock in no list' 0 "$archive" report B -o x.xlsx --stocks 999999

# --- data and machine-readable output are the same in both locales
kis-fetch --token-file t -m kosdaq -o r.ndjson
run kis-fetch --token-file t -m kosdaq --raw -o raw.json
for command in 'kis-tocsv r.ndjson' 'kis-tocsv --excel r.ndjson' 'kis-toxlsx r.ndjson' \
	'kis-fetch --from-raw raw.json -m kosdaq'; do
	run $command
	cp "$out" english.data
	in_korean $command
	ok "$command: the same bytes in both locales" cmp "$out" english.data
done

# --- the dialogue of --setup on a pseudo-terminal is Korean
if command -v script >"$out"; then
	# start a new server, because it has issued no token in the last minute
	sim_start
	key=$KIS_APPKEY secret=$KIS_APPSECRET
	unset KIS_APPKEY KIS_APPSECRET
	(sleep 1; printf '%s\n' "$key"; sleep 1; printf '%s\n' "$secret"; sleep 3) |
		"${korean[@]}" script -qec 'kis-token --setup' /dev/null >dialogue 2>&1
	ok '--setup: the prompt is Korean' grep -q '입력' dialogue
	ok '--setup: the result is Korean' grep -q '저장' dialogue
else
	skip '--setup on a terminal' 'script is not installed'
fi
done_testing
