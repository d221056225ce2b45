#!/bin/bash
# The Korean manuals have the structure of the English ones: the same sections,
# the same list items (options, variables, files and exit statuses), and the
# same examples.
. "$(dirname "$0")/lib.sh"
need mandoc

# Prints the parts that must be equal in both languages: SYNOPSIS, the kinds of
# sections, list items without their text, literal blocks and references. If a
# literal block contains paths, prints only the paths.
structure() {
	awk '
		function clause(line) { # removes all but macros and ASCII words
			gsub(/[^\001-\177]+/, "", line)
			gsub(/ +/, " ", line)
			sub(/ $/, "", line)
			return line
		}
		/^\.D[dt] / { print; next }
		/^\.Sh / { print ".Sh"; synopsis = /SYNOPSIS|개요/; next }
		/^\.nr nS/ { next } # mandoc does not know the Korean heading
		/^\.Ss / { print ".Ss"; next }
		synopsis { print; next }
		/^\.Bd / { literal = NR }
		literal && NR == literal + 1 { paths = /^raw\// }
		literal {
			print paths && !/^\./ ? $1 : $0
			if (/^\.Ed/)
				literal = paths = 0
			next
		}
		/^\.Dl / { print; next }
		/^\.It / {
			split($0, word, " ")
			if (word[2] ~ /^(Fl|Ev|Cm|Pa|Li|[0-9])/)
				print clause($0)
			else
				print ".It"
			next
		}
		/^\.(Bl|El)/ { print $1; next }' "$1"
}

for page in "$ROOT"/cmd/*.[157] "$ROOT"/cmd/*/kis-*.1; do
	case $page in
	*/po/*) continue ;;
	esac
	name=${page##*/}
	korean=$ROOT/cmd/po/ko/$name
	ok "$name: there is a Korean page" [ -s "$korean" ]
	[ -s "$korean" ] || continue
	structure "$page" >english
	structure "$korean" >korean
	ok "$name: the Korean page has the same structure" diff english korean
	run mandoc -T lint -W warning "$korean"
	is "$name: mandoc has no warning about the Korean page" \
		"$(grep -v 'STYLE\|outdated mandoc.db\|first section is not\|outside NAME' "$out")" ''
	# print lines of text without Hangul, except in examples and tables
	is "$name: the text is Korean" "$(perl -Mopen=:std,:utf8 -ne '$in = 1 if /^\.Bd/; $in = 0 if /^\.Ed/;
		print if !$in && !/^[.\x27]/ && /[a-z]{4} [a-z]{4}/ && !/\p{Hangul}/' "$korean")" ''
done
is 'no Korean page without an English one' \
	"$(for page in "$ROOT"/cmd/po/ko/*; do
		[ -e "$ROOT/cmd/${page##*/}" ] || ls "$ROOT"/cmd/*/"${page##*/}" 2>&1 >"$out"
	done)" ''
done_testing
