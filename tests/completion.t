#!/bin/bash
# Tests completion in bash, zsh and fish: types words and the completion key,
# and compares the arguments that the command receives.
. "$(dirname "$0")/lib.sh"
need make awk
COMPLETION=$(dirname "$BIN")/completion
ok 'make completion: succeeds' make -C "$ROOT" --no-print-directory \
	"B=$(dirname "$BIN")" completion
is 'make completion: 15 files for three shells' "$(find "$COMPLETION" -type f | wc -l | tr -d ' ')" 15

mkdir -p "$HOME/.config/kis"
cat >"$HOME/.config/kis/credentials.json" <<'JSON'
{"default": {"appkey": "Key1", "appsecret": "Geheim{\"x\":{}}"},
 "corp-b": {"appkey": "Key2", "appsecret_command": ["pass", "kis:{"],
   "custtype": "B"},
 "not a word": {"appkey": "Key3"}, "e\"vil": {}, "$(id)": {}, "text": "no",
 "법인": {"appkey": "Key4", "more": {"inner": {}}}}
JSON
chmod 600 "$HOME/.config/kis/credentials.json"
touch 'a token.txt'

# Each line has the typed text, in which TAB represents the completion key, and,
# after a |, the expected arguments.
common='
kis-fetch -m kosdaq15TAB|-m kosdaq150
kis-fetch --market allTAB|--market all
kis-fetch --market=krTAB|--market=krx100
kis-fetch -m kospi,krTAB|-m kospi,krx100
kis-fetch -d 3d,1d,4TAB|-d 3d,1d,4d
kis-fetch -p corTAB|-p corp-b
kis-token --profile=defTAB|--profile=default
kis-fetch --token-file aTAB|--token-file a token.txt
kis-fetch --max-tTAB 5|--max-time 5
kis-fetch --dry-TAB|--dry-run
kis-token --reTAB|--revoke
kis-tocsv -c ssts_cnTAB|-c ssts_cntg_qty
kis-tocsv --columns rank,avTAB|--columns rank,avrg_prc
kis-tocsv --header nTAB|--header none
kis-tocsv --text rank,avTAB|--text rank,avrg_prc
kis-tocsv --quote miTAB|--quote minimal
kis-tocsv --encoding cTAB|--encoding cp949
kis-tocsv aTAB|a token.txt
kis-toxlsx --sheetTAB x|--sheet-by x'

# Types each line of standard input into a shell on a terminal, and waits for
# the prompt before each line.
cat >type.py <<'PY'
import os, pty, re, select, sys, time
key = bytes.fromhex(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
def wait(pattern):
    global seen
    end = time.time() + 20
    while not re.search(pattern, seen):
        left = end - time.time()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            sys.exit("no prompt: %r" % seen[-500:])
        try:
            seen += os.read(fd, 65536)
        except OSError:
            sys.exit("the shell ended: %r" % seen[-500:])
    seen = b""
for line in sys.stdin.read().splitlines():
    wait(rb"kis> ")
    time.sleep(0.02)
    os.write(fd, line.encode().replace(b"TAB", key) + b"\r")
wait(rb"kis> ")
os.write(fd, b"\x04")
PY

compare() { # arguments: shell
	local typed wanted got number=0
	while IFS='|' read -r typed wanted; do
		[ -n "$typed" ] || continue
		number=$((number + 1)) got=''
		[ ! -e got ] || got=$(sed -n "${number}p" got | sed 's/ *$//')
		is "$1 completion of '$typed': $wanted" "$got" "$wanted"
	done <lines
}

all_of_it='
kis-fetch -m kosALL|-m kosdaq kosdaq150 kospi kospi200
kis-fetch -d ALL|-d 1d 1m 1w 2d 2m 2w 3d 3m 3w 4d
kis-fetch -p ALL|-p corp-b default 법인
kis-token --sALL|--setup --status
kis-tocsv -c prALL|-c prdy_ctrt prdy_vrss prdy_vrss_sign'

if command -v bash >which; then
	{
		echo "PS1='kis> ' LC_ALL=C.UTF-8; bind 'set bell-style none'"
		echo "bind 'set enable-bracketed-paste off'"
		echo "bind '\"\\C-xa\": insert-completions'"
		for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
			echo ". '$COMPLETION/bash/$program'"
			echo "$program() { echo \"\$*\" >>got; }"
		done
	} >rc
	rm -f got
	printf '%s\n' "$common" "$all_of_it" | sed 's/ALL/TAB/' >lines
	sed '/./!d; s/|.*//' lines >typed
	# the Readline command `insert-completions` also inserts a single match
	stdin=typed run $PYTHON type.py 1861 bash --rcfile rc -i
	check 'bash completion: the shell runs all lines' 0 '' ''
	compare bash
else
	skip 'bash completion' 'bash is not installed'
fi

if command -v zsh >which; then
	mkdir zsh
	{
		echo "PS1='kis> ' LC_ALL=C.UTF-8; unsetopt beep zle_bracketed_paste prompt_sp"
		echo "fpath=('$COMPLETION/zsh' \$fpath)"
		echo "autoload -Uz compinit && compinit -u -d '$T/zsh/dump'"
		echo "zstyle ':completion:all-matches::::' completer _all_matches _complete"
		echo "zstyle ':completion:all-matches:*' insert true"
		echo 'zle -C all-matches complete-word _generic'
		echo "bindkey '^Xa' all-matches; bindkey '^I' complete-word"
		for program in kis-token kis-fetch kis-tocsv kis-toxlsx; do
			echo "$program() { print -r -- \"\$*\" >>got }"
		done
	} >zsh/.zshrc
	rm -f got
	printf '%s\n' "$common" >lines
	sed '/./!d; s/|.*//' lines >typed
	stdin=typed run env ZDOTDIR="$T/zsh" $PYTHON type.py 09 zsh -i
	check 'zsh completion: the shell runs all lines' 0 '' ''
	compare zsh
	rm -f got
	printf '%s\n' "$all_of_it" | sed 's/ALL/TAB/' >lines
	sed '/./!d; s/|.*//' lines >typed
	stdin=typed run env ZDOTDIR="$T/zsh" $PYTHON type.py 1861 zsh -i
	check 'zsh completion, all matches: the shell runs all lines' 0 '' ''
	sed -i 's/ $//' got
	compare zsh
else
	skip 'zsh completion' 'zsh is not installed'
fi

if command -v fish >which; then
	# Prints fish's completions of the last word, sorted. fish 4 also offers
	# words that contain the last word in the middle; awk removes them.
	offered() { # arguments: words
		LC_ALL=C.UTF-8 fish --no-config -c "for f in '$COMPLETION'/fish/*; source \$f; end
			complete -C '$1'" 2>"$err" | cut -f1 |
			awk -v start="${1##* }" 'index($0, start) == 1' |
			sort | paste -sd ' '
	}
	while IFS='|' read -r typed wanted; do
		[ -n "$typed" ] || continue
		typed=${typed%TAB*} last=${wanted##* }
		case $typed in
		*' a') last='a token.txt' ;;
		*--max-t | *--sheet) last=${wanted% *} last=${last##* } ;;
		esac
		is "fish completion of '$typed': $last" "$(offered "$typed" | sed 's/\\//')" "$last"
	done <<<"$common"
	while IFS='|' read -r typed wanted; do
		[ -n "$typed" ] || continue
		is "fish completion of '${typed%ALL}': every match" "$(offered "${typed%ALL}")" \
			"$(tr ' ' '\n' <<<"${wanted#* }" | grep -v '^-[a-z]$' | paste -sd ' ')"
	done <<<"${all_of_it/--sALL|/--sALL|- }"
	is 'fish completion: offers no market twice' "$(offered 'kis-fetch -m kospi,kosp')" 'kospi,kospi200'
else
	skip 'fish completion' 'fish is not installed'
fi

# --- descriptions are Korean in a Korean locale, and English in others
if [ ! -e "$(dirname "$BIN")/share/locale/ko/LC_MESSAGES/kis.mo" ]; then
	skip 'completion in Korean' 'no catalogue (msgfmt is not installed)'
else
	if command -v zsh >which; then
		in_zsh() { # arguments: assignments of the locale
			env -u LC_ALL -u LC_MESSAGES -u LANG "$@" zsh -f -c \
				'_arguments() { print -rl -- "$@" }; . "$0"' \
				"$COMPLETION/zsh/_kis-token" | grep -e '^--status'
		}
		is 'zsh, LANG=ko_KR.UTF-8: Korean description' "$(in_zsh LANG=ko_KR.UTF-8)" \
			'--status[캐시된 토큰의 만료 시각을 네트워크 없이 표시]'
		is 'zsh, LC_MESSAGES=C before LANG=ko_KR.UTF-8: English description' \
			"$(in_zsh LC_MESSAGES=C LANG=ko_KR.UTF-8)" '--status[show when the cached token expires]'
		is 'zsh, no locale: English description' "$(in_zsh)" '--status[show when the cached token expires]'
	fi
	if command -v fish >which; then
		in_fish() { # arguments: assignments of the locale
			env -u LC_ALL -u LC_MESSAGES -u LANG "$@" fish --no-config -c \
				"source '$COMPLETION/fish/kis-token.fish'; complete -C 'kis-token --st'" | cut -f 2
		}
		is 'fish, LC_ALL=ko_KR.UTF-8: Korean description' "$(in_fish LC_ALL=ko_KR.UTF-8)" \
			'캐시된 토큰의 만료 시각을 네트워크 없이 표시'
		is 'fish, empty LC_ALL before LANG=ko_KR.UTF-8: Korean description' \
			"$(in_fish LC_ALL= LANG=ko_KR.UTF-8)" '캐시된 토큰의 만료 시각을 네트워크 없이 표시'
		is 'fish, no locale: English description' "$(in_fish)" 'show when the cached token expires'
	fi
fi

# the completions of kis-archive run `kis-archive --help`, so kis-archive must
# be in PATH
PATH=$ROOT/pipelines:$PATH
mkdir -p archives/kis
if command -v bash >which; then
	completed() { # arguments: words
		bash -c '. "$1"; COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
			compopt() { :; }
			_kis_archive; printf "%s\n" "${COMPREPLY[@]}"' - \
			"$COMPLETION/bash/kis-archive" "$@" | sort | paste -sd ' '
	}
	is 'bash completion of kis-archive n: nightly' "$(completed kis-archive n)" nightly
	is 'bash completion of kis-archive nightly A --st: --stale' "$(completed kis-archive nightly A --st)" --stale
	is 'bash completion of kis-archive nightly A -m kosd: kosdaq and kosdaq150' \
		"$(completed kis-archive nightly A -m kosd)" 'kosdaq kosdaq150'
	is 'bash completion of kis-archive gaps arch: the directory archives' "$(completed kis-archive gaps arch)" archives
fi
if command -v fish >which; then
	is 'fish completion of kis-archive n: nightly' "$(offered 'kis-archive n')" nightly
	is 'fish completion of kis-archive nightly A --st: --stale' "$(offered 'kis-archive nightly A --st')" --stale
fi
if command -v zsh >which; then
	rm -f got
	echo 'kis-archive() { print -r -- "$*" >>got }' >>zsh/.zshrc
	sed -i "s|^PS1|PATH='$PATH'; PS1|" zsh/.zshrc
	printf '%s\n' 'kis-archive verTAB|verify' 'kis-archive verify --adTAB|verify --adopt' \
		'kis-archive nightly A -m krTAB|nightly A -m krx100' >lines
	sed 's/|.*//' lines >typed
	sed -i 's/^kis-archive() {.*/function kis-archive { if [[ $* == *--help* ]]; then command kis-archive "$@"; else print -r -- "$*" >>got; fi }/' zsh/.zshrc
	stdin=typed run env ZDOTDIR="$T/zsh" $PYTHON type.py 09 zsh -i
	compare zsh
fi

# completions offer the names of profiles, but no other text from the
# credentials file
ok 'completions: no appkey and no appsecret' \
	bash -c '! grep -E "Key[0-9]|Geheim|inner|vil|(^|[^-])text|not a" got'
# if --help does not have the expected option table, completion.awk must fail
run awk -v shell=bash -v profiles="$ROOT/cmd/package/profiles.awk" \
	-f "$ROOT/cmd/package/completion.awk" "$ROOT/lib/record.c" /dev/null
check 'completion.awk without option tables: exit status 1' 1 '' 'completion.awk'
done_testing
