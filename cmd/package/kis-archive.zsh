#compdef kis-archive
# zsh completion for kis-archive. Reads the commands and options from the
# output of "kis-archive --help".
local -a choices
if (( CURRENT == 2 )); then
	choices=(${(f)"$(kis-archive --help | sed -n 's/^  \([a-z][a-z]*\)  *\(.*\)/\1:\2/p')"})
	_describe command choices
elif [[ $PREFIX == -* ]]; then
	choices=(${(f)"$(kis-archive $words[2] --help 2>/dev/null |
		grep -oE -e '^ +(-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+')"})
	compadd -a choices
else
	case $words[CURRENT-1] in
	-m|--markets) compadd all kospi kosdaq kospi200 krx100 kosdaq150 ;;
	-d|--periods) compadd 1d 2d 3d 4d 1w 2w 3w 1m 2m 3m ;;
	*) _files -/ ;;
	esac
fi
