#!/bin/bash
# User-visible texts use plain words. This test checks README and other pages,
# manuals, the output of --help, and messages of programs and scripts. If it
# prints a sentence, rewrite that sentence.
. "$(dirname "$0")/lib.sh"

cd "$ROOT" || exit

# These words must be replaced with a plain verb, a plain preposition or the
# actor.
words='mend(s|ed|ing)?|told|tells?|said|says?|stands?|beside|aside|whoever|nobody'
words+='|somebody|ages|legal|ours|lies|be had|wants?|goes? with|so many|operands?'
words+='|folders?|blanks?|harvest|vouch(es)?|the program before|what arrived'
words+='|(?<!there )(?<!There )(is|are) no(?! longer)|behind(?! the server)'

pages=$(git ls-files '*.md' 'cmd/*.[157]' 2>/dev/null) ||
	pages=$(find . -path ./build -prune -o \( -name '*.md' -o -name '*.[157]' \) -print)

# Prints the string literals of C sources and the messages of scripts.
strings_of() { # arguments: file...
	perl -ne '
		if ($ARGV =~ /\.[ch]$/) {
			s{/\*.*?(\*/|$)}{}g;
			next if m{^\s*(\*|//|#include)};
			print "$ARGV:$.: $1\n" while /"((?:\\.|[^"\\])*)"/g;
		} elsif (/\b(say|message|warn|fail|usage_error|echo|print)\b\s+(["\x27].*)/) {
			my $text = $2;
			$text =~ s/\$\{?\w+//g;
			print "$ARGV:$.: $text\n";
		}
		close ARGV if eof' "$@"
}

# Reads lines "PLACE: TEXT" and prints the lines whose text contains one of the
# words.
hits() {
	perl -ne 'BEGIN { $words = shift } print if /^[^ ]* .*?\b(?:'"$words"')\b/i' -
}

place() { # arguments: file...
	perl -ne 'print "$ARGV:$.: $_"; close ARGV if eof' "$@"
}

ok 'lint: finds a listed word' \
	[ "$(echo 'x:1: what it holds is told on standard error' | hits | wc -l)" = 1 ]
ok 'lint: accepts plain words' \
	[ -z "$(echo 'x:1: there is no valid token; run: kis-token' | hits)" ]

# shellcheck disable=SC2086 # $pages is a list of names without spaces
is 'pages and manuals: no listed word' "$(place $pages | hits)" ''
for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
	$program --help
done >"$T/help"
pipelines/kis-archive --help >>"$T/help"
for command in $(sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' "$T/help"); do
	pipelines/kis-archive "$command" --help
done >>"$T/help"
is '--help of every program: no listed word' "$(place "$T/help" | hits)" ''
is 'messages of the programs: no listed word' "$(strings_of lib/*.[ch] cmd/*/*.[ch] | hits)" ''
is 'messages of the scripts: no listed word' "$(strings_of pipelines/*.sh pipelines/kis-archive \
	pipelines/archive/*.sh cmd/package/*.sh tests/setup.sh | hits)" ''
done_testing
