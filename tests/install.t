#!/bin/bash
# make install with DESTDIR installs programs that run without the checkout.
# make uninstall leaves no file and does not delete directories of the system.
. "$(dirname "$0")/lib.sh"
need make strip awk
MAKE=(make -C "$ROOT" --no-print-directory "B=$(dirname "$BIN")")

# `make` must build all files, so that `make install`, run as root, creates no
# file in build/
like 'make all: builds the completions' \
	"$("${MAKE[@]}" -n all "B=$T/none" | paste -sd ' ')" \
	'/completion/fish/kis-toxlsx.fish'
run "${MAKE[@]}" install DESTDIR="$T/x" PREFIX=/opt/kis
check 'make install: exit status 0' 0 '*' ''
at=$T/x/opt/kis
names_in() { find "$@" -type f | sed 's|.*/||' | sort | paste -sd ' '; }
is 'installed: all programs' "$(names_in "$at/bin")" \
	'kis-archive kis-fetch kis-tocsv kis-token kis-toxlsx'
is 'installed: all manuals' "$(names_in "$at/share/man")" \
	"$(names_in "$ROOT/cmd" -name '*.[157]')"
ok 'installed: kis(7) in man7' cmp "$ROOT/cmd/kis.7" "$at/share/man/man7/kis.7"
is 'installed: completions for three shells' "$(names_in "$at"/share/*/*completions* \
	"$at/share/zsh/site-functions" | wc -w | tr -d ' ')" 15
ok 'installed: LICENSE' cmp "$ROOT/LICENSE" "$at/share/doc/kis/LICENSE"
ok 'installed: README.md' cmp "$ROOT/README.md" "$at/share/doc/kis/README.md"
ok 'installed: daily.sh as an example, executable' test -x "$at/share/doc/kis/examples/daily.sh"
is 'installed: only the owner can write' "$(find "$T/x" -mindepth 1 -perm /022)" ''
is 'installed: all users can read' "$(find "$T/x" -mindepth 1 ! -perm -444)" ''

sim_start --today 20261120 --rollover 00:00
PATH=$at/bin:/usr/bin:/bin
run bash -o pipefail -c \
	'kis-token | kis-fetch --market 1001 | kis-toxlsx >r.xlsx'
check 'installed programs, pipe: exit status 0' 0 '' ''
ok 'installed programs, pipe: writes a workbook' test -s r.xlsx
kis-token | kis-fetch --market 1001 >records.ndjson
is 'PATH: finds the installed kis-fetch' "$(command -v kis-fetch)" "$at/bin/kis-fetch"
MANPATH=$at/share/man run man -w kis-fetch
if [ "$status" = 127 ] || ! grep -q / "$out"; then
	skip 'man -w kis-fetch: finds the installed manual' 'no man that has -w'
else
	check 'man -w kis-fetch: finds the installed manual' 0 "^$at/share/man/man1/kis-fetch.1" ''
fi
PATH=$BIN:$PATH
sim_stop

# the installed pipelines work without the checkout
is 'installed: all examples except demo.sh' "$(names_in "$at/share/doc/kis/examples")" \
	"$(names_in "$ROOT/pipelines" ! -name demo.sh ! -name kis-archive \
		! -path '*/archive/*')"
examples=$at/share/doc/kis/examples
sim_start --today 20261120 --rollover 00:00
PATH=$at/bin:/usr/bin:/bin
is 'installed: all parts of kis-archive' "$(names_in "$at/share/kis/archive")" \
	"$(names_in "$ROOT/pipelines/archive")"
run kis-archive nightly nights --init --stale 0
check 'installed kis-archive nightly: fetches the lists' 0 'kosdaq-1d: 30 rows' ''
run "$examples/nightly.sh" ARCHIVE=nights MARKETS=krx100
check 'installed nightly.sh, as in an old crontab: fetches the list' 0 'krx100-1d: 30 rows'
sim_stop
if ! command -v sqlite3 >which; then
	skip 'installed kis-archive history and report' 'sqlite3 is not installed'
else
	mkdir -p archive/raw/20261120
	cp records.ndjson archive/raw/20261120/kosdaq-1d.ndjson
	run kis-archive history archive
	check 'installed kis-archive history: reads the list' 0 ' 1 list read$' ''
	run kis-archive report archive -o h.xlsx
	check 'installed kis-archive report: exit status 0' 0 '' ''
fi
PATH=$BIN:$PATH

# `make uninstall` keeps a file of a different package and the directory that
# contains this file
echo mine >"$at/share/doc/kis/mine"
run "${MAKE[@]}" uninstall DESTDIR="$T/x" PREFIX=/opt/kis
check 'make uninstall: exit status 0' 0 '*' ''
is 'make uninstall: keeps a file of another package' "$(find "$T/x" -type f)" "$at/share/doc/kis/mine"
rm "$at/share/doc/kis/mine"
run "${MAKE[@]}" uninstall DESTDIR="$T/x" PREFIX=/opt/kis
check 'make uninstall again: exit status 0' 0 '*' ''
run "${MAKE[@]}" install DESTDIR="$T/y" PREFIX=/usr/local STRIP=:
check 'make install with PREFIX=/usr/local and symbols: exit status 0' 0 '*' ''
run "${MAKE[@]}" uninstall DESTDIR="$T/y" PREFIX=/usr/local
is 'make uninstall with DESTDIR: leaves no file and no directory' "$(ls -A "$T/y")" ''

# `make uninstall` without DESTDIR must keep directories such as bin, because
# they belong to the system
run "${MAKE[@]}" install PREFIX="$T/z"
check 'make install without DESTDIR: exit status 0' 0 '*' ''
run "${MAKE[@]}" uninstall PREFIX="$T/z"
check 'make uninstall without DESTDIR: exit status 0' 0 '*' ''
is 'make uninstall without DESTDIR: leaves no file' "$(find "$T/z" ! -type d)" ''
ok 'make uninstall without DESTDIR: keeps bin' test -d "$T/z/bin"
is 'make uninstall without DESTDIR: deletes the directories named kis' "$(find "$T/z" -name kis)" ''
done_testing
