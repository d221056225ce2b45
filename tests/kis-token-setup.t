#!/bin/bash
# --setup, by pipe and on a pseudo-terminal.
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
check 'a name that is not valid UTF-8' 64 '' 'not valid UTF-8'
is 'is told before anything is asked' "$(posts) $(ls "$HOME/.config" 2>&1 | wc -l)" '0 1'

# --- by pipe
feed '%s\n%s\n' "$key" "$secret"
run kis-token --setup
check 'two lines on a pipe' 0 '' "saved in '$file' as profile 'default'"
ok 'the token is told' grep -q 'key works.*valid until 20.*Korean' "$err"
is 'the file is private, and its folder' \
	"$(stat -c %a "$file" "$HOME/.config/kis" "$HOME/.config" | xargs)" \
	'600 700 700'
is 'what is in it' "$(saved default)" \
	"{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
is 'no key on stderr' "$(grep -c -e "$key" -e "$secret" "$err")" 0
is 'one request' "$(posts)" 1
stdin=/dev/null
run kis-token
check 'then a token comes from the cache' 0 '^eyJ' ''
is 'no further request' "$(posts)" 1
fresh_minute
feed '"%s" \r\n  '"'%s'" "$key" "$secret"
run kis-token --setup -p corp -q
check 'quotes, blanks, CR LF, no last newline; -q' 0 '' ''
is 'stripped' "$(saved corp)" "$(saved default)"
is 'the other profile stays' "$(jq -c keys "$file")" '["corp","default"]'
before=$(cat "$file")
feed '%s\nwrong\n' "$key"
fresh_minute
run kis-token --setup
check 'a wrong secret' 77 '' 'nothing was saved: the key that was typed.*00105'
feed 'wrong\n%s\n' "$secret"
run kis-token --setup
check 'a wrong key' 77 '' 'nothing was saved: the key that was typed.*00103'
feed '%s\n' "$key"
run kis-token --setup
check 'one line' 66 '' 'no appsecret on standard input'
stdin=/dev/null
run kis-token --setup
check 'nothing' 66 '' 'no appkey on standard input'
feed 'key inside\n%s\n' "$secret"
run kis-token --setup
check 'a blank inside' 65 '' 'appkey contains an invalid character'
feed '\n\n'
run kis-token --setup
check 'empty lines' 65 '' 'appkey is empty'
feed 'a\0b\n%s\n' "$secret"
run kis-token --setup
check 'a NUL' 66 '' 'appkey'
head -c 9000 /dev/zero | tr '\0' a >in
run kis-token --setup
check 'a line without end' 66 '' 'appkey'
is 'the file stays as it was' "$(cat "$file")" "$before"
chmod 644 "$file"
feed '%s\n%s\n' "$key" "$secret"
run kis-token --setup
check 'a file that others can read: closed to them' 0 '' 'changed its mode to 600'
is 'and it is' "$(stat -c %a "$file")" 600
mv "$file" real.json
ln -s "$PWD/real.json" "$file"
feed '%s\n%s\n' "$key" "$secret"
fresh_minute
run kis-token --setup -p third
check 'through a symlink' 0 '' 'saved'
ok 'it stays a symlink' [ -L "$file" ]
is 'its target has the profile, 0600' "$(jq -c 'keys' real.json) \
$(stat -c %a real.json)" '["corp","default","third"] 600'
echo '{"default": {"appkey": "x", "appsecret_command": ["false"],
	"custtype": "P"}}' >real.json
fresh_minute
run kis-token --setup
check 'over a command' 0 '' 'saved'
is 'the command goes, other members stay' "$(saved default | jq -c keys)" \
	'["appkey","appsecret","custtype"]'
fresh_minute
KIS_PROFILE=night run kis-token --setup
check 'KIS_PROFILE names the profile' 0 '' "profile 'night'"
fresh_minute
KIS_APPKEY=x KIS_APPSECRET=y run kis-token --setup
check 'KIS_APPKEY in the environment: said' 0 '' \
	'warning: KIS_APPKEY is set.*goes before'
run env -u HOME kis-token --setup
check 'no HOME' 78 '' 'no HOME'
fresh_minute
for n in $(seq 8); do
	XDG_CACHE_HOME=$PWD/cache-$n kis-token --setup -q -p "at-once-$n" <in &
	pids[n]=$!
done
wait "${pids[@]}"
is 'eight at once: none is lost' \
	"$(jq 'keys | map(select(startswith("at-once"))) | length' "$file")" 8
is 'nothing left beside it' "$(ls -A . "$HOME/.config/kis" |
	grep -c '\.new')" 0
sim_start --fault token.html502
cp real.json before.json
run kis-token --setup -p never
check 'no good server' 75 '' 'nothing was saved.*HTTP 502'
ok 'nothing was saved' cmp real.json before.json

# --- on a terminal: what is typed, what the screen shows. typist.py runs the
# program on a pseudo-terminal of its own, answers each prompt with the next
# argument (\c is Ctrl-C), and leaves screen, stdout and the terminal's echo.
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
            # the prompt comes once echo is off
            print(bool(termios.tcgetattr(fd)[3] & termios.ECHO), file=f)
    os.write(fd, answer)
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
screen_is() { # name status regex
	is "$1: status, and echo is on again" "$said" "$2 echo True"
	like "$1: what is told" "$(tr -d '\r' <screen)" "$3"
	is "$1: nothing typed is on the screen" \
		"$(grep -caF -e "$key" -e "$secret" -e hush screen)" 0
	is "$1: echo was off at each prompt" "$(sort -u hidden)" False
	is "$1: nothing on stdout" "$(cat stdout)" ''
}
rm "$file"
sim_start --minute 0
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
said=$(types "$key\n" "$secret\n")
screen_is 'typed' 0 "saved in '$file'"
is 'typed: the file' "$(saved default) $(stat -c %a "$file")" \
	"{\"appkey\":\"$key\",\"appsecret\":\"$secret\"} 600"
fresh_minute
said=$(types " \"$key\" \n" "'$secret'\t\n")
screen_is 'pasted with quotes and blanks' 0 'key works'
is 'pasted: stripped' "$(saved default)" \
	"{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
fresh_minute
before=$(cat "$file")
said=$(types "$key\n" "hush-wrong\n" "\n")
screen_is 'a wrong key, Enter' 77 'EGW00105'
like 'a wrong key: asked' "$(cat screen)" 'Keep them all the same'
like 'a wrong key: said' "$(cat screen)" 'nothing was saved'
is 'a wrong key: not saved' "$(cat "$file")" "$before"
said=$(types "$key\n" "hush-wrong\n" "no\n")
screen_is 'a wrong key, no' 77 'nothing was saved'
is 'a wrong key, no: not saved' "$(cat "$file")" "$before"
said=$(types "$key\n" "hush-wrong\n" "y\n")
screen_is 'a wrong key, y' 0 "saved in '$file'"
is 'a wrong key, y: saved' "$(saved default)" \
	"{\"appkey\":\"$key\",\"appsecret\":\"hush-wrong\"}"
is 'a wrong key, y: no word of a token' "$(grep -c 'key works' screen)" 0
before=$(cat "$file")
for nth in first second; do
	[ $nth = first ] && said=$(types "hush\x03") ||
		said=$(types "$key\n" "hush\x03")
	screen_is "Ctrl-C at the $nth" -2 'appkey'
	is "Ctrl-C at the $nth: not saved" "$(cat "$file")" "$before"
done
said=$(types "hush\x1a\n")
screen_is 'Ctrl-Z is a character like another' 65 'contains an invalid character'
said=$(types "\x04")
screen_is 'the end of input at once' 66 'missing appkey'
done_testing
