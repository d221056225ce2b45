# Prints the names of the profiles in a credentials file: those keys of the
# outermost JSON object that have an object as their value. Omits names that
# would have to be quoted in a shell.
{ text = text $0 "\n" }
END {
	n = length(text)
	for (i = 1; i <= n; i++) {
		c = substr(text, i, 1)
		if (c == "\"") {
			word = ""
			while (++i <= n && (c = substr(text, i, 1)) != "\"") {
				if (c == "\\")
					word = word " " substr(text, ++i, 1)
				else
					word = word c
			}
		} else if (c == ":" && depth == 1) {
			name = word
		} else if (c == "," && depth == 1) {
			name = ""
		} else if (c == "{") {
			if (depth++ == 1 && name ~ /^[^]\001-,\/;-?[\\^`{-~]+$/)
				print name
		} else if (c == "}") {
			depth--
		}
	}
}
