#!/bin/bash
# Makes the pictures of README: a terminal with the commands and their output
# next to the workbook that they write, and the first sheet of that workbook as
# printed. All data comes from the simulated server. Requires soffice, pdftoppm,
# rsvg-convert (librsvg2-bin), pngquant, python3, and a font with Hangul,
# preferably NanumGothicCoding (fonts-nanum-coding).
set -euo pipefail

usage="usage: picture.sh BIN-FOLDER PICTURE.png SHEET.png"

case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
esac
if [ $# != 3 ] || [[ $1 == -* ]]; then
	echo "$usage" >&2
	exit 64
fi
for tool in soffice pdftoppm rsvg-convert pngquant python3 column; do
	if ! command -v $tool >/dev/null; then
		echo "picture.sh: $tool is missing; run: apt-get install" \
			"libreoffice-calc-nogui poppler-utils librsvg2-bin pngquant" \
			"python3 bsdextrautils fonts-nanum-coding" >&2
		exit 69
	fi
done
bin=$(cd "$1" && pwd)
path_of() { # file: prints its absolute path; the directory must exist
	echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}
picture=$(path_of "$2")
page=$(path_of "$3")
export PATH=$bin:$PATH LC_ALL=C.UTF-8
work=$(mktemp -d)
sim=
finish() {
	if [ -n "$sim" ]; then
		kill "$sim"
		wait "$sim" || echo "the simulated server ended with $?" >&2
	fi
	rm -rf "$work"
}
trap finish EXIT
cd "$work"
export HOME=$work

unset KIS_PROFILE CREDENTIALS_DIRECTORY CACHE_DIRECTORY
kis-sim --dir sim --for 300 &
sim=$!
for _ in {1..200}; do
	[ ! -e sim/env ] || break
	kill -0 "$sim"
	sleep 0.05
done
# shellcheck source=/dev/null
. sim/env

# Prints a command as typed at a prompt and runs it. The command may have
# several lines.
type_in() {
	sed '1s/^/$ /; 2,$s/^/> /' <<<"$1"
	bash -o pipefail -c "$1" 2>&1 || echo "picture.sh: ended with $?" >&2
}
{
	type_in 'kis-token | kis-fetch --market 1001 | kis-toxlsx > r.xlsx'
	type_in 'kis-token | kis-fetch -m kosdaq -o raw.ndjson'
	type_in 'kis-tocsv --header ko -c rank,mksc_shrn_iscd,\
hts_kor_isnm,ssts_cntg_qty,ssts_vol_rlim raw.ndjson |
head -n 13 | column -ts, -R1,4,5'
	type_in 'kis-token --status | cut -d, -f1'
	echo '$ '
} >terminal.txt

soffice --headless --convert-to pdf r.xlsx >soffice.log
pdftoppm -r 110 -f 1 -l 1 -png -singlefile r.pdf page
pdftoppm -r 110 -f 1 -l 1 -x 30 -y 48 -W 1226 -H 760 -png -singlefile r.pdf sheet

python3 - <<'PY'
import base64, unicodedata
from xml.sax.saxutils import escape
cell, line, left, top = 9.2, 22, 22, 66
rows = open("terminal.txt", encoding="utf-8").read().split("\n")[:-1]
width = lambda c: 2 if unicodedata.east_asian_width(c) in "WF" else 1
columns = max(sum(map(width, r)) for r in rows)
tw, th = left * 2 + columns * cell, top + len(rows) * line + 8
sheet = base64.b64encode(open("sheet.png", "rb").read()).decode()
sh = th + 90
sw = sh * 1226 / 760
w, h = tw + sw + 60, sh + 40
out = ['<svg xmlns="http://www.w3.org/2000/svg" '
       'xmlns:xlink="http://www.w3.org/1999/xlink" '
       f'width="{w:.0f}" height="{h:.0f}">',
       f'<rect width="{w:.0f}" height="{h:.0f}" fill="#e8ecf1"/>',
       f'<rect x="20" y="65" rx="8" width="{tw:.0f}" height="{th:.0f}" fill="#1c2128"/>']
for i, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
    out.append(f'<circle cx="{44 + 20 * i}" cy="87" r="6" fill="{colour}"/>')
for n, row in enumerate(rows):
    typed = row[:2] in ("$ ", "> ")
    x, xs = 20 + left, []
    for c in row:
        xs.append(f"{x:.1f}")
        x += width(c) * cell
    out.append(
        f'<text y="{65 + top + n * line}" x="{" ".join(xs)}" '
        'font-family="Noto Sans Mono CJK KR, D2Coding, monospace" '
        f'font-size="18" xml:space="preserve" fill="{"#7ee787" if typed else "#d7dde5"}">'
        + escape(row) + "</text>")
out.append(f'<rect x="{tw + 39:.0f}" y="19" width="{sw + 2:.0f}" height="{sh + 2:.0f}" fill="#b8c0cc"/>')
out.append(f'<image x="{tw + 40:.0f}" y="20" width="{sw:.0f}" height="{sh:.0f}" '
           f'xlink:href="data:image/png;base64,{sheet}"/></svg>')
open("picture.svg", "w", encoding="utf-8").write("\n".join(out))
PY
rsvg-convert -o picture.png picture.svg

keep() { # PNG, destination: reduces the colours and writes the result
	local size
	pngquant --force --strip --nofs --output quantised.png 128 "$1"
	size=$(wc -c <quantised.png)
	if [ "$size" -gt 300000 ]; then
		echo "picture.sh: $size bytes are more than the 300,000 allowed" >&2
		exit 1
	fi
	cp quantised.png "$2"
}
keep picture.png "$picture"
keep page.png "$page"
