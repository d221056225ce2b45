"""Compares every cell of a workbook, as an independent reader reads it, with
the records from which the workbook was made.

    xlsx_readers.py READER FILE NDJSON     READER: openpyxl xlsx2csv
                                           libreoffice exceljs xlsx
    xlsx_readers.py alike A B SHEET        checks that the cells below the
                                           header of SHEET are equal in A and
                                           B: value, type, format, color and
                                           alignment

A reader may show Excel's escapes (_x0001_) if it does not support them.
xlsx2csv shows only the end of any inline text of more than 8,192 characters.
"""
import csv
import datetime
import io
import json
import os
import re
import subprocess
import sys
import tempfile

import openpyxl
from openpyxl.utils.datetime import to_excel

import xlsx

HERE = os.path.dirname(os.path.abspath(__file__))
STRICT = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


def plain(value):
    if isinstance(value, (datetime.datetime, datetime.time)):
        return to_excel(value)
    return value


def openpyxl_(path):
    return {s.title: [[plain(v) for v in row] for row in
                      s.iter_rows(values_only=True)]
            for s in xlsx.load(path).worksheets}


def xlsx2csv_(path):
    sheets = {}
    for name in xlsx.load(path).sheetnames:
        text = subprocess.run(
            ["xlsx2csv", "-n", name, "--ignore-formats", "date", "time",
             "float", "percentage", "--", path],
            check=True, capture_output=True).stdout.decode()
        sheets[name] = list(csv.reader(io.StringIO(text)))
    return sheets


def libreoffice_(path):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", "-env:UserInstallation=file://" + folder + "/user",
             "--headless", "--convert-to", "xlsx", "--outdir", folder, path],
            check=True, capture_output=True)
        return openpyxl_(os.path.join(folder, os.path.basename(path)))


def node_(library):
    def read(path):
        return json.loads(subprocess.run(
            ["node", os.path.join(HERE, "xlsx_node.js"), library, path],
            check=True, capture_output=True).stdout)
    return read


READERS = {"openpyxl": openpyxl_, "xlsx2csv": xlsx2csv_,
           "libreoffice": libreoffice_, "exceljs": node_("exceljs"),
           "xlsx": node_("xlsx")}


def digits(text):
    """Returns the number of significant digits, without final zeros."""
    whole, _, fraction = re.sub(r"[eE].*|[^\deE.]", "", text).partition(".")
    return len((whole + fraction.rstrip("0")).lstrip("0"))


class Number(str):
    """A JSON number with its original digits."""


def load(line):
    return json.loads(line, parse_float=Number, parse_int=Number)


def is_plain(value):
    if isinstance(value, Number):
        whole = not re.search("[.eE]", value)
        return digits(value) <= 15 if whole else abs(float(value)) < 1e308
    return (STRICT.fullmatch(value) and digits(value) <= 15 and
            not re.search("[eE]|\\..*0$|^-0$", value))


def type_of(value):
    if value is None or isinstance(value, str) and not value.strip(" \t\r\n"):
        return None
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, str) and is_plain(value):
        return "number"
    return "text"


def types(ndjson):
    """Returns the type of each field, based on the first 10,000 records."""
    found = {}
    for i, line in enumerate(open(ndjson, encoding="utf-8", newline="\n")):
        if i == 10000:
            break
        for key, value in load(line).items():
            kind = type_of(value)
            if kind and found.setdefault(key, kind) != kind:
                found[key] = "text"
    return found


def other(value, kind):
    """Returns the expected value of a field that the API does not define."""
    if value is None or value == "":
        return None
    if kind == type_of(value) == "truth":
        return value
    if kind == type_of(value) == "number":
        return float(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value).replace("\r\n", "\n")


def of_api(key, value):
    """Returns the expected value of an API field; invalid text is unchanged."""
    try:
        wanted = plain(xlsx.wanted(key, value))
    except (AttributeError, KeyError, ValueError):
        return value
    if isinstance(wanted, str):
        return wanted.replace("\r\n", "\n")
    if key == "fetched_at" or digits(value) <= 15:
        return wanted
    return value


def expected(record, kinds):
    for key, value in record.items():
        if "mksc_shrn_iscd" not in record:
            yield key, other(value, kinds.get(key))
        elif key not in xlsx.TITLES:
            yield key, other(value, kinds.get(key))
        else:
            yield xlsx.TITLES[key], of_api(key, value)


def sheet_of(record):
    if "mksc_shrn_iscd" not in record:
        return "데이터"
    if "stck_bsop_date" in record:
        return record["hts_kor_isnm"] + " " + record["mksc_shrn_iscd"]
    return (xlsx.MARKETS[record["market"]] + " " +
            xlsx.PERIODS[record["period"]])


def escaped(text):
    """Returns text with Excel's escapes (_x0001_), which some readers show."""
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]",
                  lambda m: "_x%04X_" % ord(m.group()), text)


def equal(got, wanted):
    if wanted is None:
        return got is None or got == ""
    if isinstance(wanted, bool):
        return got is wanted or got in (str(wanted).upper(), str(int(wanted)))
    if isinstance(wanted, str):
        return isinstance(got, str) and (
            got == wanted or got.lower() == escaped(wanted).lower())
    try:  # a number read from CSV is text
        return not isinstance(got, bool) and got is not None and \
            abs(float(got) - wanted) <= abs(wanted) * 1e-15
    except ValueError:
        return False


def is_cut(reader, got, wanted):
    return reader == "xlsx2csv" and isinstance(wanted, str) and \
        len(wanted) > 8192 and got and wanted.endswith(got)


def compare(reader, path, ndjson):
    sheets, at, bad, count = READERS[reader](path), {}, 0, 0
    kinds = types(ndjson)
    for line in open(ndjson, encoding="utf-8", newline="\n"):
        record = load(line)
        cells = list(expected(record, kinds))
        rows = sheets[sheet_of(record)]
        if id(rows) not in at:
            head = next(i for i, row in enumerate(rows)
                        if {t for t, _ in cells} <= set(row))
            at[id(rows)] = [rows[head], head]
        titles, row = at[id(rows)][0], at[id(rows)][1] + 1
        at[id(rows)][1] = row
        for title, wanted in cells:
            column = titles.index(title)
            got = rows[row][column] if column < len(rows[row]) else None
            count += 1
            if not equal(got, wanted) and not is_cut(reader, got, wanted):
                bad += 1
                if bad < 20:
                    print(row + 1, title, repr(wanted)[:60], repr(got)[:60])
    print(count, "cells compared,", bad, "differ")
    return bad == 0 and count > 0


def look(cell):
    color = cell.font.color.rgb if cell.font.color else None
    value = cell.value
    if isinstance(value, str):  # openpyxl decodes shared strings only
        value = value.replace("_x005F_", "_")
    return (value, cell.data_type, cell.number_format, color,
            cell.alignment.horizontal)


def table(path, name):
    """Returns the header, which is the last bold row, and the rows below."""
    rows = list(xlsx.load(path)[name].iter_rows())
    head = max(i for i, row in enumerate(rows[:8])
               if row[0].value is not None and row[0].font.b)
    return [c.value for c in rows[head]], rows[head + 1:]


def alike(a, b, name):
    (titles, rows), (other_titles, other_rows) = table(a, name), table(b, name)
    bad = count = 0
    for row, other_row in zip(rows, other_rows):
        for x, y in zip(row, other_row):
            count += 1
            if look(x) != look(y) and not is_derived(x, y):
                bad += 1
                print(x.coordinate, look(x), y.coordinate, look(y))
    print(count, "cells compared,", bad, "differ")
    return titles == other_titles and bad == 0 and count > 0


def is_derived(x, y):
    """Returns True if the cells differ only in the blue color of a link."""
    return look(x)[:3] == look(y)[:3] and look(x)[3] == "FF1F4E79"


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    if sys.argv[1] == "alike":
        sys.exit(not alike(*sys.argv[2:5]))
    sys.exit(not compare(*sys.argv[1:4]))


main()
