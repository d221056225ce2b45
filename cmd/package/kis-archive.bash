# bash completion for kis-archive. Reads the commands and options from the
# output of "kis-archive --help".
_kis_archive() {
	local cur=${COMP_WORDS[COMP_CWORD]} words command=${COMP_WORDS[1]}
	if [ "$COMP_CWORD" = 1 ]; then
		words=$(kis-archive --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
		words+=' --help --version'
	elif [[ $cur == -* ]]; then
		words=$(kis-archive "$command" --help 2>/dev/null |
			grep -oE -e '^ +(-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+')
	else
		case ${COMP_WORDS[COMP_CWORD - 1]} in
		-m | --markets) words='all kospi kosdaq kospi200 krx100 kosdaq150' ;;
		-d | --periods) words='1d 2d 3d 4d 1w 2w 3w 1m 2m 3m' ;;
		*)
			mapfile -t COMPREPLY < <(compgen -d -- "$cur")
			compopt -o filenames
			return
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _kis_archive kis-archive
