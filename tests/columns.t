#!/bin/bash
# The type of a value depends on its column: kis-toxlsx and kis-tocsv --excel
# write either numbers or text for all values of a column, and change no value.
# The input has 300 columns, each with a different mixture of values.
. "$(dirname "$0")/lib.sh"
need "$PYTHON"
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
seed=${KIS_TEST_SEED:-$((RANDOM))}
note "KIS_TEST_SEED=$seed"

cat >columns.py <<'END'
"""columns.py make SEED >NDJSON; columns.py check HOW FILE NDJSON"""
import csv, datetime, json, random, re, sys, warnings

ROWS, COLUMNS = 40, 300
# KINDS maps each kind of value to a pair: a generator of its JSON text, and the
# type of a column that contains only values of this kind
def digits(r, n): return str(r.randint(1, 9)) + "".join(
    str(r.randint(0, 9)) for _ in range(n - 1))
KINDS = {
    "integer": (lambda r: '"%d"' % r.randint(-10**9, 10**9), "number"),
    "decimal": (lambda r: '"%d.%d%d"' % (r.randint(-99, 99) or 1,
        r.randint(0, 9), r.randint(1, 9)), "number"),
    "fifteen digits": (lambda r: '"%s"' % digits(r, 15), "number"),
    "json integer": (lambda r: str(r.randint(-10**12, 10**12)), "number"),
    "json decimal": (lambda r: "%d.%d0" % (r.randint(0, 99), r.randint(1, 99)),
        "number"),
    "json third": (lambda r: repr(r.randint(1, 99) / 3), "number"),
    "json exponent": (lambda r: "%de-%d" % (r.randint(1, 9), r.randint(1, 99)),
        "number"),
    "json 40 digits": (lambda r: "0." + digits(r, 40), "number"),
    "json 16 digits": (lambda r: digits(r, 16), "text"),
    "json too large": (lambda r: "1e%d" % r.randint(309, 999), "text"),
    "leading zero": (lambda r: '"00%d"' % r.randint(0, 9999), "text"),
    "exponent": (lambda r: '"%dE%d"' % (r.randint(1, 9999), r.randint(0, 9)),
        "text"),
    "plus": (lambda r: '"+%d"' % r.randint(0, 99), "text"),
    "16 digits": (lambda r: '"%s"' % digits(r, 16), "text"),
    "zero at the end": (lambda r: '"%d.%d0"' % (r.randint(0, 9),
        r.randint(0, 9)), "text"),
    "words": (lambda r: json.dumps(r.choice(["삼성전자", "=1+1", "a,b", "TRUE",
        "MAR1", "12:30", "1,000", "#N/A", "_x0041_", "x y", "₩5", "참"])),
        "text"),
    "lines": (lambda r: '"a\\nb %d"' % r.randint(0, 9), "text"),
    "nested": (lambda r: '{"a":[%d,"x"]}' % r.randint(0, 9), "text"),
    "truth": (lambda r: r.choice(["true", "false"]), "truth"),
    "null": (lambda r: "null", None),
    "empty": (lambda r: '""', None),
}


def make(seed):
    r = random.Random(seed)
    hit, columns = set(), []
    for i in range(COLUMNS):
        kinds = r.sample(sorted(KINDS), r.choice([1, 1, 2, 2, 3, 4]))
        hit |= set(kinds)
        columns.append([KINDS[r.choice(kinds)][0](r) for _ in range(ROWS)])
    if hit != set(KINDS):
        sys.exit("not hit: %s" % (set(KINDS) - hit))
    for k in range(ROWS):
        print("{" + ",".join('"c%d":%s' % (i, c[k])
                             for i, c in enumerate(columns)) + "}")


class Number(str):
    pass


def load(path):
    rows = [json.loads(line, parse_int=Number, parse_float=Number)
            for line in open(path, encoding="utf-8")]
    return {key: [row[key] for row in rows] for key in rows[0]}


def is_plain(v):
    if isinstance(v, Number):
        if re.search("[.eE]", v):
            return abs(float(v)) < 1e308
        return len(v.lstrip("-0")) <= 15
    return bool(re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", v)) and v != "-0" \
        and len(re.sub(r"\D", "", v).lstrip("0")) <= 15


def type_of(values):
    types = set()
    for v in values:
        if v is None or v == "":
            continue
        types.add("truth" if isinstance(v, bool) else
                  "number" if isinstance(v, str) and is_plain(v) else "text")
    return types.pop() if len(types) == 1 else "text" if types else None


def text_of(v):
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, dict):
        return '{"a":[%s,"x"]}' % v["a"][0]
    return str(v)


def due(v, kind):
    if v is None or v == "":
        return None
    return {"number": lambda: float(v), "truth": lambda: v}.get(
        kind, lambda: text_of(v))()


def same(got, wanted, how):
    if isinstance(wanted, float):
        if how == "calc" and isinstance(got, float):  # LibreOffice: 15 digits
            return abs(got - wanted) <= 1e-14 * abs(wanted)
        return isinstance(got, (int, float)) and not isinstance(got, bool) \
            and float(got) == wanted
    return got == wanted and type(got) == type(wanted)


def book(path):
    import openpyxl
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ws = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    rows = list(ws.iter_rows(values_only=True))
    return {key: [row[i] for row in rows[1:]] for i, key in enumerate(rows[0])}


def excel_csv(path, columns):
    """Returns the columns as Excel reads them: a cell ="…" is text."""
    rows = list(csv.reader(open(path, encoding="utf-8-sig", newline="")))
    out = {}
    for i, key in enumerate(rows[0]):
        cells = []
        for row in rows[1:]:
            t = row[i]
            if t.startswith('="'):
                cells.append(t[2:-1])
            elif t.startswith("'"):
                cells.append(t[1:])
            elif t in ("true", "false"):
                cells.append(t == "true")
            else:
                try:
                    cells.append(float(t) if t else None)
                except ValueError:
                    cells.append(t)
        out[key] = cells
    return out


def main():
    if sys.argv[1] == "make":
        return make(int(sys.argv[2]))
    how, path, source = sys.argv[2:5]
    columns, bad, kinds = load(source), 0, set()
    got = excel_csv(path, columns) if how == "csv" else book(path)
    for key, values in columns.items():
        kind = type_of(values)
        kinds.add(kind)
        found = {type(g) in (int, float) for g in got[key] if g is not None}
        if len(found) > 1:
            bad += 1
            print(key, kind, "half text, half number")
        for v, g in zip(values, got[key]):
            if not same(g, due(v, kind), how):
                bad += 1
                if bad < 20:
                    print(key, kind, repr(v), repr(g))
    if kinds != {"number", "text", "truth", None}:
        sys.exit("not all types: %s" % kinds)
    print(len(columns), "columns,", bad, "differences")
    sys.exit(bad != 0 or len(columns) != COLUMNS)


main()
END
"$PYTHON" columns.py make "$seed" >in
run kis-toxlsx -o r.xlsx in
check 'kis-toxlsx, 300 columns: exit status 0' 0 '' ''
ok 'kis-toxlsx, 300 columns: openpyxl reads the expected types and values' \
	"$PYTHON" columns.py check book r.xlsx in
run kis-toxlsx --plain -o p.xlsx in
ok 'kis-toxlsx --plain, 300 columns: openpyxl reads the expected types and values' "$PYTHON" columns.py check book p.xlsx in
if command -v soffice >"$out"; then
	mkdir calc
	soffice --headless --convert-to xlsx --outdir calc r.xlsx >"$out" 2>&1 </dev/null
	ok 'kis-toxlsx, 300 columns: LibreOffice reads the expected types and values' "$PYTHON" columns.py check calc calc/r.xlsx in
else
	skip 'kis-toxlsx, 300 columns: LibreOffice reads the expected types and values' 'it is not installed'
fi
run kis-tocsv --excel -o r.csv in
check 'kis-tocsv --excel, 300 columns: exit status 0' 0 '' ''
ok 'kis-tocsv --excel, 300 columns: Excel would read the expected types and values' \
	"$PYTHON" columns.py check csv r.csv in

# test --text, and records that have only some of the fields of the ranking
echo '{"a":"1","b":"2"}' >in
run kis-toxlsx --text 'b, x' -o r.xlsx in
is 'kis-toxlsx --text: writes the column as text' "$("$PYTHON" -c '
import openpyxl; print([c.value for c in openpyxl.load_workbook("r.xlsx").worksheets[0][2]])')" \
	"[1, '2']"
run kis-tocsv --excel --header none --text b in
is 'kis-tocsv --excel --text: protects the column as text' "$(tail -c +4 "$out" | tr -d '\r')" '1,"=""2"""'
printf '%s\n' '{"mksc_shrn_iscd":"373220","ssts_vol_rlim":"1.10","x":"7"}' >in
run kis-tocsv --excel --header none in
is 'kis-tocsv --excel, some fields of a ranking: keep their types' "$(tail -c +4 "$out" | tr -d '\r')" \
	'"=""373220""",1.10,7'
run kis-toxlsx --plain -o r.xlsx in
is 'kis-toxlsx --plain, some fields of a ranking: keep their types' "$("$PYTHON" -c '
import openpyxl; print([c.value for c in openpyxl.load_workbook("r.xlsx").worksheets[0][2]])')" \
	"['373220', 0.011, 7]"
printf '%s\n' '{"rank":"007","market":"x"}' >in
run kis-tocsv --excel --header none in
is 'kis-tocsv --excel, only rank and market: types by value, not by name' \
	"$(tail -c +4 "$out" | tr -d '\r')" '"=""007""",x'
done_testing
