"""Reads workbooks for the tests, with openpyxl.

    xlsx.py cells FILE SHEET      prints each cell: reference, type, format,
                                  value
    xlsx.py names FILE            prints the names of the sheets
    xlsx.py rows FILE SHEET       prints rows of values, separated by tabs
    xlsx.py same FILE NDJSON      checks that the report contains every record
                                  of kis-fetch with the same values
"""
import datetime
import json
import re
import sys
import warnings

import openpyxl

MARKETS = {"0000": "전체", "0001": "코스피", "1001": "코스닥",
           "2001": "코스피200", "4001": "KRX100", "3003": "코스닥150"}
PERIODS = {"1d": "1일", "2d": "2일", "3d": "3일", "4d": "4일", "1w": "1주",
           "2w": "2주", "3w": "3주", "1m": "1개월", "2m": "2개월",
           "3m": "3개월"}
SIGNS = {"0": "없음", "1": "↑ 상한가", "2": "▲ 상승", "3": "보합",
         "4": "↓ 하한가", "5": "▼ 하락"}
TITLES = {
    "list": "목록구분", "list_rows": "목록종목수", "filter": "조회조건","market": "시장", "period": "기간", "rank": "순위",
          "fetched_at": "조회시각", "mksc_shrn_iscd": "종목코드",
          "hts_kor_isnm": "종목명", "stck_prpr": "현재가 (원)",
          "prdy_vrss": "전일대비 (원)", "prdy_vrss_sign": "등락구분",
          "prdy_ctrt": "등락률 (%)", "acml_vol": "거래량 (주)",
          "acml_tr_pbmn": "거래대금 (백만원)", "ssts_cntg_qty": "공매도거래량 (주)",
          "ssts_vol_rlim": "공매도거래량비중 (%)",
          "ssts_tr_pbmn": "공매도거래대금 (백만원)",
          "ssts_tr_pbmn_rlim": "공매도거래대금비중 (%)",
          "stck_bsop_date": "일자", "stck_clpr": "종가 (원)",
          "stck_oprc": "시가 (원)", "stck_hgpr": "고가 (원)",
          "stck_lwpr": "저가 (원)",
          "stnd_date1": "기준시작일", "stnd_date2": "기준종료일",
          "avrg_prc": "공매도평균가 (원)"}
PERCENTS = ("prdy_ctrt", "ssts_vol_rlim", "ssts_tr_pbmn_rlim")
TEXTS = ("list", "filter", "mksc_shrn_iscd", "hts_kor_isnm")


def load(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, data_only=True)


def wanted(key, text):
    """Returns the cell value expected for a field of a record."""
    if text == "":
        return None
    if key in TEXTS:
        return text
    if key == "market":
        return MARKETS[text]
    if key == "period":
        return PERIODS[text]
    if key == "prdy_vrss_sign":
        return SIGNS[text]
    if key in ("stnd_date1", "stnd_date2", "stck_bsop_date"):
        if text == "0":
            return None
        return datetime.datetime.strptime(text, "%Y%m%d")
    if key == "fetched_at":
        return datetime.datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
    number = re.fullmatch(r"\s*([+-]?)0*(\d+)((?:\.\d+)?)\s*", text)
    digits = number.group(2) + number.group(3)
    sign = "-" if number.group(1) == "-" else ""
    if key in PERCENTS:
        return float(sign + digits + "e-2")
    return float(sign + digits) if number.group(3) else int(sign + digits)


def same(path, ndjson):
    book = load(path)
    at, bad, count = {}, 0, 0
    for line in open(ndjson, encoding="utf-8"):
        record = json.loads(line)
        name = MARKETS[record["market"]] + " " + PERIODS[record["period"]]
        sheet = book[name]
        if name not in at:
            head = next(r for r in range(1, 9)
                        if sheet.cell(r, 1).value == "순위")
            titles = [c.value for c in sheet[head]]
            at[name] = [titles, head]
        titles, row = at[name][0], at[name][1] + 1
        at[name][1] = row
        for key, text in record.items():
            cell = sheet.cell(row, titles.index(TITLES.get(key, key)) + 1)
            count += 1
            if cell.value != wanted(key, text) or cell.data_type == "f":
                bad += 1
                print(name, cell.coordinate, key, repr(text),
                      repr(cell.value))
    for name, (_, row) in at.items():
        if any(c.value is not None for c in book[name][row + 1]):
            bad += 1
            print(name, "has more rows than the input")
    print(count, "cells compared,", bad, "differ")
    return bad == 0 and count > 0


def cells(path, name):
    for row in load(path)[name].iter_rows():
        for c in row:
            if c.value is not None:
                print(c.coordinate, c.data_type, c.number_format,
                      repr(c.value), sep="\t")


def rows(path, name):
    for row in load(path)[name].iter_rows(values_only=True):
        print("\t".join("" if v is None else str(v) for v in row))


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    what, path = sys.argv[1:3]
    if what == "names":
        print("\n".join(load(path).sheetnames))
    elif what == "cells":
        cells(path, sys.argv[3])
    elif what == "rows":
        rows(path, sys.argv[3])
    else:
        sys.exit(not same(path, sys.argv[3]))


if __name__ == "__main__":
    main()
