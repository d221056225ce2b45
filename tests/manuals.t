#!/bin/bash
# The manuals have no mandoc warnings and agree with --help and with each other,
# and their examples run.
. "$(dirname "$0")/lib.sh"
need mandoc jq
MANUALS=("$ROOT"/cmd/*/*.1 "$ROOT"/cmd/*.[157])

text_of() { # prints the text of a manual, each paragraph on one line
	mandoc -Tutf8 -Owidth=900 "$1" | sed 's/.\x08//g'
}

section() { # prints the section NAME of the text on standard input
	sed -n "/^$1\$/,/^[A-Z]/p" | sed '1d;$d'
}

words() { tr -s ' \t\n' ' ' | sed 's/^ //; s/ $//'; }

for manual in "${MANUALS[@]}"; do
	name=${manual##*/}
	is "$name: no mandoc warning" "$(mandoc -Tlint -Wwarning "$manual" 2>&1)" ''
	is "$name: no line over 80 columns" "$(mandoc -Tutf8 "$manual" |
		sed 's/.\x08//g' | sed '/^SYNOPSIS/,/^DESC/d; /^EXAMPLES/,/^SEE/d' |
		LC_ALL=C.UTF-8 grep -E '^.{81}')" ''
	text_of "$manual" >"$name.txt"
	# every manual page of kis that the manual refers to must exist
	grep -oE 'kis(-[a-z]+)?\([157]\)' "$name.txt" | sort -u >pages
	while read -r page; do
		file=${page%)}
		ok "$name: the page $page exists" \
			test -n "$(find "$ROOT/cmd" -name "${file/(/.}")"
	done <pages
done

# kis-archive.1 describes the commands of kis-archive and their options
PATH=$ROOT/pipelines:$PATH
run kis-archive --help
cp "$out" help
sed '/^$/,$d; s/^usage: //' help | words >usage
is 'kis-archive: SYNOPSIS equals the usage' \
	"$(section SYNOPSIS <kis-archive.1.txt | words)" "$(cat usage)"
sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' help | sort >commands
is 'kis-archive: manual has the same commands as --help' \
	"$(sed -n 's/^\.It Cm \([a-z]*\).*/\1/p' "$ROOT/cmd/kis-archive.1" | sort | comm -3 - commands)" ''
while read -r command; do
	run kis-archive "$command" --help
	is "kis-archive $command --help: three examples" "$(grep -c '^  .*kis-archive ' "$out")" 3
	is "kis-archive $command --help: no line over 80 columns" \
		"$(LC_ALL=C.UTF-8 grep -E '^.{81}' "$out")" ''
	for option in $(grep -oE -e '^ +(-[a-z], +)?--[a-z-]+' "$out" |
		grep -oE -e '--[a-z-]+' | grep -v -e '--help' -e '--jobs'); do
		ok "kis-archive $command: manual describes $option" \
			grep -q "Fl ${option#-}" "$ROOT/cmd/kis-archive.1"
	done
done <commands

for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
	manual=$ROOT/cmd/$program/$program.1
	run $program --help
	check "$program --help: prints the usage" 0 "^usage: $program" ''
	cp "$out" help
	is "$program --help: no line over 80 columns" \
		"$(LC_ALL=C.UTF-8 grep -E '^.{81}' help)" ''
	is "$program --help: three examples" \
		"$(grep -cE '^  (kis-[a-z]+|KIS_[A-Z]+=|export|printf|jq) ' help)" 3
	like "$program --help: lists exit statuses" "$(words <help)" 'Exit status: 0 success'
	like "$program --help: refers to the manual" "$(cat help)" \
		"man $program|$program\(1\)"
	sed '/^$/,$d; s/^usage: //' help | words >usage
	grep -oE -e '--[a-z-]+' usage | sort -u >options
	while read -r option; do
		ok "$program --help: describes $option" \
			grep -qE -e "^ +(-[a-zA-Z], )?$option( |\$)" help
	done <options
	is "$program: SYNOPSIS equals the usage" \
		"$(section SYNOPSIS <"$program.1.txt" | words)" "$(cat usage)"
	# --help and the manual describe the same options
	grep -oE -e '^ +(-[a-zA-Z], )?--[a-z-]+' help |
		grep -oE -e '--[a-z-]+' | sort -u >in-help
	grep -oE -e '^ {5,8}(-[a-zA-Z]( [A-Z]+)?, )?--[a-z-]+.*' \
		"$program.1.txt" | grep -oE -e '--[a-z-]+' | sort -u >in-manual
	is "$program: manual and --help have the same options" \
		"$(comm -3 in-help in-manual)" ''
	section 'EXIT STATUS' <"$program.1.txt" | grep -oE '^ +[0-9]+' |
		tr -d ' ' >codes
	is "$program: its exit statuses are in kis(7)" \
		"$(section 'EXIT STATUS' <kis.7.txt | grep -oE '^ +[0-9]+' |
			tr -d ' ' | comm -13 - codes)" ''
done
is 'kis(7): the exit statuses equal those of README.md' \
	"$(section 'EXIT STATUS' <kis.7.txt | grep -oE '^ +[0-9]+' | words)" \
	"$(sed -n 's/^| \([0-9][0-9, ]*\) |.*/\1/p' "$ROOT/README.md" | tr ',' ' ' |
		words)"
is 'kis(7): fields of a record are the columns of kis-tocsv' \
	"$(section 'THE RECORD' <kis.7.txt | awk '/^ +field/ { on = 1; next }
		on && NF == 0 { exit } on { print $1 }' | words)" \
	"$(kis-tocsv --allow-empty </dev/null | tr ',' ' ')"

# Each example is run as printed, in a directory with a token and the records of
# an earlier day.
blocks() { # prints the examples of a manual, each ended by a line ----
	awk '/^\.Sh / { on = /EXAMPLES/ }
		{ gsub(/\\\(dq/, "\""); gsub(/\\e/, "\\"); gsub(/\\&/, "") }
		on && sub(/^\.Dl /, "") { print; print "----" }
		on && /^\.Bd/ { block = 1; next }
		on && /^\.Ed/ { block = 0; print "----"; next }
		block' "$1"
}

sim_start --rate 1000 --minute 1
try() { # arguments: name block
	local word
	for word in jq parallel; do
		if [[ $2 == *"$word "* ]] && ! command -v $word >which; then
			skip "example in $1: $2" "$word is not installed"
			return
		fi
	done
	rm -rf day && mkdir day
	cp token day/token
	cp records.ndjson day/records.ndjson
	run bash -o pipefail -ec "cd day; $2"
	check "example in $1, exit status 0: ${2%%$'\n'*}" 0 '*' '*'
	# The ranking of some days contains a stock that was first listed less
	# than a year before.
	is "example in $1: no message from kis or bash" \
		"$(grep -E '^(kis-|bash)' "$err" | grep -v 'no rows before [0-9]*: the stock was first')" ''
}
run kis-token -o token
check 'token for the examples: issued' 0 '' ''
run kis-fetch --token-file token -o records.ndjson
check 'records for the examples: fetched' 0 '' ''
for manual in "${MANUALS[@]}"; do
	name=${manual##*/}
	[[ $name != *.5 ]] || continue # section 5 describes files, not commands
	# a separate test PROGRAM-manual.t runs the examples of the other
	# manuals
	[ ! -e "$ROOT/tests/${name%.1}-manual.t" ] || continue
	block='' count=0
	while IFS= read -r line; do
		if [ "$line" = ---- ]; then
			try "$name" "$block"
			block='' count=$((count + 1))
		else
			block+=${block:+$'\n'}$line
		fi
	done < <(blocks "$manual")
	ok "$name: has at least two examples" test $count -ge 2
done
done_testing
