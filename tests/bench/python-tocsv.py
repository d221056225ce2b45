# Converts NDJSON to CSV with Python's modules json and csv, for a comparison
# with kis-tocsv.
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
