#!/bin/bash
# Where the keys come from, in which order, and what is refused.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq

sim_start
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
# every key has a cached token named after its source, so nothing is asked
for name in environment systemd default corp typed; do
	KIS_APPKEY=key-of-$name write_cache "token-of-$name" 7200
done
gives() { # name source [option…]: which token is printed
	local name=$1 source=$2
	shift 2
	run kis-token "$@"
	check "$name" 0 "^token-of-$source\$" ''
}
fails() { # name stderr [option…]: 78, nothing printed
	local name=$1 why=$2
	shift 2
	run kis-token "$@"
	check "$name" 78 '' "$why"
}

# --- none
fails 'no credentials at all' 'KIS_APPKEY.*credentials.json.*--setup'
(unset HOME && kis-token) >"$out" 2>"$err"
status=$?
check 'no HOME either' 78 '' 'set KIS_APPKEY and KIS_APPSECRET'

# --- the order
write_credentials '{"default": {"appkey": "key-of-default", "appsecret": "s"},
"corp": {"appkey": "key-of-corp", "appsecret": "s", "custtype": "B",
"personalseckey": "p", "phone_number": "01012345678", "ip_addr": "10.0.0.1",
"mac_address": "001122334455"}}'
mkdir systemd
printf 'key-of-systemd\n' >systemd/kis-appkey
printf 's\n' >systemd/kis-appsecret
chmod 440 systemd/kis-app* # as stat shows systemd's ACL
gives 'the file, profile default' default
KIS_PROFILE=corp gives 'the file, KIS_PROFILE' corp
KIS_PROFILE= gives 'KIS_PROFILE empty is none' default
export CREDENTIALS_DIRECTORY=$PWD/systemd
gives "systemd's before the file" systemd
KIS_PROFILE=corp gives "systemd's before KIS_PROFILE" systemd
export KIS_APPKEY=key-of-environment KIS_APPSECRET=s
gives "the environment before systemd's" environment
gives '-p before the environment' corp -p corp
gives '--profile=' default --profile=default
run kis-token --status -p corp
check '--status says which' 0 "profile 'corp' in '$credentials'" ''
run kis-token --status
check '--status says the environment' 0 'environment \(KIS_APPKEY\)' ''
run env -u KIS_APPKEY -u KIS_APPSECRET kis-token --status
check "--status says systemd's" 0 "systemd credentials" ''
KIS_PROFILE=corp fails 'KIS_PROFILE beside KIS_APPKEY' \
	'KIS_PROFILE and KIS_APPKEY are both set'
KIS_PROFILE=default gives '-p beside both' corp -p corp
KIS_APPSECRET= fails 'half a pair: no secret' \
	'KIS_APPKEY is set but KIS_APPSECRET is not'
KIS_APPKEY= fails 'half a pair: no key' \
	'KIS_APPSECRET is set but KIS_APPKEY is not'
KIS_APPKEY= KIS_APPSECRET= gives 'both empty are none' systemd
unset KIS_APPKEY KIS_APPSECRET
mv systemd/kis-appsecret aside
fails "systemd's, half a pair" 'contains only one of'
mv systemd/kis-appkey aside-too
gives "systemd's folder without ours: the file" default
mkdir systemd/kis-appkey
fails "systemd's: a directory" 'cannot read.*kis-appkey'
rmdir systemd/kis-appkey
printf 'key\0behind' >systemd/kis-appkey
chmod 400 systemd/kis-appkey
cp aside systemd/kis-appsecret
fails "systemd's: a NUL" 'contains a NUL byte'
unset CREDENTIALS_DIRECTORY
XDG_CONFIG_HOME=relative gives 'a relative XDG_CONFIG_HOME is ignored' default
mkdir -p xdg/kis
jq '.default = .corp' "$credentials" >xdg/kis/credentials.json
chmod 600 xdg/kis/credentials.json
XDG_CONFIG_HOME=$PWD/xdg gives 'XDG_CONFIG_HOME' corp

# --- pasted blanks and quotes
for paste in ' key-of-typed' 'key-of-typed ' '"key-of-typed"' "'key-of-typed'" \
	$'\tkey-of-typed\r\n' ' " key-of-typed " '; do
	KIS_APPKEY=$paste KIS_APPSECRET=' "s" ' gives \
		"pasted: $(printf %q "$paste")" typed
done
for wrong in 'key of typed' $'key\nof' $'key\001' 'ключ' '  ' '""' \
	"$(printf '%05000d' 1)"; do
	KIS_APPKEY=$wrong KIS_APPSECRET=s fails \
		"refused: $(printf '%.20q' "$wrong")" \
		'environment.*appkey (is empty|is too long|contains an invalid character)'
done
KIS_APPKEY=k KIS_APPSECRET='not for eyes' fails 'refused: a secret' \
	'appsecret contains an invalid character.*position 4'
is 'not shown' "$(grep -c 'eyes' "$err")" 0

# --- the file's permissions
for mode in 640 604 620 644 777; do
	chmod $mode "$credentials"
	fails "mode $mode" "readable by other users; run: chmod 600 '$credentials'"
done
sh -c "$(sed 's/.*run: //' "$err")"
gives 'after the chmod that was said' default
chmod 400 "$credentials"
gives 'mode 400' default
mv "$credentials" elsewhere
ln -s "$PWD/elsewhere" "$credentials"
gives 'a symlink is followed' default
chmod 644 elsewhere
fails 'and its target checked' 'readable by other users'
rm "$credentials"
mkfifo "$credentials"
chmod 600 "$credentials"
fails 'a FIFO' 'not a regular file'
rm "$credentials"
mkdir "$credentials"
fails 'a directory' 'not a regular file|can be read'
rmdir "$credentials"
if [ "$(id -u)" = 0 ]; then
	write_credentials '{"default": {"appkey": "k", "appsecret": "s"}}'
	chown 65534 "$credentials"
	fails "another user's" 'belongs to user nobody; use sudo -H, or run as nobody'
else
	skip "another user's" 'only root can give files away'
fi

# --- what is in the file
refuses() { # name text stderr [option…]
	write_credentials "$2"
	fails "file: $1" "$credentials.*$3" "${@:4}"
	is "file: $1: no value shown" "$(grep -c 'hush' "$err")" 0
}
good='"appkey": "hush-k", "appsecret": "hush-s"'
refuses 'empty' '' 'not JSON'
refuses 'cut' '{"default": {"appkey": "hush' 'not JSON \(line'
refuses 'a profile twice' "{\"a\": {$good}, \"a\": {$good}}" 'not JSON'
refuses 'a member twice' "{\"default\": {$good, $good}}" 'not JSON'
refuses 'an array' '[]' 'not a JSON object of profiles'
refuses 'no profile' "{\"other\": {$good}}" "no such profile: 'default'"
refuses 'no such profile' "{\"default\": {$good}}" "no such profile: 'corp'" -p corp
refuses 'a profile that is text' '{"default": "hush"}' 'not a JSON object'
refuses 'an unknown member' "{\"default\": {$good, \"appSecret\": \"hush\"}}" \
	"unknown field"
refuses 'a number' '{"default": {"appkey": 5, "appsecret": "hush"}}' \
	"'appkey' is not a string"
refuses 'no secret' '{"default": {"appkey": "hush"}}' 'missing appsecret'
refuses 'no key' '{"default": {"appsecret": "hush"}}' 'missing appkey'
refuses 'two secrets' \
	"{\"default\": {$good, \"appsecret_command\": [\"true\"]}}" \
	'appsecret and appsecret_command are mutually'
refuses 'a NUL' "{\"default\": {\"appkey\": \"hush\\u0000\"}}" 'not JSON'
refuses 'custtype X' "{\"default\": {$good, \"custtype\": \"X\"}}" \
	'custtype must be P'
refuses 'a corporation without its members' \
	"{\"default\": {$good, \"custtype\": \"B\"}}" \
	"custtype B requires 'personalseckey'"
refuses 'a person with them' \
	"{\"default\": {$good, \"ip_addr\": \"10.0.0.1\"}}" \
	"custtype P does not allow 'ip_addr'"
for odd in '"true"' '[]' '[5]' '{}'; do
	refuses "appsecret_command $odd" "{\"default\": {\"appkey\": \"hush\",
		\"appsecret_command\": $odd}}" 'appsecret_command'
done
is 'nothing of all this reached the server' "$(posts)" 0

# --- a rejected key is told with its profile and file
write_credentials "{\"default\": {\"appkey\": \"$key\", \"appsecret\": \"no\"},
	\"other\": {\"appkey\": \"no\", \"appsecret\": \"no\"}}"
run kis-token
check 'a wrong secret' 77 '' "profile 'default' in '$credentials'.*EGW00105"
run kis-token -p other
check 'a wrong key' 77 '' "profile 'other' in '$credentials'.*EGW00103"
write_credentials "{\"default\": {\"appkey\": \" \\\"$key\\\"\\n\",
	\"appsecret\": \"'$secret'\"}}"
run kis-token
check 'quotes and blanks in the file' 0 '^eyJ' ''

# --- appsecret_command
by_command() { # JSON array; a fresh cache
	sim_stop
	sim_start
	write_credentials "{\"default\": {\"appkey\": \"$KIS_APPKEY\",
		\"appsecret_command\": $1}}"
	printf '%s' "$secret" >the-secret
	rm -f ran
}
by_command "[\"$PWD/command\", \"a b\", \"\$HOME;*\"]"
cat >command <<'EOC'
#!/bin/bash
printf '%s\n' "$@" >ran
tr '\0' '\n' </proc/$$/environ >its-environ
tr '\0' '\n' </proc/$PPID/cmdline >parents-cmdline
(umask; cat) >its-state
grep SigIgn /proc/self/status >its-signals
ls /proc/self/fd >its-fds
printf '\n "%s" \r\n' "$(cat the-secret)"
EOC
chmod +x command
# some supervisors ignore the end of their children, which is inherited
run perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' kis-token
check 'a parent that ignores SIGCHLD' 0 '^eyJ' ''
by_command "[\"$PWD/command\", \"a b\", \"\$HOME;*\"]"
./command a <"$stdin" >direct
mv its-signals direct-signals
rm ran
for quiet in --help --version --status; do
	run kis-token $quiet
	ok "$quiet does not run it" [ ! -e ran ]
done
KIS_APPKEY=unused KIS_APPSECRET=hush run kis-token -p default <command \
	9>held
check 'the secret from a command, stripped' 0 '^eyJ' ''
is 'no shell: its arguments are as written' "$(cat ran)" 'a b
$HOME;*'
is 'no key in its environment' "$(grep -c -e ^KIS_APP -e hush its-environ)" 0
ok 'the rest is there' grep -q ^KIS_BASE_URL its-environ
is 'nothing on its stdin, a private umask' "$(cat its-state)" 0077
# (32 and up are the C library's own)
is 'no signal ignored for it that was not before' \
	$((0x$(cut -f 2 its-signals) & 0x7fffffff)) \
	$((0x$(cut -f 2 direct-signals) & 0x7fffffff))
# the fourth is the folder that ls reads
is "no descriptor of ours or our caller's" "$(xargs <its-fds)" '0 1 2 3'
is 'the secret in no command line' "$(grep -cF "$secret" parents-cmdline)" 0
rm ran
run kis-token
check 'a cached token' 0 '^eyJ' ''
ok 'a cached token does not run it' [ ! -e ran ]
run kis-token --status
ok '--status does not run it' [ ! -e ran ]
by_command '["printf", "%s\n", "wrong"]'
run kis-token
check 'its secret is wrong' 77 '' "profile 'default'.*EGW00105"
command_fails() { # name JSON stderr
	by_command "$2"
	run kis-token
	check "command: $1" 78 '' "$3"
	is "command: $1: the server is not asked" "$(posts)" 0
}
command_fails 'fails, its words shown' \
	'["sh", "-c", "echo the vault is shut >&2; exit 3"]' 'the vault is shut'
ok 'with its exit status and the profile' grep -q \
	"profile 'default'.*'sh' failed with exit status 3" "$err"
command_fails 'is not there' '["no-such-program"]' \
	"cannot run appsecret_command 'no-such-program'"
command_fails 'is killed' '["sh", "-c", "kill -9 $$"]' 'killed by signal 9'
command_fails 'prints nothing' '["true"]' 'is empty'
command_fails 'prints two lines' '["printf", "hush\nhush\n"]' 'contains an invalid character'
is 'which are not shown' "$(grep -c 'hush' "$err")" 0
command_fails 'prints a NUL' '["printf", "hush\\0hush"]' 'a NUL'
command_fails 'prints without end' '["yes"]' 'output of appsecret_command: File too large'
echo 'echo x' >plain
chmod +x plain
command_fails 'a script without #!' "[\"$PWD/plain\"]" 'Exec format error'

# what it leaves behind keeps its standard output open: it has ended all the same
printf '%s' "$secret" >the-secret
by_command "[\"sh\", \"-c\", \"sleep 300 & echo \$! >agent; cat $PWD/the-secret\"]"
start=$SECONDS
run kis-token
check 'command: leaves an agent behind: its secret is used' 0 '^eyJ' ''
ok 'command: leaves an agent behind: nobody waits for it' [ $((SECONDS - start)) -lt 20 ]
kill "$(cat agent)" 2>"$err"

# 120 seconds, by a clock that runs sixty times as fast
if ! command -v cc >which; then
	skip 'command: 120 seconds' 'cc is not installed'
elif nm "$(command -v kis-token)" 2>"$err" | grep -q __asan_init; then
	skip 'command: 120 seconds' 'a build with sanitizers takes no other clock'
else
	cat >fast.c <<'END'
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	if (id == CLOCK_BOOTTIME)
		t->tv_sec *= 60;
	return rc;
}
END
	cc -shared -fPIC -o fast.so fast.c
	by_command '["sh", "-c", "echo $$ >command; exec sleep 300"]'
	start=$SECONDS
	run env LD_PRELOAD="$PWD/fast.so" kis-token
	check 'command: does not end' 78 '' \
		"appsecret_command 'sh' did not end within 120 seconds"
	ok 'command: is waited for no longer' [ $((SECONDS - start)) -lt 20 ]
	ok 'command: is ended too' eval '! kill -0 "$(cat command)" 2>"$err"'
fi
done_testing
