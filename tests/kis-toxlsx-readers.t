#!/bin/bash
# Independent readers find the value of every cell in the reports and large
# workbooks of kis-toxlsx. Readers that are not installed are skipped. Node.js
# modules are looked up in the directory into which setup.sh installs them, then
# in NODE_PATH.
. "$(dirname "$0")/lib.sh"
need "$PYTHON"
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
READ="$PYTHON -B $ROOT/tests/xlsx_readers.py"
export NODE_PATH=$ROOT/build/node_modules${NODE_PATH:+:$NODE_PATH}

# The input has unusual values first, then enough common values for a large
# workbook.
"$PYTHON" - <<'END'
import json

RECORD = {"market": "1001", "period": "1d", "rank": "1",
          "fetched_at": "2026-11-20T18:40:03+09:00",
          "mksc_shrn_iscd": "005930", "hts_kor_isnm": "삼성전자",
          "stck_prpr": "81300", "prdy_vrss": "500", "prdy_vrss_sign": "2",
          "prdy_ctrt": "0.62", "acml_vol": "297211074",
          "acml_tr_pbmn": "23401356654068", "ssts_cntg_qty": "1140742",
          "ssts_vol_rlim": "7.32", "ssts_tr_pbmn": "89937102700",
          "ssts_tr_pbmn_rlim": "0.38", "stnd_date1": "20261119",
          "stnd_date2": "20261120", "avrg_prc": "78840", "new": "x"}
TEXTS = ["", " ", " both ", "a\tb", "a\nb", "a\r\nb\r\n", "<&>\"'", "]]>", "&amp;", "_x0041_",
         "\x01", "\x1f x", "a\rb", "\ufffe", "\uffff", "\ufeff", "=1+1",
         "+A1", "-A1", "@x", "=HYPERLINK(1)", "'", "😀한글", "가" * 32767,
         "x" * 32767, "a" * 15, "a" * 16, "a" * 17, "a" * 31 + "&", "é" * 9,
         "ᄒ\u1161\u11ab", "TRUE", "NaN", "inf", "1e5", "0x10", "1,000",
         "005930", "00680K", "0013E0"]
NUMBERS = ["0", "-0", "7", "-7", "123456789012345", "-123456789012345",
           "1234567890123456", "999999999999999999", "1234567890123450",
           "1234567890123450.00", "10000000000000000000", "100000000000000",
           "20261120184003000000", "12345678901234.500000", "1.5", "-1.5", "+1.26",
           "  12 ", "00000138600.0000", "          0.0000", "0.001",
           "100.00", "-0.13", "-100.00", "0.00", "12.345", "99999.99",
           "0.123456789012345", "abc", "1.", "--1", ""]
FIELDS = {"hts_kor_isnm": TEXTS, "new": TEXTS, "mksc_shrn_iscd":
          ["00680K", "0013V0", "Q530036", "=1+1", "123456789", "000001"],
          "prdy_vrss_sign": list("01234567") + ["", "x"],
          "stnd_date1": ["0", "", "20240229", "20230229", "19000301",
                         "99991231", "x"],
          "fetched_at": ["2024-02-29T23:59:59+09:00", "2024-02-29", ""]}
for field in ("stck_prpr", "prdy_vrss", "prdy_ctrt", "acml_vol",
              "acml_tr_pbmn", "ssts_vol_rlim", "avrg_prc"):
    FIELDS[field] = NUMBERS


def write(name, records, filler):
    with open(name + "-short", "w", encoding="utf-8") as f:
        for r in records:
            f.write(json.dumps(r, ensure_ascii=True) + "\n")
    with open(name + "-long", "w", encoding="utf-8") as f:
        for r in records + filler:
            f.write(json.dumps(r, ensure_ascii=False) + "\n")


own = [dict(RECORD, **{field: value}) for field, values in FIELDS.items()
        for value in values]
write("own", own, [dict(RECORD, rank=str(i), acml_vol=str(i * 7919))
                     for i in range(5200)])
DAY = {"mksc_shrn_iscd": "", "hts_kor_isnm": "", "fetched_at": RECORD["fetched_at"],
       "stck_bsop_date": "", "stck_clpr": "81300", "prdy_vrss": "-500",
       "prdy_vrss_sign": "5", "prdy_ctrt": "-0.62", "acml_vol": "297211074",
       "ssts_cntg_qty": "1140742", "ssts_vol_rlim": "3688.00",
       "acml_tr_pbmn": "23401356654068", "ssts_tr_pbmn": "89937102700",
       "ssts_tr_pbmn_rlim": "0.38", "stck_oprc": "81000",
       "stck_hgpr": "82000", "stck_lwpr": "80000", "avrg_prc": "0"}
days = []
for name, code in (("삼성전자", "005930"), ("R&D <2호>", "0013E0")):
    odd = [(f, v) for f in ("stck_clpr", "acml_vol", "ssts_tr_pbmn_rlim",
                            "avrg_prc", "prdy_vrss") for v in NUMBERS]
    for i, (field, value) in enumerate(odd):
        days.append(dict(DAY, **{
            "mksc_shrn_iscd": code, "hts_kor_isnm": name, field: value,
            "stck_bsop_date": "2026%02d%02d" % (i // 28 % 12 + 1, i % 28 + 1)}))
write("past", days, [])
values = TEXTS + NUMBERS + [True, False, None, 0, -1, 12, 1.5, 1e300, -2.5e-7,
                            123456789012345, 12345678901234567890, [True, {"a": "b"}]]
others = [{"a": v, "b": i, "c": i / 8, "d": i % 3 == 0, "e": str(i / 8)}
          for i, v in enumerate(values)] + [{"b": 1}]
write("other", others, [{"a": i / 8, "b": i if i < 9980 else "text %d" % i,
                         "c": i / 8, "d": i % 3 == 0, "e": str(i / 8)}
                        for i in range(10001)])
END
for name in own other past; do
	for form in short long; do
		run kis-toxlsx -o "$name-$form.xlsx" "$name-$form"
		warning=''
		[ "$name-$form" = other-long ] &&
			warning="field 'b': 21 values that do not have the type of their column.*--text 'b'"
		check "kis-toxlsx, records $name, $form: exit status 0" 0 '' "${warning-}"
	done
done

have() { # arguments: reader
	case $1 in
	openpyxl) ;;
	libreoffice) command -v soffice ;;
	xlsx2csv) command -v xlsx2csv ;;
	*) command -v node && node -e "require('$1')" ;;
	esac >"$out" 2>&1
}
for reader in openpyxl xlsx2csv libreoffice exceljs xlsx; do
	if ! have $reader; then
		skip "$reader: reads every cell" "$reader is not installed"
		continue
	fi
	for name in own-short own-long other-short other-long past-short; do
		# shellcheck disable=SC2086 # $READ is a command with options
		ok "$reader: reads every cell of $name" \
			$READ $reader $name.xlsx $name
	done
done
# shellcheck disable=SC2086 # $READ is a command with its options
ok 'large workbook of a ranking: types and formats as in a report' \
	$READ alike own-short.xlsx own-long.xlsx '코스닥 1일'
# shellcheck disable=SC2086 # $READ is a command with its options
ok 'large workbook of other records: types and formats as in a report' \
	$READ alike other-short.xlsx other-long.xlsx 데이터
done_testing
