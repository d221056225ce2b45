"""Writes variants of the records in the file DIR/uniform to further files in DIR.

    shapes.py DIR
"""
import json
import random
import sys

directory = sys.argv[1]
r = random.Random(1)


def text(record, **how):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), **how)


def number(value):
    whole = value.lstrip("-").isdigit() and str(int(value)) == value
    try:
        return int(value) if whole else float(value) if "." in value else value
    except ValueError:
        return value


def order(i, record):
    keys = list(record)
    r.shuffle(keys)
    return text({k: record[k] for k in keys})


SHAPES = {
    "varying_order": order,
    "missing_fields": lambda i, x: text(
        {k: v for k, v in x.items() if r.random() > .1}),
    "nested_value": lambda i, x: text(dict(x, n={"a": [i, {"b": "x"}]})),
    "escapes": lambda i, x: json.dumps(x, separators=(",", ":")),
    "numbers": lambda i, x: text({k: number(v) for k, v in x.items()}),
    "one_odd_in_100": lambda i, x: text(
        x if i % 100 else {k: x[k] for k in reversed(list(x))}),
    "spaces": lambda i, x: json.dumps(x, ensure_ascii=False),
}
with open(directory + "/uniform", encoding="utf-8") as lines:
    records = [json.loads(line) for line in lines]
for name, make in SHAPES.items():
    with open("%s/%s" % (directory, name), "w", encoding="utf-8") as out:
        for i, record in enumerate(records):
            out.write(make(i, record) + "\n")
