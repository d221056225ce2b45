# Generates the completion of one program for one shell.
#
#	awk -v shell=bash|zsh|fish -v profiles=profiles.awk \
#		-f completion.awk lib/market.c lib/record.c HELP KOREAN
#
# HELP is the output of the program's --help. It provides the options, their
# descriptions, and the words of options that accept one of several words.
# KOREAN is the Korean output of --help. In a Korean locale, zsh and fish show
# its descriptions. If KOREAN is in English, because the catalogue was not
# built, the descriptions are English in every locale. The words of --market,
# --period and --columns come from the tables in lib/market.c and lib/record.c.
# Exits with 1 if the help does not have the expected form.

# read the tables in lib/market.c and lib/record.c ----------------------

function second_string(line) {
	split(line, part, "\"")
	return part[4]
}

function first_string(line) {
	split(line, part, "\"")
	return part[2]
}

FILENAME ~ /\.c$/ {
	if (/kis_markets\[\]/)
		table = "market"
	else if (/kis_periods\[\]/)
		table = "period"
	else if (/kis_record_columns\[\]/)
		table = "columns"
	else if (/^};/)
		table = ""
	else if (table && /^\t\{"/)
		words[table] = words[table] " " (table == "market" ? \
			second_string($0) : first_string($0))
	next
}

# parse the output of --help --------------------------------------------

FNR == 1 && ++helps == 1 {
	if ($1 != "usage:")
		fail("the help does not begin with usage:")
	program = $2
	in_usage = 1
}
FNR == 1 && helps == 2 {
	lang = "ko"
	korean = $1 != "usage:"
}
helps == 2 && !korean { next }

in_usage && /^$/ { in_usage = 0 }
in_usage { usage = usage " " $0; next }

# parses the line of an option, "  -x, --long ARG   description"; -x and ARG are
# optional
/^ +(-[A-Za-z], )?--[a-z]/ {
	rest = $0
	sub(/^ +/, "", rest)
	letter = ""
	if (rest ~ /^-[A-Za-z],/) {
		letter = substr(rest, 1, 2)
		rest = substr(rest, 5)
	}
	match(rest, /^--[a-z-]+/)
	option = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	value = ""
	if (match(rest, /^ [A-Z][A-Z=]*/)) {
		value = substr(rest, 2, RLENGTH - 1)
		rest = substr(rest, RLENGTH + 1)
	}
	if (helps == 1) {
		long[++count] = option
		short[count] = letter
		arg[count] = value
	}
	sub(/^ +/, "", rest)
	about[lang, option] = rest
	more = 1
	next
}
# a line indented by at least 12 spaces continues the description of the option
# on the previous line
more && /^            / {
	sub(/^ +/, "")
	about[lang, option] = about[lang, option] " " $0
	next
}
{ more = 0 }

function fail(why) {
	print "completion.awk: " program ": " why >"/dev/stderr"
	failed = 1
	exit 1
}

# returns the words that the usage lists as values of an option, such as key, ko
# and en in "--header key | ko | en"; "" if the usage lists none
function choice(option,    text, found) {
	text = usage
	gsub(/ +/, " ", text)
	if (!match(text, "\\[" option " [a-z][^]]*\\]"))
		return ""
	found = substr(text, RSTART + length(option) + 2)
	sub(/\].*/, "", found)
	gsub(/ *\| */, " ", found)
	return found
}

# returns how the value of option i is completed: "" (the option has no value),
# "words", "list", "profile", "file" or "other"
function kind(i) {
	if (!arg[i])
		return ""
	if (words[substr(long[i], 3)])
		return "list"
	if (words[long[i]] = choice(long[i]))
		return "words"
	if (long[i] == "--profile")
		return "profile"
	return arg[i] == "FILE" ? "file" : "other"
}

function words_of(i,    list) {
	list = words[substr(long[i], 3)] words[long[i]]
	sub(/^ /, "", list)
	return list
}

# returns the first clause of the description of option i in the language lang,
# for the menu of options in zsh and fish
function brief(i,    text) {
	text = about[lang, long[i]]
	sub(/ \(.*/, "", text)
	sub(/; .*/, "", text)
	sub(/: .*/, "", text)
	return text
}

function quoted(text) {
	gsub(/\047/, "\047\\\047\047", text)
	return "\047" text "\047"
}

function read_names(    line) {
	while ((getline line <profiles) > 0)
		if (line !~ /^#/)
			names = names line "\n"
	if (names !~ /print name/)
		fail("cannot read " profiles)
}

# write the completion for each shell -----------------------------------

function bash_values(i, k,    pattern) {
	pattern = short[i] ? short[i] " | " long[i] : long[i]
	printf "\t%s)\n", pattern
	if (k == "list")
		printf "\t\t%s_list %s\n", name, quoted(words_of(i))
	else if (k == "words")
		printf "\t\t%s_words %s\n", name, quoted(words_of(i))
	else if (k == "profile")
		printf "\t\t%s_words \"$(%s_profiles)\"\n", name, name
	else if (k == "file")
		printf "\t\t%s_files\n", name
	print "\t\treturn\n\t\t;;"
}

function make_bash(    i, all) {
	print "# bash completion for " program ", made from its --help\n"
	print name "_words() {\n\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n}\n"
	print name "_files() {\n\tcompopt -o default\n}\n"
	if (has["list"]) {
		print "# Completes the last name of a list a,b,c; does not offer a name twice."
		print name "_list() {\n\tlocal before='' word\n" \
			"\t[[ $cur != *,* ]] || before=${cur%,*},\n" \
			"\tcompopt -o nospace\n" \
			"\tfor word in $1; do\n" \
			"\t\t[[ ,$before == *,$word,* || $before$word != \"$cur\"* ]] ||\n" \
			"\t\t\tCOMPREPLY+=(\"$before$word\")\n\tdone\n}\n"
	}
	if (has["profile"])
		print name "_profiles() {\n" \
			"\tlocal file=${XDG_CONFIG_HOME:-$HOME/.config}/kis/credentials.json\n" \
			"\t[[ ! -r $file ]] || awk " quoted(names) " \"$file\"\n}\n"
	print name "() {"
	print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}"
	print "\tCOMPREPLY=()"
	print "\t# --option=value comes as three words"
	print "\tif [[ $cur == = ]]; then\n\t\tcur=''\n" \
		"\telif [[ $prev == = ]]; then\n" \
		"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi"
	print "\tcase $prev in"
	for (i = 1; i <= count; i++) {
		if (arg[i])
			bash_values(i, kind(i))
		all = all (all ? " " : "") long[i] (short[i] ? " " short[i] : "")
	}
	print "\tesac"
	print "\tif [[ $cur == -* ]]; then\n\t\t" name "_words " quoted(all)
	if (operands)
		print "\telse\n\t\t" name "_files"
	print "\tfi\n}"
	print "complete -F " name " " program
}

function zsh_text(text) {
	gsub(/\\/, "\\\\&", text)
	gsub(/\[/, "\\[", text)
	gsub(/\]/, "\\]", text)
	gsub(/:/, "\\:", text)
	return text
}

function zsh_option(i, k,    spec) {
	spec = "[" zsh_text(brief(i)) "]"
	if (k == "list")
		spec = spec ":" arg[i] ":_values -s , " arg[i] " " words_of(i)
	else if (k == "words")
		spec = spec ":" arg[i] ":(" words_of(i) ")"
	else if (k == "profile")
		spec = spec ":" arg[i] ":" name "_profiles"
	else if (k == "file")
		spec = spec ":" arg[i] ":_files"
	else if (k)
		spec = spec ":" zsh_text(arg[i]) ": "
	if (!short[i])
		return quoted((k == "list" ? "*" : "") long[i] (k ? "=" : "") spec)
	if (k == "list")
		return "\\*" short[i] "+" quoted(spec) " \\\n\t" \
			quoted("*" long[i] "=" spec)
	return quoted("(" short[i] " " long[i] ")" short[i] (k ? "+" : "") spec) \
		" \\\n\t" \
		quoted("(" short[i] " " long[i] ")" long[i] (k ? "=" : "") spec)
}

function make_zsh() {
	print "#compdef " program
	print "# made from the --help of " program "\n"
	if (has["profile"])
		print name "_profiles() {\n" \
			"\tlocal file=${XDG_CONFIG_HOME:-$HOME/.config}/kis/credentials.json\n" \
			"\t[[ ! -r $file ]] ||\n" \
			"\t\tcompadd -- ${(f)\"$(awk " quoted(names) " $file)\"}\n}\n"
	lang = ""
	if (korean) {
		print "if [[ ${LC_ALL:-${LC_MESSAGES:-$LANG}} == ko* ]]; then"
		lang = "ko"
		zsh_arguments()
		print "else"
		lang = ""
	}
	zsh_arguments()
	if (korean)
		print "fi"
}

function zsh_arguments(    i) {
	printf "_arguments -s -S"
	for (i = 1; i <= count; i++)
		printf " \\\n\t%s", zsh_option(i, kind(i))
	if (operands)
		printf " \\\n\t%s", quoted("*:FILE:_files")
	print ""
}

function make_fish() {
	print "# fish completion for " program ", made from its --help\n"
	if (has["list"])
		print "# Completes the last name of a list a,b,c; does not offer a name twice.\n" \
			"function " name "_list\n" \
			"\tset -l before (commandline -ct | string replace -rf '^(--[a-z]+=)?(.*,)?[^,]*$' '$2')\n" \
			"\tfor word in $argv\n" \
			"\t\tstring match -q -- \"*,$word,*\" \",$before\"; or echo \"$before$word\"\n" \
			"\tend\nend\n"
	if (has["profile"])
		print "function " name "_profiles\n" \
			"\tset -l folder ~/.config\n" \
			"\tset -q XDG_CONFIG_HOME; and set folder $XDG_CONFIG_HOME\n" \
			"\ttest -r $folder/kis/credentials.json\n" \
			"\tand awk " fish_quoted(names) " $folder/kis/credentials.json\nend\n"
	if (!operands)
		print "complete -c " program " -f"
	if (korean) {
		print "set -l language (string match -v \047\047 -- $LC_ALL $LC_MESSAGES $LANG)"
		print "if string match -q \047ko*\047 -- \"$language[1]\""
		lang = "ko"
		fish_options()
		print "else"
	}
	lang = ""
	fish_options()
	if (korean)
		print "end"
}

function fish_options(    i, k) {
	for (i = 1; i <= count; i++) {
		k = kind(i)
		printf "complete -c %s", program
		if (short[i])
			printf " -s %s", substr(short[i], 2)
		printf " -l %s -d %s", substr(long[i], 3), fish_quoted(brief(i))
		if (k == "list")
			printf " -x -a \"(%s_list %s)\"", name, words_of(i)
		else if (k == "words")
			printf " -x -a \"%s\"", words_of(i)
		else if (k == "profile")
			printf " -x -a \"(%s_profiles)\"", name
		else if (k == "file")
			printf " -r -F"
		else if (k)
			printf " -x"
		print ""
	}
}

function fish_quoted(text) {
	gsub(/\\/, "\\\\&", text)
	gsub(/\047/, "\\\047", text)
	return "\047" text "\047"
}

END {
	if (failed)
		exit 1
	if (!words["market"] || !words["period"] || !words["columns"])
		fail("no markets, periods or columns in the tables")
	words["text"] = words["columns"]
	if (count < 4)
		fail("no options in the help")
	name = "_" program
	gsub(/-/, "_", name)
	operands = usage ~ /\[FILE \.\.\.\]/
	for (i = 1; i <= count; i++)
		has[kind(i)] = 1
	read_names()
	if (failed)
		exit 1
	if (shell == "bash")
		make_bash()
	else if (shell == "zsh")
		make_zsh()
	else if (shell == "fish")
		make_fish()
	else
		fail("no shell " shell)
}
