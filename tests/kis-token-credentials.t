#!/bin/bash
# Tests the sources from which kis-token reads credentials, the order of the
# sources, and invalid credentials.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq

sim_start
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
# each appkey has a cached token named after its source, so no request is sent
for name in environment systemd default corp typed; do
	KIS_APPKEY=key-of-$name write_cache "token-of-$name" 7200
done
gives() { # checks that kis-token prints the token of the source
	local name=$1 source=$2
	shift 2
	run kis-token "$@"
	check "$name" 0 "^token-of-$source\$" ''
}
fails() { # arguments: name stderr [option...]; expects exit status 78
	local name=$1 why=$2
	shift 2
	run kis-token "$@"
	check "$name" 78 '' "$why"
}

fails 'no credentials: exit status 78 with the sources' 'KIS_APPKEY.*credentials.json.*--setup'
(unset HOME && kis-token) >"$out" 2>"$err"
status=$?
check 'no credentials and no HOME: exit status 78' 78 '' 'set KIS_APPKEY and KIS_APPSECRET'

# --- kis-token uses the first source in this order: -p, KIS_APPKEY, systemd
# credentials, the credentials file
write_credentials '{"default": {"appkey": "key-of-default", "appsecret": "s"},
"corp": {"appkey": "key-of-corp", "appsecret": "s", "custtype": "B",
"personalseckey": "p", "phone_number": "01012345678", "ip_addr": "10.0.0.1",
"mac_address": "001122334455"}}'
mkdir systemd
printf 'key-of-systemd\n' >systemd/kis-appkey
printf 's\n' >systemd/kis-appsecret
# set mode 440, which stat prints for the ACL that systemd sets
chmod 440 systemd/kis-app*
gives 'credentials file: profile default is used' default
KIS_PROFILE=corp gives 'KIS_PROFILE=corp: profile corp is used' corp
KIS_PROFILE= gives 'KIS_PROFILE empty: profile default is used' default
export CREDENTIALS_DIRECTORY=$PWD/systemd
gives 'systemd credentials: precede the credentials file' systemd
KIS_PROFILE=corp gives 'systemd credentials: precede KIS_PROFILE' systemd
export KIS_APPKEY=key-of-environment KIS_APPSECRET=s
gives 'KIS_APPKEY: precedes systemd credentials' environment
gives '-p corp: precedes KIS_APPKEY' corp -p corp
gives '--profile=default: precedes KIS_APPKEY' default --profile=default
run kis-token --status -p corp
check '--status -p corp: names profile and file' 0 "profile 'corp' in '$credentials'" ''
run kis-token --status
check '--status with KIS_APPKEY: names the environment' 0 'environment \(KIS_APPKEY\)' ''
run env -u KIS_APPKEY -u KIS_APPSECRET kis-token --status
check '--status with systemd credentials: names them' 0 "systemd credentials" ''
KIS_PROFILE=corp fails 'KIS_PROFILE and KIS_APPKEY both set: exit status 78' \
	'KIS_PROFILE and KIS_APPKEY are both set'
KIS_PROFILE=default gives '-p with KIS_PROFILE and KIS_APPKEY both set: the profile of -p is used' corp -p corp
KIS_APPSECRET= fails 'KIS_APPKEY without KIS_APPSECRET: exit status 78' \
	'KIS_APPKEY is set but KIS_APPSECRET is not'
KIS_APPKEY= fails 'KIS_APPSECRET without KIS_APPKEY: exit status 78' \
	'KIS_APPSECRET is set but KIS_APPKEY is not'
KIS_APPKEY= KIS_APPSECRET= gives 'KIS_APPKEY and KIS_APPSECRET empty: the next source is used' systemd
unset KIS_APPKEY KIS_APPSECRET
mv systemd/kis-appsecret moved
fails 'systemd credentials without appsecret: exit status 78' 'contains only one of'
mv systemd/kis-appkey moved-too
gives 'CREDENTIALS_DIRECTORY without kis files: the credentials file is used' default
mkdir systemd/kis-appkey
fails 'systemd credential is a directory: exit status 78' 'cannot read.*kis-appkey'
rmdir systemd/kis-appkey
printf 'key\0behind' >systemd/kis-appkey
chmod 400 systemd/kis-appkey
cp moved systemd/kis-appsecret
fails 'systemd credential with a NUL byte: exit status 78' 'contains a NUL byte'
unset CREDENTIALS_DIRECTORY
XDG_CONFIG_HOME=relative gives 'XDG_CONFIG_HOME relative: ignored' default
mkdir -p xdg/kis
jq '.default = .corp' "$credentials" >xdg/kis/credentials.json
chmod 600 xdg/kis/credentials.json
XDG_CONFIG_HOME=$PWD/xdg gives 'XDG_CONFIG_HOME absolute: its credentials file is used' corp

# --- whitespace and quotes around a pasted appkey are removed
for paste in ' key-of-typed' 'key-of-typed ' '"key-of-typed"' "'key-of-typed'" \
	$'\tkey-of-typed\r\n' ' " key-of-typed " '; do
	KIS_APPKEY=$paste KIS_APPSECRET=' "s" ' gives \
		"KIS_APPKEY pasted as $(printf %q "$paste"): whitespace and quotes removed" typed
done
for wrong in 'key of typed' $'key\nof' $'key\001' 'ключ' '  ' '""' \
	"$(printf '%05000d' 1)"; do
	KIS_APPKEY=$wrong KIS_APPSECRET=s fails \
		"KIS_APPKEY $(printf '%.20q' "$wrong"): exit status 78" \
		'environment.*appkey (is empty|is too long|contains an invalid character)'
done
KIS_APPKEY=k KIS_APPSECRET='not for eyes' fails 'KIS_APPSECRET with spaces: exit status 78' \
	'appsecret contains an invalid character.*position 4'
is 'KIS_APPSECRET with spaces: not printed' "$(grep -c 'eyes' "$err")" 0

# --- only the owner may have access to the credentials file
for mode in 640 604 620 644 777; do
	chmod $mode "$credentials"
	fails "credentials file with mode $mode: exit status 78 with the chmod command" "readable by other users; run: chmod 600 '$credentials'"
done
sh -c "$(sed 's/.*run: //' "$err")"
gives 'credentials file after the chmod command from the message: accepted' default
chmod 400 "$credentials"
gives 'credentials file with mode 400: accepted' default
mv "$credentials" elsewhere
ln -s "$PWD/elsewhere" "$credentials"
gives 'credentials file is a symbolic link: followed' default
chmod 644 elsewhere
fails 'credentials file is a symbolic link: mode of the target is checked' 'readable by other users'
rm "$credentials"
mkfifo "$credentials"
chmod 600 "$credentials"
fails 'credentials file is a FIFO: exit status 78' 'not a regular file'
rm "$credentials"
mkdir "$credentials"
fails 'credentials file is a directory: exit status 78' 'not a regular file|can be read'
rmdir "$credentials"
if [ "$(id -u)" = 0 ]; then
	write_credentials '{"default": {"appkey": "k", "appsecret": "s"}}'
	chown 65534 "$credentials"
	fails 'credentials file of another user: exit status 78 with both remedies' 'belongs to user nobody; use sudo -H, or run as nobody'
else
	skip 'credentials file of another user: exit status 78' 'only root can change the owner of a file'
fi

# --- credentials files with invalid contents are rejected
refuses() { # arguments: name text stderr [option…]
	write_credentials "$2"
	fails "credentials file, $1: exit status 78" "$credentials.*$3" "${@:4}"
	is "credentials file, $1: no value is printed" "$(grep -c 'hush' "$err")" 0
}
good='"appkey": "hush-k", "appsecret": "hush-s"'
refuses 'empty' '' 'not JSON'
refuses 'truncated' '{"default": {"appkey": "hush' 'not JSON \(line'
refuses 'duplicate profile' "{\"a\": {$good}, \"a\": {$good}}" 'not JSON'
refuses 'duplicate field' "{\"default\": {$good, $good}}" 'not JSON'
refuses 'an array' '[]' 'not a JSON object of profiles'
refuses 'no profile default' "{\"other\": {$good}}" "no such profile: 'default'"
refuses 'no such profile' "{\"default\": {$good}}" "no such profile: 'corp'" -p corp
refuses 'profile is a string' '{"default": "hush"}' 'not a JSON object'
refuses 'unknown field' "{\"default\": {$good, \"appSecret\": \"hush\"}}" \
	"unknown field"
refuses 'appkey is a number' '{"default": {"appkey": 5, "appsecret": "hush"}}' \
	"'appkey' is not a string"
refuses 'no appsecret' '{"default": {"appkey": "hush"}}' 'missing appsecret'
refuses 'no appkey' '{"default": {"appsecret": "hush"}}' 'missing appkey'
refuses 'appsecret and appsecret_command' \
	"{\"default\": {$good, \"appsecret_command\": [\"true\"]}}" \
	'appsecret and appsecret_command are mutually'
refuses 'NUL in appkey' "{\"default\": {\"appkey\": \"hush\\u0000\"}}" 'not JSON'
refuses 'custtype X' "{\"default\": {$good, \"custtype\": \"X\"}}" \
	'custtype must be P'
refuses 'custtype B without its fields' \
	"{\"default\": {$good, \"custtype\": \"B\"}}" \
	"custtype B requires 'personalseckey'"
refuses 'custtype P with ip_addr' \
	"{\"default\": {$good, \"ip_addr\": \"10.0.0.1\"}}" \
	"custtype P does not allow 'ip_addr'"
for odd in '"true"' '[]' '[5]' '{}'; do
	refuses "appsecret_command is $odd" "{\"default\": {\"appkey\": \"hush\",
		\"appsecret_command\": $odd}}" 'appsecret_command'
done
is 'invalid credentials: no token request is sent' "$(posts)" 0

# --- if the server rejects credentials, the message names the profile and the
# file
write_credentials "{\"default\": {\"appkey\": \"$key\", \"appsecret\": \"no\"},
	\"other\": {\"appkey\": \"no\", \"appsecret\": \"no\"}}"
run kis-token
check 'wrong appsecret: exit status 77 with profile and file' 77 '' "profile 'default' in '$credentials'.*EGW00105"
run kis-token -p other
check 'wrong appkey: exit status 77 with profile and file' 77 '' "profile 'other' in '$credentials'.*EGW00103"
write_credentials "{\"default\": {\"appkey\": \" \\\"$key\\\"\\n\",
	\"appsecret\": \"'$secret'\"}}"
run kis-token
check 'quotes and whitespace in the credentials file: removed' 0 '^eyJ' ''

# --- kis-token runs appsecret_command and uses its output as the appsecret.
# by_command writes a profile whose appsecret_command is its argument, a JSON
# array, and starts a server with an empty token cache.
by_command() {
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
# run kis-token with SIGCHLD ignored, which it inherits from some supervisors
run perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' kis-token
check 'appsecret_command, SIGCHLD ignored by the parent: prints a token' 0 '^eyJ' ''
by_command "[\"$PWD/command\", \"a b\", \"\$HOME;*\"]"
./command a <"$stdin" >direct
mv its-signals direct-signals
rm ran
for quiet in --help --version --status; do
	run kis-token $quiet
	ok "$quiet: does not run appsecret_command" [ ! -e ran ]
done
KIS_APPKEY=unused KIS_APPSECRET=hush run kis-token -p default <command \
	9>held
check 'appsecret_command: its output is used without whitespace and quotes' 0 '^eyJ' ''
is 'appsecret_command: arguments are passed without a shell' "$(cat ran)" 'a b
$HOME;*'
is 'appsecret_command: credentials are not in its environment' "$(grep -c -e ^KIS_APP -e hush its-environ)" 0
ok 'appsecret_command: other variables are in its environment' grep -q ^KIS_BASE_URL its-environ
is 'appsecret_command: empty standard input, umask 077' "$(cat its-state)" 0077
# compare only the bits of signals 1 to 31, because the C library reserves some
# of the higher signals
is "appsecret_command: no signal is ignored that kis-token's parent did not ignore" \
	$((0x$(cut -f 2 its-signals) & 0x7fffffff)) \
	$((0x$(cut -f 2 direct-signals) & 0x7fffffff))
# descriptor 3 is not inherited: ls opens it to read the directory
is 'appsecret_command: inherits only descriptors 0 to 2' "$(xargs <its-fds)" '0 1 2 3'
is "appsecret_command: the appsecret is not in kis-token's command line" "$(grep -cF "$secret" parents-cmdline)" 0
rm ran
run kis-token
check 'cached token: printed' 0 '^eyJ' ''
ok 'cached token: appsecret_command is not run' [ ! -e ran ]
run kis-token --status
ok '--status: does not run appsecret_command' [ ! -e ran ]
by_command '["printf", "%s\n", "wrong"]'
run kis-token
check 'appsecret_command prints a wrong appsecret: exit status 77 with the profile' 77 '' "profile 'default'.*EGW00105"
command_fails() { # arguments: name JSON stderr
	by_command "$2"
	run kis-token
	check "appsecret_command $1: exit status 78" 78 '' "$3"
	is "appsecret_command $1: sends no token request" "$(posts)" 0
}
command_fails 'fails with a message' \
	'["sh", "-c", "echo the vault is shut >&2; exit 3"]' 'the vault is shut'
ok 'appsecret_command fails: the message has its exit status and the profile' grep -q \
	"profile 'default'.*'sh' failed with exit status 3" "$err"
command_fails 'does not exist' '["no-such-program"]' \
	"cannot run appsecret_command 'no-such-program'"
command_fails 'is killed by a signal' '["sh", "-c", "kill -9 $$"]' 'killed by signal 9'
command_fails 'prints nothing' '["true"]' 'is empty'
command_fails 'prints two lines' '["printf", "hush\nhush\n"]' 'contains an invalid character'
is 'appsecret_command prints two lines: they are not printed' "$(grep -c 'hush' "$err")" 0
command_fails 'prints a NUL' '["printf", "hush\\0hush"]' 'a NUL'
command_fails 'prints endless output' '["yes"]' 'output of appsecret_command: File too large'
echo 'echo x' >plain
chmod +x plain
command_fails 'is a script without #!' "[\"$PWD/plain\"]" 'Exec format error'

# a background process that appsecret_command starts keeps the standard output
# of the command open
printf '%s' "$secret" >the-secret
by_command "[\"sh\", \"-c\", \"sleep 300 & echo \$! >agent; cat $PWD/the-secret\"]"
start=$SECONDS
run kis-token
check 'appsecret_command leaves a background process: its output is used' 0 '^eyJ' ''
ok 'appsecret_command leaves a background process: kis-token does not wait for it' [ $((SECONDS - start)) -lt 20 ]
kill "$(cat agent)" 2>"$err"

# the clock runs sixty times as fast here, so the time limit of
# appsecret_command, 120 seconds, ends after two seconds
if ! command -v cc >which; then
	skip 'appsecret_command does not end: killed after 120 seconds' 'cc is not installed'
elif nm "$(command -v kis-token)" 2>"$err" | grep -q __asan_init; then
	skip 'appsecret_command does not end: killed after 120 seconds' 'a build with sanitizers takes no other clock'
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
	check 'appsecret_command does not end within 120 seconds: exit status 78' 78 '' \
		"appsecret_command 'sh' did not end within 120 seconds"
	ok 'appsecret_command does not end: kis-token stops waiting after 120 seconds' [ $((SECONDS - start)) -lt 20 ]
	ok 'appsecret_command does not end: killed' eval '! kill -0 "$(cat command)" 2>"$err"'
fi
done_testing
