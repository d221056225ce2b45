"""Sends requests to a server that damages its responses (kis-sim --mangle) and
compares the programs' output with an independent parser of the sent bytes.

    hostile.py SIM-DIR RUNS fetch|token

If a program exits with 0, its output must equal the sent bytes, field by field.
The bytes must be a response in which every row has a stock code and all known
fields are strings. Otherwise the program must exit with a documented status,
print one error line, and print nothing on standard output. A truncated body
must never lead to status 0. Requires the environment that lib.sh sets.
"""
import collections
import json
import os
import shutil
import subprocess
import sys

DOCUMENTED = {0, 1, 69, 75, 76, 77}
CONTEXT = ["market", "period", "rank", "list", "list_rows", "fetched_at"]
OWN = set(CONTEXT + ["filter"])
KNOWN = set("""mksc_shrn_iscd hts_kor_isnm stck_prpr prdy_vrss prdy_vrss_sign
    prdy_ctrt acml_vol acml_tr_pbmn ssts_cntg_qty ssts_vol_rlim ssts_tr_pbmn
    ssts_tr_pbmn_rlim stnd_date1 stnd_date2 avrg_prc""".split())
DATES = ["stnd_date1", "stnd_date2"]


class Damaged(Exception):
    pass


def members(pairs):
    if len(pairs) != len(dict(pairs)):
        raise Damaged("a member twice")
    return dict(pairs)


class Digits(str):
    """A number with its original digits."""


def load(body):
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=members,
                          parse_int=Digits, parse_float=Digits,
                          parse_constant=Digits)
    except ValueError as e:
        raise Damaged(str(e))


def is_text(value):
    return isinstance(value, str) and not isinstance(value, Digits)


def as_text(value):
    """Returns a value as kis-fetch writes it: a string, or JSON text."""
    if is_text(value):
        return value
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{%s}" % ",".join(
            json.dumps(k, ensure_ascii=False) + ":" + inner(v)
            for k, v in value.items())
    if isinstance(value, list):
        return "[%s]" % ",".join(map(inner, value))
    return json.dumps(value)


def inner(value):
    return json.dumps(value, ensure_ascii=False) if is_text(value) \
        else as_text(value)


def rows_of(body):
    answer = load(body)
    if not isinstance(answer, dict) or not is_text(answer.get("rt_cd")) or \
            answer["rt_cd"] != "0":
        raise Damaged("no success")
    rows = answer.get("output")
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise Damaged("no rows")
    for row in rows:
        if not isinstance(row, dict):
            raise Damaged("no row")
        for key, value in row.items():
            if key in OWN or key in KNOWN and not is_text(value):
                raise Damaged("a value of " + key)
        if row and not row.get("mksc_shrn_iscd", "").strip():
            raise Damaged("no code")
    return [{k: as_text(v) for k, v in row.items()} for row in rows if row]


def records_of(body):
    rows = rows_of(body)
    for d in DATES:
        date = rows[0].get(d) if rows else None
        for row in rows:
            if date is not None and d in row and not row[d].strip(" 0"):
                row[d] = date
    return [list(row.items()) for row in rows]


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return None


def check_records(out, body):
    wanted = records_of(body)
    got = [list(json.loads(line).items()) for line in out.split(b"\n")[:-1]]
    if len(got) != len(wanted):
        return "%d rows of %d" % (len(got), len(wanted))
    for i, (g, w) in enumerate(zip(got, wanted)):
        if [k for k, _ in g[:6]] != CONTEXT or g[2][1] != str(i + 1) \
                or g[4][1] != str(len(wanted)) or g[6:] != w:
            return "row %d is %s, not %s" % (i + 1, g, w)
    return None


def check_token(out, body):
    answer = load(body)
    if not isinstance(answer, dict):
        raise Damaged("no object")
    if out != answer.get("access_token", "").encode() + b"\n":
        return "another token"
    return None


def check(sim, code, out, err, reader):
    body, part = read(sim + "/sent"), read(sim + "/sent-part")
    if code not in DOCUMENTED:
        return "exit code %d" % code
    if code:
        lines = [x for x in err.split(b"\n")[:-1] if b": warning: " not in x]
        if out or len(lines) != 1 or not lines[0].startswith(b"kis-"):
            return "not one line of error, or something on stdout"
        return None
    if part is not None:
        return "done with a part of the answer"
    try:
        return reader(out, body)
    except Damaged as e:
        return "done with a damaged answer: %s" % e


def ask(sim, kind):
    for name in ("/sent", "/sent-part"):
        if os.path.exists(sim + name):
            os.remove(sim + name)
    if kind == "fetch":
        command = ["kis-fetch", "--retries", "0", "--rate", "100",
                   "--token-file", sim + "/token"]
        reader = check_records
    else:
        shutil.rmtree(sim + "/cache", ignore_errors=True)
        command = ["kis-token", "-q"]
        reader = check_token
    p = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=60)
    wrong = check(sim, p.returncode, p.stdout, p.stderr, reader)
    return p.returncode, wrong and "%s: %s (%s)" % (
        " ".join(command[:2]), wrong, p.stderr.decode("utf-8", "replace"))


def main():
    sim, runs, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    codes, bad = collections.Counter(), 0
    for _ in range(runs):
        code, wrong = ask(sim, kind)
        codes[code] += 1
        if wrong:
            bad += 1
            if bad <= 5:
                print("#", wrong)
    print("%d answers, %d taken wrongly; codes %s" % (runs, bad, " ".join(
        "%dx%d" % c for c in sorted(codes.items()))))
    return bad != 0


sys.exit(main())
