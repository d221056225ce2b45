#!/bin/bash
# make install into a folder, the programs run from there, make uninstall
# leaves nothing; and of a system's own folders it takes none away.
. "$(dirname "$0")/lib.sh"
need make strip awk
MAKE=(make -C "$ROOT" --no-print-directory "B=$(dirname "$BIN")")

# sudo make install after make: nothing is left for root to create in build
like 'make alone makes the completions too' \
	"$("${MAKE[@]}" -n all "B=$T/none" | paste -sd ' ')" \
	'/completion/fish/kis-toxlsx.fish'
run "${MAKE[@]}" install DESTDIR="$T/x" PREFIX=/opt/kis
check 'make install' 0 '*' ''
at=$T/x/opt/kis
names_in() { find "$@" -type f | sed 's|.*/||' | sort | paste -sd ' '; }
is 'the programs' "$(names_in "$at/bin")" \
	'kis-archive kis-fetch kis-tocsv kis-token kis-toxlsx'
is 'the manuals' "$(names_in "$at/share/man")" \
	"$(names_in "$ROOT/cmd" -name '*.[157]')"
ok 'each in its section' cmp "$ROOT/cmd/kis.7" "$at/share/man/man7/kis.7"
is 'completions for three shells' "$(names_in "$at"/share/*/*completions* \
	"$at/share/zsh/site-functions" | wc -w | tr -d ' ')" 15
ok 'the licence' cmp "$ROOT/LICENSE" "$at/share/doc/kis/LICENSE"
ok 'README' cmp "$ROOT/README.md" "$at/share/doc/kis/README.md"
ok 'a pipeline as example' test -x "$at/share/doc/kis/examples/daily.sh"
is 'nobody else may write there' "$(find "$T/x" -mindepth 1 -perm /022)" ''
is 'and everybody may read' "$(find "$T/x" -mindepth 1 ! -perm -444)" ''

sim_start --today 20261120 --rollover 00:00
PATH=$at/bin:/usr/bin:/bin
run bash -o pipefail -c \
	'kis-token | kis-fetch --market 1001 | kis-toxlsx >r.xlsx'
check 'the pipe from there' 0 '' ''
ok 'and its workbook' test -s r.xlsx
kis-token | kis-fetch --market 1001 >records.ndjson
is 'it was that kis-fetch' "$(command -v kis-fetch)" "$at/bin/kis-fetch"
MANPATH=$at/share/man run man -w kis-fetch
if [ "$status" = 127 ] || ! grep -q / "$out"; then
	skip 'man finds the manual' 'no man that has -w'
else
	check 'man finds the manual' 0 "^$at/share/man/man1/kis-fetch.1" ''
fi
PATH=$BIN:$PATH
sim_stop

# The pipelines need nothing but what was installed.
is 'all of them, but the demo' "$(names_in "$at/share/doc/kis/examples")" \
	"$(names_in "$ROOT/pipelines" ! -name demo.sh ! -name kis-archive \
		! -path '*/archive/*')"
examples=$at/share/doc/kis/examples
sim_start --today 20261120 --rollover 00:00
PATH=$at/bin:/usr/bin:/bin
is 'the parts of kis-archive' "$(names_in "$at/share/kis/archive")" \
	"$(names_in "$ROOT/pipelines/archive")"
run kis-archive nightly nights --init --stale 0
check 'kis-archive from there' 0 'kosdaq-1d: 30 rows' ''
run "$examples/nightly.sh" ARCHIVE=nights MARKETS=krx100
check 'a crontab that names nightly.sh' 0 'krx100-1d: 30 rows'
sim_stop
if ! command -v sqlite3 >which; then
	skip 'the history from there' 'sqlite3 is not installed'
else
	mkdir -p archive/raw/20261120
	cp records.ndjson archive/raw/20261120/kosdaq-1d.ndjson
	run kis-archive history archive
	check 'kis-archive history from there' 0 ' 1 list read$' ''
	run kis-archive report archive -o h.xlsx
	check 'kis-archive report from there' 0 '' ''
fi
PATH=$BIN:$PATH

# a file of somebody else's stays, and what it lies in
echo mine >"$at/share/doc/kis/mine"
run "${MAKE[@]}" uninstall DESTDIR="$T/x" PREFIX=/opt/kis
check 'make uninstall' 0 '*' ''
is 'leaves what is not its own' "$(find "$T/x" -type f)" "$at/share/doc/kis/mine"
rm "$at/share/doc/kis/mine"
run "${MAKE[@]}" uninstall DESTDIR="$T/x" PREFIX=/opt/kis
check 'once more: nothing to do is no error' 0 '*' ''
run "${MAKE[@]}" install DESTDIR="$T/y" PREFIX=/usr/local STRIP=:
check 'with symbols, elsewhere' 0 '*' ''
run "${MAKE[@]}" uninstall DESTDIR="$T/y" PREFIX=/usr/local
is 'nothing is left, no folder either' "$(ls -A "$T/y")" ''

# without DESTDIR the folders are the system's
run "${MAKE[@]}" install PREFIX="$T/z"
check 'installed without DESTDIR' 0 '*' ''
run "${MAKE[@]}" uninstall PREFIX="$T/z"
check 'uninstalled' 0 '*' ''
is 'no file is left' "$(find "$T/z" ! -type d)" ''
ok 'bin stays' test -d "$T/z/bin"
is 'but no folder of our own' "$(find "$T/z" -name kis)" ''
done_testing
