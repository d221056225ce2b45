"""Prints the visible properties of a workbook, one on each line, so that a
change of any property changes the text.

    xlsx_looks.py FILE SHEET      prints the properties of a sheet
    xlsx_looks.py FILE            prints each sheet's name, visibility, color
"""
import re
import sys
import warnings
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
from openpyxl.utils import get_column_letter as letter

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def colour(c):
    return c.rgb[2:] if c is not None and isinstance(c.rgb, str) else "-"


def look(cell):
    fill = colour(cell.fill.fgColor) if cell.fill.fill_type else "-"
    return " ".join([
        "%g%s" % (cell.font.sz, "b" if cell.font.b else ""),
        colour(cell.font.color), fill, cell.alignment.horizontal or "-",
        "wrap" if cell.alignment.wrap_text else "-",
        cell.number_format.replace(" ", "_")])


def rows(ws, first, last):
    for row in ws.iter_rows(min_row=first, max_row=last):
        for cell in row:
            if cell.value is not None:
                link = (" to " + (cell.hyperlink.target or cell.hyperlink.location)
                if cell.hyperlink else "")
                yield "%s %s%s" % (cell.coordinate, look(cell), link)


def columns(ws):
    for i in range(1, ws.max_column + 2):
        d = ws.column_dimensions[letter(i)]
        yield "column %s %.1f%s" % (letter(i), d.width,
                                    " hidden" if d.hidden else "")


def page(ws):
    s, m = ws.page_setup, ws.page_margins
    yield "page %s paper %s fit %s to %s x %s margins %g %g %g %g" % (
        s.orientation, s.paperSize, ws.sheet_properties.pageSetUpPr.fitToPage,
        1 if s.fitToWidth is None else s.fitToWidth,
        1 if s.fitToHeight is None else s.fitToHeight,
        m.left, m.right, m.top, m.bottom)
    # extract only the range, because the format of ws.print_area depends on
    # the version of openpyxl
    area = re.search(r"\$[A-Z]+\$[0-9]+:\$[A-Z]+\$[0-9]+", str(ws.print_area))
    yield "repeat %s area %s centred %s" % (
        ws.print_title_rows, area.group() if area else "-",
        ws.print_options.horizontalCentered)
    for part in ("oddHeader", "oddFooter"):
        for side in ("left", "center", "right"):
            text = getattr(getattr(ws, part), side).text
            if text:
                yield "%s %s %s" % (part, side, text)


def rules(ws):
    for ranges, found in ws.conditional_formatting._cf_rules.items():
        for rule in found:
            fill = "-"
            if rule.dataBar is not None:
                fill = colour(rule.dataBar.color)
            elif rule.dxf is not None and rule.dxf.fill is not None:
                fill = colour(rule.dxf.fill.bgColor)
            yield "rule %s %s %s %s" % (
                " ".join(sorted(str(ranges.sqref).split())), rule.type,
                ",".join(rule.formula) or "-", fill)


def bars(archive, part):
    """Yields the data bars of Excel 2010, which openpyxl ignores."""
    text = archive.read(part).decode()
    for match in re.finditer(r"<x14:dataBar(.*?)</xm:sqref>", text, re.S):
        body = match.group(0)
        ref = re.search(r"<xm:sqref>(.*?)$", body[:-len("</xm:sqref>")])
        limit = re.findall(r"<xm:f>(.*?)</xm:f>", body)
        yield "bar %s %s" % (ref.group(1) if ref else "?",
                             "|".join(limit) or "-")


def charts(archive, part):
    rels = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
    if rels not in archive.namelist():
        return
    for rel in ET.fromstring(archive.read(rels)):
        target = rel.get("Target")
        if "drawings/drawing" not in target:
            continue
        path = "xl/" + target.lstrip("./")
        names = {r.get("Id"): "xl/" + r.get("Target").lstrip("./")
                 for r in ET.fromstring(archive.read(path.replace(
                     "drawings/", "drawings/_rels/") + ".rels"))}
        for anchor in ET.fromstring(archive.read(path)):
            ends = []
            for side in ("from", "to"):
                at = anchor.find(XDR + side)
                ends.append("%s%d" % (
                    letter(int(at.find(XDR + "col").text) + 1),
                    int(at.find(XDR + "row").text) + 1))
            chart = ET.fromstring(archive.read(
                names[anchor.find(".//" + C + "chart").get(R + "id")]))
            title = "".join(t.text for t in chart.find(
                ".//" + C + "title").iter(A + "t"))
            kinds = [e.tag[len(C):] for e in chart.find(
                ".//" + C + "plotArea") if e.tag.endswith("Chart")]
            fills = [e.get("val") for s in chart.iter(C + "ser")
                     for e in s.findall(C + "spPr/" + A + "solidFill/" + A +
                                        "srgbClr")]
            formats = [e.get("formatCode") for e in chart.iter(C + "numFmt")]
            gap = [e.get("val") for e in chart.iter(C + "gapWidth")]
            yield "chart %s %s:%s %s gap %s fill %s format %s" % (
                ",".join(kinds), ends[0], ends[1], title, ",".join(gap),
                ",".join(fills), ",".join(sorted(set(formats))))


def sheet(path, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    ws = book[name]
    part = "xl/worksheets/sheet%d.xml" % (book.sheetnames.index(name) + 1)
    archive = zipfile.ZipFile(path)
    header = next((i for i in range(1, 6) if ws.cell(i, 3).value), 1)
    header = int(re.search(r"[0-9]+", ws.freeze_panes).group()) - 1 \
        if ws.freeze_panes else header
    yield "frozen %s gridlines %s" % (ws.freeze_panes,
                                      ws.sheet_view.showGridLines)
    yield "merged %s" % " ".join(sorted(str(r) for r in ws.merged_cells))
    yield "filter %s" % ws.auto_filter.ref
    for table in ws.tables.values():
        yield "table %s %s %s" % (table.name, table.ref,
                                  table.tableStyleInfo.name)
    yield "heights %s" % " ".join(
        "%d:%g" % (i, d.height) for i, d in sorted(ws.row_dimensions.items())
        if d.height)
    yield from columns(ws)
    yield from rows(ws, 1, header)
    yield from rows(ws, header + 1, header + 3)
    yield from rules(ws)
    yield from bars(archive, part)
    yield from page(ws)
    yield from charts(archive, part)


def main():
    if len(sys.argv) == 2:
        book = openpyxl.load_workbook(sys.argv[1])
        for ws in book:
            print(ws.title, ws.sheet_state,
                  colour(ws.sheet_properties.tabColor),
                  "active" if ws == book.active else "")
    else:
        print("\n".join(sheet(sys.argv[1], sys.argv[2])))


main()
