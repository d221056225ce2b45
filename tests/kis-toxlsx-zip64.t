#!/bin/bash
# kis-toxlsx can write workbooks larger than 4 GiB. The test writes sparse files
# with archives that need ZIP64; Python and Info-ZIP must be able to read them.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" unzip
WRITE=${BIN%/bin}/unit/zip
[ -x "$WRITE" ] || skip_all 'make check builds what this runs'

cat >look.py <<'PY'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(*(i.file_size for i in z.infolist()),
          *(z.read(n).decode() for n in ("first", "last")))
PY
edge=4294967296
# each line has the offset of the archive in the file, and the size of the part
# "large"
while read -r hole plain; do
	name="ZIP part of $plain bytes at offset $hole"
	ok "$name: written" "$WRITE" a.zip "$hole" "$plain"
	is "$name: Python reads it" "$("$PYTHON" look.py a.zip 2>&1)" \
		"13 $plain 13 so many bytes so many bytes"
	is "$name: Info-ZIP reads its size" \
		"$(unzip -l a.zip large 2>&1 | awk '$4 == "large" { print $1 }')" "$plain"
	is "$name: Info-ZIP reads the part after it" "$(unzip -p a.zip last 2>&1)" 'so many bytes'
	rm a.zip
done <<TABLE
0 1000
0 $((edge - 2))
0 $((edge - 1))
0 $edge
0 $((edge + 1))
$((edge - 200)) 1000
$((edge - 120)) 1000
$((edge - 60)) 1000
$((edge - 20)) 1000
$((edge - 1)) 1000
$edge 1000
$((5 * edge)) $((6 * edge))
TABLE
done_testing
