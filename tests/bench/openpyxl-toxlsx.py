# Converts NDJSON to a workbook of one sheet with openpyxl, in write-only mode,
# for a comparison with kis-toxlsx. Numbers, ratios and dates are typed cells,
# and each column has a number format.
import datetime
import json
import sys

import openpyxl
from openpyxl.cell import WriteOnlyCell

PERCENT = {"prdy_ctrt", "ssts_vol_rlim", "ssts_tr_pbmn_rlim"}
DATE = {"stnd_date1", "stnd_date2"}
TEXT = {"market", "period", "mksc_shrn_iscd", "hts_kor_isnm",
        "prdy_vrss_sign"}

book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet()


def cell(value, number_format):
    made = WriteOnlyCell(sheet, value)
    made.number_format = number_format
    return made


def typed(key, value):
    if key in TEXT:
        return cell(value, "@")
    if key in PERCENT:
        return cell(float(value) / 100, "0.00%")
    if key in DATE:
        return cell(datetime.datetime(int(value[:4]), int(value[4:6]),
                                      int(value[6:])), "yyyy-mm-dd")
    if key == "fetched_at":
        return cell(datetime.datetime.fromisoformat(value[:19]),
                    "yyyy-mm-dd hh:mm:ss")
    return cell(float(value), "#,##0")


with open(sys.argv[1], encoding="utf-8") as lines:
    for row, line in enumerate(lines):
        record = json.loads(line)
        if row == 0:
            sheet.append([*record, "versus"])
        sheet.append([*(typed(*member) for member in record.items()),
                      cell(float(record["stck_prpr"]) /
                           float(record["avrg_prc"]) - 1, "0.00%")])
book.save(sys.argv[2])
