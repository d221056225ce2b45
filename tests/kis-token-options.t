#!/bin/bash
# Tests the options, modes and output files of kis-token.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq strace

run kis-token --help
check '--help: prints the usage' 0 '^usage: kis-token' ''
ok '--help: fits 80 columns' [ "$(wc -L <"$out")" -le 80 ]
run kis-token -V
check '-V: prints the version' 0 '^kis-token [0-9]' ''
for wrong in operand -x --wait=-1 --wait=x --wait= '--setup --status' \
	'--status --revoke' '--setup --force' '--revoke --force' '-p' \
	'--setup -o f' '--revoke -o f' '-p x y'; do
	# shellcheck disable=SC2086 # $wrong contains several arguments
	run kis-token $wrong
	check "$wrong: exit status 64" 64 '' "^Try 'kis-token --help'"
done
run kis-token -p ''
check "-p '': exit status 64" 64 '' 'name is empty'
ok 'usage errors: no file is created' [ -z "$(ls -A "$HOME")" ]

# --- kis-token writes the token to standard output or to a file
sim_start
run kis-token -o token
check '-o: exit status 0' 0 '' ''
is '-o: mode 600' "$(stat -c %a token)" 600
run kis-token
ok '-o: the same token as on standard output' cmp "$out" token
before=$(posts)
printf 'old\n' >open
chmod 644 open
run kis-token -o open
is '-o file readable by others: mode is changed to 600' "$(stat -c %a open)" 600
ok '-o file readable by others: contains the token' cmp open token
ln -s moved link
run kis-token -o link
check '-o symbolic link: exit status 0' 0 '' ''
ok '-o symbolic link: its target contains the token' cmp moved token
ok '-o symbolic link: the link is kept' [ -L link ]
run kis-token -o -
check '-o -: prints the token' 0 '^eyJ' ''
mkdir folder
run kis-token -o folder
check '-o directory: exit status 73' 73 '' 'is a directory'
run kis-token -o no/such/folder
check '-o in a missing directory: exit status 73' 73 '' "cannot create 'no/such/folder'"
run kis-token -o /dev/full
check '-o /dev/full: exit status 74' 74 '' "cannot write to '/dev/full'"
ok '-o /dev/full: remains a device' [ -c /dev/full ]
status=0
kis-token >/dev/full 2>"$err" || status=$?
: >"$out"
check 'standard output full: exit status 74' 74 '' 'cannot write to standard output'
status=0
kis-token >&- 2>"$err" || status=$?
check 'standard output closed: exit status 74' 74 '' 'cannot write to standard output'
status=0
kis-token --status >&- 2>"$err" || status=$?
check '--status, standard output closed: exit status 74' 74 '' 'cannot write to standard output'
status=0
kis-token --help >/dev/full 2>"$err" || status=$?
check '--help, standard output full: exit status 74' 74 '' 'cannot write'
status=0
kis-token <&- >"$out" 2>"$err" || status=$?
check 'standard input closed: prints the token' 0 '^eyJ' ''
status=0
kis-token 2>&- >"$out" || status=$?
: >"$err"
check 'standard error closed: prints the token' 0 '^eyJ' ''
status=0
kis-token >/dev/full 2>&- || status=$?
: >"$out"
check 'standard output full, standard error closed: exit status 74' 74 '' ''
is 'failed output of a cached token: no token request' "$(posts)" "$before"
cp token before
XDG_CACHE_HOME=$PWD/empty run kis-token -o no/such/folder
check '-o in a missing directory, empty cache: exit status 73' 73
is '-o in a missing directory, empty cache: no token request' "$(posts)" "$before"
KIS_BASE_URL=https://127.0.0.1:1 run kis-token -o token --wait 0
check '-o without a server: exit status 75' 75 '' 'cannot connect'
ok '-o without a server: the old file is unchanged' cmp token before
is '-o: no other file is left' "$(ls | xargs)" \
	'before folder home link moved open sim1 tmp token'

# --- with a cached token, kis-token opens no socket and starts no process
run strace -f -e trace=%network,%process -o calls kis-token
check 'cached token, under strace: printed' 0 '^eyJ' ''
is 'cached token: opens no socket' "$(grep -Ec 'socket|connect|send|recv' calls)" 0
is 'cached token: starts no process' "$(grep -Ec '(fork|clone|clone3|execve)\(' calls)" 1
run strace -f -e trace=%network -o calls kis-token --status
is '--status: opens no socket' "$(grep -c socket calls)" 0
XDG_CACHE_HOME=$PWD/empty run strace -f -e trace=%network -o calls kis-token \
	--wait 0
ok 'new token: opens a socket (strace reports it)' grep -q socket calls

# --- --status reports the cached token without a request
run kis-token --status
check '--status: prints the expiry, the remaining lifetime and the source' 0 '^valid until 20.{17} KST \(23 h 59 min left\), .*env' ''
is '--status: prints one line' "$(wc -l <"$out")" 1
is '--status: the expiry equals that in the cache' "$(cut -c 13-31 "$out")" \
	"$(jq -r .expires "$(cache_file)")"
ok '--status: does not print the token' [ "$(grep -c eyJ "$out")" = 0 ]
run kis-token --status -o printed
check '--status -o: exit status 0' 0 '' ''
like '--status -o: writes the status' "$(cat printed)" '^valid until'
write_cache short.token 599
run kis-token --status
check '--status, less than ten minutes left: exit status 77' 77 '' 'no valid cached token.*environment'
write_cache stale.token -5 5
run kis-token --status
check '--status, expired token: exit status 77' 77 '' 'no valid cached token'
rm "$(cache_file)"
run kis-token --status
check '--status, no cached token: exit status 77' 77 '' 'no valid cached token'
run kis-token --status -q
check '--status -q, no cached token: exit status 77' 77 '' 'no valid cached token'

# --- --force requests a token even if the cached token is valid
sim_start --minute 0
run kis-token
first=$(cat "$out")
run kis-token --force --wait 0
check '--force within a minute, --wait 0: exit status 75' 75 '' 'one token per minute'
is '--force within a minute, --wait 0: sends no request' "$(posts)" 1
write_cache "$first" 80000
run kis-token --force
check '--force, server returns the same token: reports when it issues a new one' 0 '^eyJ' \
	'the same token:.*six hours, at 20.* KST'
is '--force: sends a request' "$(posts)" 2
is '--force, server returns the same token: prints it' "$(cat "$out")" "$first"
at=$(jq .first_seen "$(cache_file)")
ok '--force, server returns the same token: six hours after it was first seen' \
	grep -q "$(kst $((at + 21600)))" "$err"
write_cache "$first" 80000
run kis-token --force -q
check '--force -q, server returns the same token: no message' 0 '^eyJ' ''
sim_start --minute 0 --fault new-token
run kis-token
first=$(cat "$out")
write_cache "$first" 80000
run kis-token --force
check '--force, server returns a new token: exit status 0' 0 '^eyJ' ''
ok '--force, server returns a new token: prints it' [ "$(cat "$out")" != "$first" ]
is '--force, server returns a new token: caches it' "$(cached_token)" "$(cat "$out")"

# --- --revoke revokes the cached token and removes it from the cache
sim_start
run kis-token
first=$(cat "$out")
run kis-token --revoke
check '--revoke: exit status 0' 0 '' ''
is '--revoke: sends a revoke request' "$(requests '.path == "/oauth2/revokeP" and
	.status == 200')" 1
run kis-token --status
check '--status after --revoke: exit status 77' 77
ok '--revoke: removes the token from the cache' \
	[ "$(grep -rc "$first" "$(dirname "$(cache_file)")" |
		grep -vc ':0$')" = 0 ]
run kis-token --revoke
check '--revoke without a cached token: exit status 0 with a message' 0 '' 'no cached token'
is '--revoke without a cached token: sends no request' \
	"$(requests '.path == "/oauth2/revokeP"')" 1
run kis-token --wait 0
check 'token request within a minute, after --revoke: exit status 75' 75 '' 'one token per minute'
is 'token request within a minute, after --revoke: not sent' "$(posts)" 1
write_cache unknown.to.the.server 80000
run kis-token --revoke
check '--revoke of a token unknown to the server: exit status 0' 0 '' ''
run kis-token --status
check '--status after --revoke of an unknown token: exit status 77' 77
write_cache here.to.stay 80000
KIS_APPSECRET=wrong run kis-token --revoke
check '--revoke with a wrong appsecret: exit status 77' 77 '' 'environment.*EGW00105'
run kis-token
check '--revoke with a wrong appsecret: the cached token is kept' 0 '^here.to.stay$'
done_testing
