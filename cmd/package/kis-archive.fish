# fish completion for kis-archive. Reads the commands and options from the
# output of "kis-archive --help".
complete -c kis-archive -f
complete -c kis-archive -n 'test (count (commandline -opc)) -eq 1' \
	-a "(kis-archive --help | string match -rg '^  ([a-z]+)  +(.*)' | paste - -)"
complete -c kis-archive -n 'test (count (commandline -opc)) -gt 1; and string match -q -- "-*" (commandline -ct)' \
	-a "(kis-archive (commandline -opc)[2] --help 2>/dev/null | string match -r -- '--[a-z-]+' | sort -u)"
complete -c kis-archive -n 'test (count (commandline -opc)) -gt 1' \
	-a "(__fish_complete_directories (commandline -ct))"
