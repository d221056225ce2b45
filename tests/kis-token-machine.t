#!/bin/bash
# What kis-token meets on other people's machines: files of credentials as
# editors write them, homes and caches of another user, servers by other names,
# answers that lack what others have, commands that leave agents behind.
. "$(dirname "$0")/lib.sh"
need jq
sim_start --minute 0 --rate 1000
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
mkdir -p "$HOME/.config/kis"
file=$HOME/.config/kis/credentials.json
good='{"default":{"appkey":"'$key'","appsecret":"'$secret'"}}'
write() { # contents, to the file
	printf '%s' "$1" >"$file"
	chmod 600 "$file"
}
fresh() { rm -rf "$XDG_CACHE_HOME"; }

# --- credentials.json
write $'\xef\xbb\xbf'"$good"
run kis-token
check 'a UTF-8 byte order mark' 0 '^eyJ' ''
write "$(jq . <<<"$good" | sed 's/$/\r/')"
run kis-token
check 'CRLF line ends' 0 '^eyJ' ''
for encoding in UTF-16LE UTF-16BE; do
	iconv -t $encoding <<<"$good" >"$file"
	run kis-token
	check "$encoding: named" 78 '' 'is UTF-16 text; save it as UTF-8'
	{ printf '\ufeff'; echo "$good"; } | LC_ALL=C.UTF-8 iconv -f UTF-8 -t $encoding >"$file"
	run kis-token
	check "$encoding with a mark: named" 78 '' 'is UTF-16 text'
done
write "{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
run kis-token
check 'a flat object: the right shape is shown' 78 '' \
	'must be in a profile: \{"default": \{"appkey": …, "appsecret": …\}\}'
write "{\"default\":{\"appkey\":\"$key\",\"$secret\":\"appsecret\"}}"
run kis-token
check 'a secret as a field name: refused' 78 '' 'unknown field'
ok 'and not printed' eval '! grep -qF "$secret" "$err"'
write "{\"default\":{\"appkey\":\"$key\",\"appsecrt\":\"x\",\"appsecret\":\"$secret\"}}"
run kis-token
check 'a mistyped field is named' 78 '' "unknown field 'appsecrt'"
write "{\"default\":{\"appkey\":\"$secret\",\"appsecret\":\"$key\"}}"
before=$(requests)
run kis-token
check 'appkey and appsecret exchanged: said' 78 '' 'appkey and appsecret are swapped'
KIS_APPKEY=$secret KIS_APPSECRET=$key run kis-token
check 'exchanged in the environment' 78 '' 'are swapped'
printf '%s\n%s\n' "$secret" "$key" >lines
stdin=lines run kis-token --setup
check '--setup: exchanged' 65 '' 'are swapped'
is 'before anything is sent' "$(requests)" "$before"
rm "$file"
KIS_APPKEY=x KIS_APPSECRET=y run kis-token -p night
check '-p without a file: does not claim that variables are not set' 78 '' \
	"no credentials for profile 'night': .* does not exist; run: kis-token --setup -p night"
ok 'nothing about KIS_APPKEY' eval '! grep -q KIS_APPKEY "$err"'

# --- --setup repairs what it can name
fresh
printf '%s\n%s\n' "$key" "$secret" >lines
ln -s "$PWD/elsewhere.json" "$file"
stdin=lines run kis-token --setup
check '--setup through a dangling symlink' 0 '' 'saved'
ok 'the symlink stays' [ -L "$file" ]
is 'the file is where it leads, private' "$(stat -c %a elsewhere.json)" 600
rm "$file" elsewhere.json
write "{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
chmod 644 "$file"
fresh
stdin=lines run kis-token --setup -p night
check '--setup: a flat file that others can read' 0 '' 'changed its mode to 600'
is 'is put right, nothing is lost' "$(jq -c 'keys' "$file") $(jq -r .default.appkey "$file") $(stat -c %a "$file")" \
	"[\"default\",\"night\"] $key 600"

fresh
write "{\"appkey\":\"$key\",\"appsecret\":\"$secret\",\"corp\":{\"appkey\":\"k\",\"appsecret\":\"s\"}}"
stdin=lines run kis-token --setup -p night
check '--setup: a flat file that also has profiles' 0 '' 'into profile'
is 'all profiles stay' "$(jq -c '[keys, .corp.appkey, .default.appkey]' "$file")" \
	"[[\"corp\",\"default\",\"night\"],\"k\",\"$key\"]"
fresh
: >"$file"
stdin=lines run kis-token --setup
check '--setup: an empty file is none' 0 '' 'saved'
fresh
rm "$file"
ln -s nowhere/creds.json "$file"
before=$(requests)
stdin=lines run kis-token --setup
check '--setup: a symlink into a directory that is not there' 73 '' 'cannot follow symbolic link'
is 'no token was requested' "$(requests)" "$before"
rm "$file"

# --- secrets in the wrong place, by command
write "{\"default\":{\"appkey\":\"$secret\",\"appsecret_command\":[\"echo\",\"$key\"]}}"
run kis-token
check 'exchanged, the secret by command: said before anything is sent' 78 '' 'are swapped'
is 'no request' "$(requests)" "$before"
write "{\"default\":{\"appkey\":\"$key\",\"appsecret_command\":[\"$secret\"]}}"
run kis-token
check 'the secret itself as appsecret_command' 78 '' 'cannot run appsecret_command'
ok 'is not printed' eval '! grep -qF "$secret" "$err"'

# --- systemd credentials
mkdir creds
printf %s "$key" >creds/kis-appkey
printf %s "$secret" >creds/kis-appsecret
for mode in 400 440; do
	chmod $mode creds/*
	CREDENTIALS_DIRECTORY=$PWD/creds run kis-token
	check "systemd credentials, mode $mode" 0 '^eyJ' ''
done
chmod 444 creds/kis-appsecret
CREDENTIALS_DIRECTORY=$PWD/creds run kis-token
check "systemd credentials that others can read: refused" 78 '' 'readable by other users; run: chmod o='
write "$good"

# --- another user's home
if [ "$(id -u)" = 0 ]; then
	mkdir -p users/kim && chown 65534 users/kim
	HOME=$PWD/users/kim XDG_CACHE_HOME='' KIS_APPKEY=$key KIS_APPSECRET=$secret run kis-token
	check "root with a user's HOME: warned before anything is made" 0 '^eyJ' \
		'running as root in a directory of user nobody: .*users/kim/.cache/kis. will belong to root'
	chmod 755 "$T" "$T/users"
	if setpriv --reuid=65534 --regid=65534 --clear-groups kis-token --version >which 2>"$err"; then
		cp "$KIS_CACERT" users/ca.pem && chmod 644 users/ca.pem
		HOME=$PWD/users/kim XDG_CACHE_HOME='' KIS_APPKEY=$key KIS_APPSECRET=$secret \
			KIS_CACERT=$PWD/users/ca.pem \
			run setpriv --reuid=65534 --regid=65534 --clear-groups kis-token
		check 'the user who is locked out is told which directory and what to run' 0 '^eyJ' \
			"'.*users/kim/.cache.*' belongs to user root; run: sudo chown -R nobody '"
	else
		skip 'locked out' "nobody cannot run the programs here: $(head -n 1 "$err")"
	fi
	chmod 700 "$T"
else
	skip "another user's home" 'needs root'
fi

# --- one server by two names, and messages that name it
fresh
run kis-token
first=$(cat "$out") before=$(requests '.method == "POST"')
# only the letter case of the host differs; 127.0.0.1 has none
port=${KIS_BASE_URL##*:}
KIS_BASE_URL=https://LocalHost:$port run kis-token -v
KIS_BASE_URL=https://localhost:$port run kis-token -v
is 'the letter case of the host does not matter: one cache for both' \
	"$(find "$XDG_CACHE_HOME" -name '*.lock' | wc -l | tr -d ' ')" 2
KIS_APPKEY=${key//[a-z]/x} KIS_APPSECRET=$secret run kis-token
check 'a key that is refused: by which server' 77 '' \
	"\(at 127.0.0.1:$port, set by KIS_BASE_URL\)"
KIS_BASE_URL=https://127.0.0.1:1 run kis-token --force
check 'no connection: to which server' 75 '' '\(at 127.0.0.1:1, set by KIS_BASE_URL\)'
stdin=lines
echo not-a-token >lines
run kis-fetch
check 'a token that is refused: by which server' 77 '' "\(at 127.0.0.1:$port, set by KIS_BASE_URL\)"
stdin=/dev/null

# --- an answer with expires_in alone: six hours are taken off
fresh
sim_start --minute 0 --rate 1000 --fault token.no-date
write '{"default":{"appkey":"'$KIS_APPKEY'","appsecret":"'$KIS_APPSECRET'"}}'
unset KIS_APPKEY KIS_APPSECRET
run kis-token
check 'expires_in alone: accepted' 0 '^eyJ' ''
run kis-token --status
like 'expires_in alone: 18 hours' "$(cat "$out")" '\((18 h 00|17 h 59) min left\)'
run kis-token
is 'expires_in alone: kept, no second request' "$(requests '.method == "POST"')" 1

# --- appsecret_command: an agent that it leaves behind, and its limit
fresh
sim_start --minute 0 --rate 1000
cat >agent <<SCRIPT
#!/bin/sh
sleep 30 &
echo \$! >agent.pid
echo '$KIS_APPSECRET'
SCRIPT
chmod +x agent
write "{\"default\":{\"appkey\":\"$KIS_APPKEY\",\"appsecret_command\":[\"$PWD/agent\"]}}"
unset KIS_APPKEY KIS_APPSECRET
SECONDS=0
run kis-token
check 'appsecret_command leaves an agent with its stdout: done' 0 '^eyJ' ''
ok "without waiting for the agent ($SECONDS s)" [ "$SECONDS" -le 10 ]
kill "$(cat agent.pid)"

# --- --wait bounds the lock too
fresh
run kis-token
lock=$(find "$XDG_CACHE_HOME" -name '*.lock')
flock "$lock" sleep 20 &
holder=$!
sleep 0.2
SECONDS=0
run kis-token --force --wait 0
check '--wait 0 while another process holds the lock: 75 at once' 75 '' 'holds the lock'
ok "at once ($SECONDS s)" [ "$SECONDS" -le 3 ]
run kis-token --force --wait 2
check '--wait 2: 75 after two seconds' 75 '' 'holds the lock'
kill $holder
wait $holder 2>.none

# --- the minute is said where there is no terminal
sim_start --minute 60 --rate 1000
write '{"default":{"appkey":"'$KIS_APPKEY'","appsecret":"'$KIS_APPSECRET'"}}'
unset KIS_APPKEY KIS_APPSECRET
run kis-token
kis-token --force >forced 2>forced.err &
waiter=$!
kis-token --force -q >quiet 2>quiet.err &
silent=$!
sleep 1
like 'waiting for the minute: said on stderr' "$(cat forced.err)" 'waiting [0-9]+ s'
is 'waiting for the minute, -q: not' "$(cat quiet.err)" ''
kill $waiter $silent
wait $waiter $silent 2>.none

# --- where flock does not work, the loser keeps the winner's token
if strace -qq -o trace -e trace=none true 2>"$err"; then
	fresh
	sim_start --minute 60 --rate 1000 --fault token.slow:1
	write '{"default":{"appkey":"'$KIS_APPKEY'","appsecret":"'$KIS_APPSECRET'"}}'
	unset KIS_APPKEY KIS_APPSECRET
	locks() { ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "trace$1" -e inject=flock:error=ENOLCK kis-token -q --wait 0 >"got$1" 2>"said$1"; }
	locks 1 &
	first=$!
	sleep 0.5
	locks 2 &
	wait $first $!
	run kis-token --status
	check 'without locks: the token of one is in the cache' 0 'valid until' ''
else
	skip 'without locks' "$(cat "$err")"
fi
done_testing
