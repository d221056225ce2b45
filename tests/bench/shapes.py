"""Measures kis-tocsv on variants of the records in the file DIR/uniform.

    shapes.py DIR RUNS BIN [OLD]

See shapes.sh.
"""
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time

directory, runs, new, old = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
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
    "varying order": order,
    "missing fields": lambda i, x: text(
        {k: v for k, v in x.items() if r.random() > .1}),
    "nested value": lambda i, x: text(dict(x, n={"a": [i, {"b": "x"}]})),
    "escapes": lambda i, x: json.dumps(x, separators=(",", ":")),
    "numbers": lambda i, x: text({k: number(v) for k, v in x.items()}),
    "1 odd in 100": lambda i, x: text(
        x if i % 100 else {k: x[k] for k in reversed(list(x))}),
    "spaces": lambda i, x: json.dumps(x, ensure_ascii=False),
}
records = [json.loads(line) for line in open(directory + "/uniform")]
for name, make in SHAPES.items():
    with open("%s/%s" % (directory, name), "w") as out:
        for i, record in enumerate(records):
            out.write(make(i, record) + "\n")
del records
contestants = [("uniform", new)] + [("uniform, old", old)] * bool(old) + [
    (name, new) for name in SHAPES]
cpu = {name: [] for name, _ in contestants}
wall, peak = {name: [] for name in cpu}, {name: 0 for name in cpu}
for run in range(runs + 1):
    for name, where in contestants:
        args = ["/usr/bin/time", "-f", "%M", where + "/kis-tocsv", "-o",
                directory + "/out", directory + "/" + name.split(",")[0]]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
        done = subprocess.run(args, stderr=subprocess.PIPE, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit("%s: %s" % (name, done.stderr))
        if run == 0:
            continue  # the first run only fills the caches
        wall[name].append(time.time() - start)
        cpu[name].append(after.ru_utime + after.ru_stime - before.ru_utime -
                         before.ru_stime)
        peak[name] = max(peak[name], int(done.stderr.split()[-1]))
print("%-16s %9s %6s %9s %6s %9s" % ("", "cpu ms", "ratio", "wall ms", "ratio",
                                     "peak KiB"))
for name in cpu:
    c, w = statistics.median(cpu[name]), statistics.median(wall[name])
    print("%-16s %9.1f %6.2f %9.1f %6.2f %9d" % (
        name, c * 1000, c / statistics.median(cpu["uniform"]), w * 1000,
        w / statistics.median(wall["uniform"]), peak[name]))
