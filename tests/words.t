#!/bin/bash
# What people read is in plain words: README and the other pages, the manuals,
# every --help, the messages of the programs and of the scripts. Each hit of the
# words below is a sentence to rewrite, or a place in the list of exceptions.
. "$(dirname "$0")/lib.sh"

cd "$ROOT" || exit

# Words that take the place of a plain verb, a plain preposition or an actor.
words='mend(s|ed|ing)?|told|tells?|said|says?(?!\.c\b)|stands?|beside|aside|whoever|nobody'
words+='|somebody|ages|legal|ours|lies|be had|wants?|goes? with|so many|operands?'
words+='|folders?|blanks?|harvest|vouch(es)?|the program before|what arrived'
words+='|(?<!there )(?<!There )(is|are) no(?! longer)|behind(?! the server)'

pages=$(git ls-files '*.md' 'cmd/*.[157]' 2>/dev/null) ||
	pages=$(find . -path ./build -prune -o \( -name '*.md' -o -name '*.[157]' \) -print)

# The strings of a C source or of a line of a script that prints.
strings_of() { # file...
	perl -ne '
		if ($ARGV =~ /\.[ch]$/) {
			s{/\*.*?(\*/|$)}{}g;
			next if m{^\s*(\*|//|#include)};
			print "$ARGV:$.: $1\n" while /"((?:\\.|[^"\\])*)"/g;
		} elsif (/\b(say|warn|fail|usage_error|echo|print)\b\s+(["\x27].*)/) {
			my $text = $2;
			$text =~ s/\$\{?\w+//g;
			print "$ARGV:$.: $text\n";
		}
		close ARGV if eof' "$@"
}

# Prints the hits in a text of lines PLACE: TEXT.
hits() {
	perl -ne 'BEGIN { $words = shift } print if /^[^ ]* .*?\b(?:'"$words"')\b/i' -
}

place() { # file...
	perl -ne 'print "$ARGV:$.: $_"; close ARGV if eof' "$@"
}

ok 'the lint finds what it looks for' \
	[ "$(echo 'x:1: what it holds is told on standard error' | hits | wc -l)" = 1 ]
ok 'the lint leaves plain words alone' \
	[ -z "$(echo 'x:1: there is no valid token; run: kis-token' | hits)" ]

# shellcheck disable=SC2086 # a list of files without spaces
is 'pages and manuals' "$(place $pages | hits)" ''
for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
	$program --help
done >"$T/help"
pipelines/kis-archive --help >>"$T/help"
for command in $(sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' "$T/help"); do
	pipelines/kis-archive "$command" --help
done >>"$T/help"
is '--help' "$(place "$T/help" | hits)" ''
is 'messages and texts of the programs' "$(strings_of lib/*.[ch] cmd/*/*.[ch] | hits)" ''
is 'messages of the scripts' "$(strings_of pipelines/*.sh pipelines/kis-archive \
	pipelines/archive/*.sh cmd/package/*.sh tests/setup.sh | hits)" ''
done_testing
