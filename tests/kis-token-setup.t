#!/bin/bash
# Tests kis-token --setup with a pipe and on a pseudo-terminal.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq "$PYTHON"

sim_start --minute 0
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
file=$HOME/.config/kis/credentials.json
feed() {
	printf "$@" >in
	stdin=in
}
saved() { jq -c ".$1" "$file"; }
fresh_minute() { rm -f "$XDG_CACHE_HOME"/kis/*; }

profile=$(printf 'a\377b')
feed '%s\n%s\n' "$key" "$secret"
run kis-token --setup -p "$profile"
check 'profile name that is not UTF-8: exit status 64' 64 '' 'not valid UTF-8'
is 'profile name that is not UTF-8: no request, no file' "$(posts) $(ls "$HOME/.config" 2>&1 | wc -l)" '0 1'

# --- --setup reads credentials from a pipe
feed '%s\n%s\n' "$key" "$secret"
run kis-token --setup
check 'appkey and appsecret on a pipe: saved' 0 '' "saved in '$file', profile 'default'"
ok "appkey and appsecret on a pipe: reports the token's expiry" grep -q 'credentials verified.*valid until 20.*KST' "$err"
is 'credentials file: mode 0600, its directories 0700' \
	"$(stat -c %a "$file" "$HOME/.config/kis" "$HOME/.config" | xargs)" \
	'600 700 700'
is 'credentials file: contains appkey and appsecret' "$(saved default)" \
	"{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
is '--setup: no credentials on standard error' "$(grep -c -e "$key" -e "$secret" "$err")" 0
is '--setup: sends one request' "$(posts)" 1
stdin=/dev/null
run kis-token
check 'kis-token after --setup: prints the cached token' 0 '^eyJ' ''
is 'kis-token after --setup: no further request' "$(posts)" 1
fresh_minute
feed '"%s" \r\n  '"'%s'" "$key" "$secret"
run kis-token --setup -p corp -q
check 'quotes, whitespace, CR LF, no final newline: accepted' 0 '' ''
is 'quotes and whitespace: removed' "$(saved corp)" "$(saved default)"
feed '\xef\xbb\xbf%s\r\n%s\r\n' "$key" "$secret"
run kis-token --setup -p corp -q
check 'UTF-8 byte order mark and CR LF: accepted' 0 '' ''
is 'UTF-8 byte order mark: removed' "$(saved corp)" "$(saved default)"
is 'second profile: the first is kept' "$(jq -c keys "$file")" '["corp","default"]'
before=$(cat "$file")
feed '%s\nwrong\n' "$key"
fresh_minute
run kis-token --setup
check 'wrong appsecret: exit status 77, nothing saved' 77 '' 'nothing was saved: the credentials you entered.*00105'
feed 'wrong\n%s\n' "$secret"
run kis-token --setup
check 'wrong appkey: exit status 77, nothing saved' 77 '' 'nothing was saved: the credentials you entered.*00103'
feed '%s\n' "$key"
run kis-token --setup
check 'standard input of one line: exit status 66' 66 '' 'no appsecret on standard input'
stdin=/dev/null
run kis-token --setup
check 'standard input empty: exit status 66' 66 '' 'no appkey on standard input'
feed 'key inside\n%s\n' "$secret"
run kis-token --setup
check 'appkey with a space: exit status 65' 65 '' 'appkey contains an invalid character'
feed '\n\n'
run kis-token --setup
check 'empty lines: exit status 65' 65 '' 'appkey is empty'
feed 'a\0b\n%s\n' "$secret"
run kis-token --setup
check 'NUL in the appkey: exit status 66' 66 '' 'appkey'
head -c 9000 /dev/zero | tr '\0' a >in
run kis-token --setup
check 'line of 9000 bytes without a newline: exit status 66' 66 '' 'appkey'
is 'failed --setup: the credentials file is unchanged' "$(cat "$file")" "$before"
chmod 644 "$file"
feed '%s\n%s\n' "$key" "$secret"
run kis-token --setup
check 'credentials file readable by others: saved, reports the changed mode' 0 '' 'changed its mode to 600'
is 'credentials file readable by others: mode is changed to 600' "$(stat -c %a "$file")" 600
mv "$file" real.json
ln -s "$PWD/real.json" "$file"
feed '%s\n%s\n' "$key" "$secret"
fresh_minute
run kis-token --setup -p third
check 'credentials file is a symbolic link: saved' 0 '' 'saved'
ok 'credentials file is a symbolic link: the link is kept' [ -L "$file" ]
is 'credentials file is a symbolic link: its target has the profile, mode 600' "$(jq -c 'keys' real.json) \
$(stat -c %a real.json)" '["corp","default","third"] 600'
echo '{"default": {"appkey": "x", "appsecret_command": ["false"],
	"custtype": "P"}}' >real.json
fresh_minute
run kis-token --setup
check 'profile with appsecret_command: saved' 0 '' 'saved'
is 'profile with appsecret_command: replaced by appsecret, other fields are kept' "$(saved default | jq -c keys)" \
	'["appkey","appsecret","custtype"]'
fresh_minute
KIS_PROFILE=night run kis-token --setup
check 'KIS_PROFILE: names the profile' 0 '' "profile 'night'"
fresh_minute
KIS_APPKEY=x KIS_APPSECRET=y run kis-token --setup
check 'KIS_APPKEY set: a warning that it precedes the file' 0 '' \
	'warning: KIS_APPKEY is set.*takes precedence'
run env -u HOME kis-token --setup
check 'no HOME: exit status 78' 78 '' 'HOME is not set'
fresh_minute
for n in $(seq 8); do
	XDG_CACHE_HOME=$PWD/cache-$n kis-token --setup -q -p "at-once-$n" <in &
	pids[n]=$!
done
wait "${pids[@]}"
is 'eight runs at once: all profiles are saved' \
	"$(jq 'keys | map(select(startswith("at-once"))) | length' "$file")" 8
is 'eight runs at once: no temporary file is left' "$(ls -A . "$HOME/.config/kis" |
	grep -c '\.new')" 0
sim_start --fault token.html502
cp real.json before.json
run kis-token --setup -p never
check 'server error: exit status 75' 75 '' 'nothing was saved.*HTTP 502'
ok 'server error: the credentials file is unchanged' cmp real.json before.json

# --- typist.py runs --setup on its own pseudo-terminal and types the next
# argument at each prompt (\x03 is Ctrl-C). It writes the screen, standard
# output and the state of the terminal's echo to files. If EARLY is set, it types
# that text during the request.
cat >typist.py <<'EOP'
import os, pty, select, sys, termios, time
answers = [a.encode().decode("unicode_escape").encode() for a in sys.argv[1:]]
prompts = [b"appkey (", b"appsecret (", b"[y/N] "]
said_r, said_w = os.pipe()
pid, fd = pty.fork()
if pid == 0:
    os.dup2(said_w, 1)
    os.execvp("kis-token", ["kis-token", "--setup"])
os.close(said_w)
screen, end = b"", time.time() + 30
for answer, prompt in zip(answers, prompts):
    while prompt not in screen and time.time() < end:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                screen += os.read(fd, 4096)
            except OSError:
                end = 0
    if prompt.startswith(b"app"):
        with open("hidden", "a") as f:
            # at the prompt, echo must already be off
            print(bool(termios.tcgetattr(fd)[3] & termios.ECHO), file=f)
    os.write(fd, answer)
if "EARLY" in os.environ:
    time.sleep(0.5)
    with open("hidden", "a") as f:
        print(bool(termios.tcgetattr(fd)[3] & termios.ECHO), file=f)
    os.write(fd, os.environ["EARLY"].encode())
while time.time() < end:
    try:
        got = os.read(fd, 4096)
    except OSError:
        break
    if not got:
        break
    screen += got
try:
    echo = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
except termios.error:
    echo = "gone"
_, status = os.waitpid(pid, 0)
open("screen", "wb").write(screen)
open("stdout", "wb").write(os.read(said_r, 65536))
print(os.waitstatus_to_exitcode(status), "echo", echo)
EOP
types() { rm -f hidden; timeout 40 "$PYTHON" typist.py "$@" 2>&1; }
screen_is() { # arguments: name status regex
	is "terminal, $1: exit status $2, echo is on again" "$printed" "$2 echo True"
	like "terminal, $1: the expected message" "$(tr -d '\r' <screen)" "$3"
	is "terminal, $1: typed text is not on the screen" \
		"$(grep -caF -e "$key" -e "$secret" -e hush screen)" 0
	is "terminal, $1: echo was off at each prompt" "$(sort -u hidden)" False
	is "terminal, $1: no standard output" "$(cat stdout)" ''
}
rm "$file"
sim_start --minute 0
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
printed=$(types "$key\n" "$secret\n")
screen_is 'valid credentials' 0 "saved in '$file'"
is 'terminal, valid credentials: saved with mode 600' "$(saved default) $(stat -c %a "$file")" \
	"{\"appkey\":\"$key\",\"appsecret\":\"$secret\"} 600"
fresh_minute
printed=$(types " \"$key\" \n" "'$secret'\t\n")
screen_is 'pasted quotes and whitespace' 0 'credentials verified'
is 'terminal, pasted quotes and whitespace: removed' "$(saved default)" \
	"{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
fresh_minute
before=$(cat "$file")
printed=$(types "$key\n" "hush-wrong\n" "\n")
screen_is 'wrong appsecret, Enter' 77 'EGW00105'
like 'terminal, wrong appsecret, Enter: asks whether to keep the credentials' "$(cat screen)" 'Save anyway'
like 'terminal, wrong appsecret, Enter: reports that nothing was saved' "$(cat screen)" 'nothing was saved'
is 'terminal, wrong appsecret, Enter: the file is unchanged' "$(cat "$file")" "$before"
printed=$(types "$key\n" "hush-wrong\n" "no\n")
screen_is 'wrong appsecret, no' 77 'nothing was saved'
is 'terminal, wrong appsecret, no: the file is unchanged' "$(cat "$file")" "$before"
printed=$(types "$key\n" "hush-wrong\n" "y\n")
screen_is 'wrong appsecret, y' 0 "saved in '$file'"
is 'terminal, wrong appsecret, y: saved' "$(saved default)" \
	"{\"appkey\":\"$key\",\"appsecret\":\"hush-wrong\"}"
is 'terminal, wrong appsecret, y: no message about a token' "$(grep -c 'credentials verified' screen)" 0
printed=$(types "$key\n" "$secret\n")
screen_is 'with a cached token' 0 'credentials verified'
# As if a minute had passed since then.
for cached in $(grep -l '"asked"' "$XDG_CACHE_HOME"/kis/*); do
	jq '.asked -= 100 | .handed -= 100 | .first_seen -= 100' "$cached" >aged
	cat aged >"$cached"
done
printed=$(types "$key\n" "${secret%??}zz\n" "y\n")
screen_is 'wrong appsecret with a cached token, y' 0 "saved in '$file'"
is 'terminal, wrong appsecret with a cached token, y: no message about a token' \
	"$(grep -c 'credentials verified' screen)" 0
printed=$(types "$key\n" "hush-wrong\n" "y\n")
before=$(cat "$file")
for nth in first second; do
	[ $nth = first ] && printed=$(types "hush\x03") ||
		printed=$(types "$key\n" "hush\x03")
	screen_is "Ctrl-C at the $nth prompt" -2 'appkey'
	is "terminal, Ctrl-C at the $nth prompt: the file is unchanged" "$(cat "$file")" "$before"
done
printed=$(types "hush\x1a\n")
screen_is 'Ctrl-Z in the appkey' 65 'contains an invalid character'
sim_start --minute 0 --fault token.slow
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
printed=$(EARLY='hush' types "$key\n" "$secret\n")
screen_is 'text typed during the request' 0 'credentials verified'
printed=$(types "\x04")
screen_is 'end of input at the first prompt' 66 'no appkey'
done_testing
