# Converts NDJSON to a workbook of one sheet with XlsxWriter, in constant-memory
# mode, for a comparison with kis-toxlsx. Numbers, ratios and dates are typed
# cells, and each column has a number format.
import datetime
import json
import sys

import xlsxwriter

PERCENT = {"prdy_ctrt", "ssts_vol_rlim", "ssts_tr_pbmn_rlim"}
DATE = {"stnd_date1", "stnd_date2"}
TEXT = {"market", "period", "mksc_shrn_iscd", "hts_kor_isnm",
        "prdy_vrss_sign"}

book = xlsxwriter.Workbook(sys.argv[2], {"constant_memory": True})
sheet = book.add_worksheet()
text = book.add_format({"num_format": "@"})
whole = book.add_format({"num_format": "#,##0"})
percent = book.add_format({"num_format": "0.00%"})
date = book.add_format({"num_format": "yyyy-mm-dd"})
time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
with open(sys.argv[1], encoding="utf-8") as lines:
    for row, line in enumerate(lines, 1):
        record = json.loads(line)
        if row == 1:
            for column, key in enumerate(record):
                sheet.write_string(0, column, key)
            sheet.write_string(0, len(record), "versus")
        for column, (key, value) in enumerate(record.items()):
            if key in TEXT:
                sheet.write_string(row, column, value, text)
            elif key in PERCENT:
                sheet.write_number(row, column, float(value) / 100, percent)
            elif key in DATE:
                sheet.write_datetime(row, column, datetime.datetime(
                    int(value[:4]), int(value[4:6]), int(value[6:])), date)
            elif key == "fetched_at":
                sheet.write_datetime(row, column, datetime.datetime.
                                     fromisoformat(value[:19]), time)
            else:
                sheet.write_number(row, column, float(value), whole)
        sheet.write_number(row, len(record), float(record["stck_prpr"]) /
                           float(record["avrg_prc"]) - 1, percent)
book.close()
