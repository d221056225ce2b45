#!/bin/bash
# Tests kis-token with credentials files as editors write them, a HOME and a
# cache that belong to another user, server names in different letter case,
# responses without common fields, and commands that leave background processes.
. "$(dirname "$0")/lib.sh"
need jq
sim_start --minute 0 --rate 1000
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
mkdir -p "$HOME/.config/kis"
file=$HOME/.config/kis/credentials.json
good='{"default":{"appkey":"'$key'","appsecret":"'$secret'"}}'
write() { # writes its argument to the credentials file
	printf '%s' "$1" >"$file"
	chmod 600 "$file"
}
fresh() { rm -rf "$XDG_CACHE_HOME"; }

# --- kis-token accepts credentials files as editors write them, and explains
# common mistakes
write $'\xef\xbb\xbf'"$good"
run kis-token
check 'credentials file with a UTF-8 byte order mark: accepted' 0 '^eyJ' ''
write "$(jq . <<<"$good" | sed 's/$/\r/')"
run kis-token
check 'credentials file with CRLF line ends: accepted' 0 '^eyJ' ''
for encoding in UTF-16LE UTF-16BE; do
	iconv -t $encoding <<<"$good" >"$file"
	run kis-token
	check "credentials file in $encoding: exit status 78, reports the encoding" 78 '' 'is UTF-16 text; save it as UTF-8'
	{ printf '\ufeff'; echo "$good"; } | LC_ALL=C.UTF-8 iconv -f UTF-8 -t $encoding >"$file"
	run kis-token
	check "credentials file in $encoding with a byte order mark: exit status 78" 78 '' 'is UTF-16 text'
done
write "{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
run kis-token
check 'credentials file without profiles: exit status 78 with the expected form' 78 '' \
	'must be in a profile: \{"default": \{"appkey": …, "appsecret": …\}\}'
write "{\"default\":{\"appkey\":\"$key\",\"$secret\":\"appsecret\"}}"
run kis-token
check 'credentials file with the appsecret as a field name: exit status 78' 78 '' 'unknown field'
ok 'credentials file with the appsecret as a field name: not printed' eval '! grep -qF "$secret" "$err"'
write "{\"default\":{\"appkey\":\"$key\",\"appsecrt\":\"x\",\"appsecret\":\"$secret\"}}"
run kis-token
check 'credentials file with a mistyped field: the message contains its name' 78 '' "unknown field 'appsecrt'"
write "{\"default\":{\"appkey\":\"$secret\",\"appsecret\":\"$key\"}}"
before=$(requests)
run kis-token
check 'credentials file with appkey and appsecret swapped: exit status 78' 78 '' 'appkey and appsecret are swapped'
KIS_APPKEY=$secret KIS_APPSECRET=$key run kis-token
check 'environment with appkey and appsecret swapped: exit status 78' 78 '' 'are swapped'
printf '%s\n%s\n' "$secret" "$key" >lines
stdin=lines run kis-token --setup
check '--setup with appkey and appsecret swapped: exit status 65' 65 '' 'are swapped'
is 'appkey and appsecret swapped: no request is sent' "$(requests)" "$before"
rm "$file"
KIS_APPKEY=x KIS_APPSECRET=y run kis-token -p night
check '-p without a credentials file: exit status 78 with the setup command' 78 '' \
	"no credentials for profile 'night': .* does not exist; run: kis-token --setup -p night"
ok '-p without a credentials file: KIS_APPKEY is not mentioned' eval '! grep -q KIS_APPKEY "$err"'

# --- --setup repairs the credentials file
fresh
printf '%s\n%s\n' "$key" "$secret" >lines
ln -s "$PWD/elsewhere.json" "$file"
stdin=lines run kis-token --setup
check '--setup, dangling symbolic link: saved' 0 '' 'saved'
ok '--setup, dangling symbolic link: the link is kept' [ -L "$file" ]
is '--setup, dangling symbolic link: the target has mode 600' "$(stat -c %a elsewhere.json)" 600
rm "$file" elsewhere.json
write "{\"appkey\":\"$key\",\"appsecret\":\"$secret\"}"
chmod 644 "$file"
fresh
stdin=lines run kis-token --setup -p night
check '--setup, file without profiles and readable by others: mode is changed to 600' 0 '' 'changed its mode to 600'
is '--setup, file without profiles: moved into profile default' "$(jq -c 'keys' "$file") $(jq -r .default.appkey "$file") $(stat -c %a "$file")" \
	"[\"default\",\"night\"] $key 600"

fresh
write "{\"appkey\":\"$key\",\"appsecret\":\"$secret\",\"corp\":{\"appkey\":\"k\",\"appsecret\":\"s\"}}"
stdin=lines run kis-token --setup -p night
check '--setup, file with fields and profiles: the fields are moved into a profile' 0 '' 'into profile'
is '--setup, file with fields and profiles: all profiles are kept' "$(jq -c '[keys, .corp.appkey, .default.appkey]' "$file")" \
	"[[\"corp\",\"default\",\"night\"],\"k\",\"$key\"]"
fresh
: >"$file"
stdin=lines run kis-token --setup
check '--setup, empty file: saved' 0 '' 'saved'
fresh
rm "$file"
ln -s nowhere/creds.json "$file"
before=$(requests)
stdin=lines run kis-token --setup
check '--setup, symbolic link into a missing directory: exit status 73' 73 '' 'cannot follow symbolic link'
is '--setup, symbolic link into a missing directory: no token is requested' "$(requests)" "$before"
rm "$file"

# --- the remedy for rejected credentials names the profile
for profile in default night; do
	name=''
	[ $profile = default ] || name=" -p $profile"
	fresh
	write "{\"$profile\":{\"appkey\":\"$key\",\"appsecret\":\"${secret:1}x\"}}"
	run kis-token -p $profile
	check "profile $profile, wrong appsecret: exit status 77" 77 '' "profile '$profile' in .*incorrect appsecret"
	like "profile $profile, wrong appsecret: the remedy" "$(cat "$err")" "\); run: kis-token --setup -p $profile \(at"
	run kis-token -p $profile --status
	check "profile $profile, --status without a token: the remedy" 77 '' "; run: kis-token$name$"
done
fresh
write "{\"default\":{\"appkey\":\"$key\",\"appsecret\":\"${secret:1}x\"}}"
run kis-token
like 'wrong appsecret without -p: the remedy' "$(cat "$err")" '\); run: kis-token --setup \(at'
fresh
write "{\"default\":{\"appkey\":\"$key\",\"appsecret_command\":[\"echo\",\"${secret:1}x\"]}}"
run kis-token
like 'wrong output of appsecret_command: the remedy' "$(cat "$err")" '\); correct the appkey, or the output of appsecret_command \(at'
fresh
rm -f "$file"
before=$(requests)

# --- secrets in the wrong field are detected and not printed
write "{\"default\":{\"appkey\":\"$secret\",\"appsecret_command\":[\"echo\",\"$key\"]}}"
run kis-token
check 'appkey and output of appsecret_command swapped: exit status 78' 78 '' 'are swapped'
is 'appkey and output of appsecret_command swapped: no request is sent' "$(requests)" "$before"
write "{\"default\":{\"appkey\":\"$key\",\"appsecret_command\":[\"$secret\"]}}"
run kis-token
check 'appsecret as appsecret_command: exit status 78' 78 '' 'cannot run appsecret_command'
ok 'appsecret as appsecret_command: not printed' eval '! grep -qF "$secret" "$err"'

# --- systemd credentials must not be readable by others
mkdir creds
printf %s "$key" >creds/kis-appkey
printf %s "$secret" >creds/kis-appsecret
for mode in 400 440; do
	chmod $mode creds/*
	CREDENTIALS_DIRECTORY=$PWD/creds run kis-token
	check "systemd credentials with mode $mode: accepted" 0 '^eyJ' ''
done
chmod 444 creds/kis-appsecret
CREDENTIALS_DIRECTORY=$PWD/creds run kis-token
check 'systemd credentials readable by others: exit status 78' 78 '' 'readable by other users; run: chmod o='
write "$good"

# --- kis-token warns if HOME or the cache belongs to another user
if [ "$(id -u)" = 0 ]; then
	mkdir -p users/kim && chown 65534 users/kim
	HOME=$PWD/users/kim XDG_CACHE_HOME='' KIS_APPKEY=$key KIS_APPSECRET=$secret run kis-token
	check "root with a user's HOME: a warning that files will belong to root" 0 '^eyJ' \
		'running as root in a directory of user nobody: .*users/kim/.cache/kis. will belong to root'
	chmod 755 "$T" "$T/users"
	if setpriv --reuid=65534 --regid=65534 --clear-groups kis-token --version >which 2>"$err"; then
		cp "$KIS_CACERT" users/ca.pem && chmod 644 users/ca.pem
		HOME=$PWD/users/kim XDG_CACHE_HOME='' KIS_APPKEY=$key KIS_APPSECRET=$secret \
			KIS_CACERT=$PWD/users/ca.pem \
			run setpriv --reuid=65534 --regid=65534 --clear-groups kis-token
		check "cache directory of root in a user's HOME: a warning with directory and command" 0 '^eyJ' \
			"'.*users/kim/.cache.*' belongs to user root; run: sudo chown -R nobody '"
		for home in / /usr "$PWD/users"; do
			HOME=$home XDG_CACHE_HOME='' KIS_APPKEY=$key KIS_APPSECRET=$secret \
				KIS_CACERT=$PWD/users/ca.pem \
				run setpriv --reuid=65534 --regid=65534 --clear-groups kis-token
			like "HOME=${home/*users/users} belongs to root: no chown of a system directory" \
				"$(cat "$err")" "belongs to user root; set XDG_CACHE_HOME to a directory of your own"
		done
	else
		skip "cache directory of root in a user's HOME" "user nobody cannot run the programs: $(head -n 1 "$err")"
	fi
	chmod 700 "$T"
else
	skip 'HOME of another user' 'needs root'
fi

# --- KIS_BASE_URL: host names that differ only in letter case share a cache,
# and error messages contain the server's address
fresh
run kis-token
first=$(cat "$out") before=$(requests '.method == "POST"')
# Use localhost, because 127.0.0.1 has no letters that can change case.
port=${KIS_BASE_URL##*:}
KIS_BASE_URL=https://LocalHost:$port run kis-token -v
KIS_BASE_URL=https://localhost:$port run kis-token -v
is 'KIS_BASE_URL, host in upper and lower case: one token cache' \
	"$(find "$XDG_CACHE_HOME" -name '*.lock' | wc -l | tr -d ' ')" 2
KIS_APPKEY=${key//[a-z]/x} KIS_APPSECRET=$secret run kis-token
check "rejected appkey: the message has the server's address" 77 '' \
	"\(at 127.0.0.1:$port, set by KIS_BASE_URL\)"
KIS_BASE_URL=https://127.0.0.1:1 run kis-token --force
check "no connection: the message has the server's address" 75 '' '\(at 127.0.0.1:1, set by KIS_BASE_URL\)'
stdin=lines
echo not-a-token >lines
run kis-fetch
check "kis-fetch, rejected token: the message has the server's address" 77 '' "\(at 127.0.0.1:$port, set by KIS_BASE_URL\)"
stdin=/dev/null

# --- if a response has only expires_in, kis-token subtracts six hours from the
# lifetime
fresh
sim_start --minute 0 --rate 1000 --fault token.no-date
write '{"default":{"appkey":"'$KIS_APPKEY'","appsecret":"'$KIS_APPSECRET'"}}'
unset KIS_APPKEY KIS_APPSECRET
run kis-token
check 'token response without a date: accepted' 0 '^eyJ' ''
run kis-token --status
like 'token response without a date: valid for 18 hours' "$(cat "$out")" '\((18 h 00|17 h 59) min left\)'
run kis-token
is 'token response without a date: cached, no second request' "$(requests '.method == "POST"')" 1

# --- kis-token does not wait for a background process of appsecret_command
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
check 'appsecret_command leaves a background process: prints a token' 0 '^eyJ' ''
ok "appsecret_command leaves a background process: not waited for ($SECONDS s)" [ "$SECONDS" -le 10 ]
kill "$(cat agent.pid)"

# --- --wait also limits the time that kis-token waits for the lock
fresh
run kis-token
lock=$(find "$XDG_CACHE_HOME" -name '*.lock')
flock "$lock" sleep 20 &
holder=$!
sleep 0.2
SECONDS=0
run kis-token --force --wait 0
check '--wait 0 while another process holds the lock: exit status 75' 75 '' 'holds the lock'
ok "--wait 0 while another process holds the lock: ends at once ($SECONDS s)" [ "$SECONDS" -le 3 ]
run kis-token --force --wait 2
check '--wait 2 while another process holds the lock: exit status 75' 75 '' 'holds the lock'
kill $holder
wait $holder 2>.none

# --- a wait for the next minute is reported even if standard error is not a
# terminal
sim_start --minute 60 --rate 1000
write '{"default":{"appkey":"'$KIS_APPKEY'","appsecret":"'$KIS_APPSECRET'"}}'
unset KIS_APPKEY KIS_APPSECRET
run kis-token
kis-token --force >forced 2>forced.err &
waiter=$!
kis-token --force -q >quiet 2>quiet.err &
silent=$!
sleep 1
like 'token request within a minute: reports the waiting time on standard error' "$(cat forced.err)" 'waiting [0-9]+ s'
is 'token request within a minute, -q: reports nothing' "$(cat quiet.err)" ''
kill $waiter $silent
wait $waiter $silent 2>.none

# --- without flock(), two runs at the same time leave a valid token in the
# cache
if strace -qq -o trace -e trace=none true 2>"$err"; then
	fresh
	sim_start --minute 60 --rate 1000 --fault token.slow:1
	write '{"default":{"appkey":"'$KIS_APPKEY'","appsecret":"'$KIS_APPSECRET'"}}'
	unset KIS_APPKEY KIS_APPSECRET
	locks() { ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "trace$1" -e inject=flock:error=ENOLCK kis-token -q --wait 0 >"got$1" 2>"printed$1"; }
	locks 1 &
	first=$!
	sleep 0.5
	locks 2 &
	wait $first $!
	run kis-token --status
	check 'two runs without working locks: the cache has a valid token' 0 'valid until' ''
else
	skip 'two runs without working locks' "$(cat "$err")"
fi
done_testing
