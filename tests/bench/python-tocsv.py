# What Python's json and csv modules take for the same work.
import csv
import json
import sys

with open(sys.argv[1], encoding="utf-8") as lines:
    write = None
    for line in lines:
        record = json.loads(line)
        if write is None:
            sys.stdout.reconfigure(encoding="utf-8", newline="")
            write = csv.DictWriter(sys.stdout, record.keys(),
                                   lineterminator="\n")
            write.writeheader()
        write.writerow(record)
