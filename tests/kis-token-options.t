#!/bin/bash
# Options, modes and where the token goes.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq strace

run kis-token --help
check '--help' 0 '^usage: kis-token' ''
ok '--help fits 80 columns' [ "$(wc -L <"$out")" -le 80 ]
run kis-token -V
check '-V' 0 '^kis-token [0-9]' ''
for wrong in operand -x --wait=-1 --wait=x --wait= '--setup --status' \
	'--status --revoke' '--setup --force' '--revoke --force' '-p' \
	'--setup -o f' '--revoke -o f' '-p x y'; do
	# shellcheck disable=SC2086
	run kis-token $wrong
	check "wrong: $wrong" 64 '' "^Try 'kis-token --help'"
done
run kis-token -p ''
check 'wrong: a profile without a name' 64 '' 'name is empty'
ok 'nothing was made by all this' [ -z "$(ls -A "$HOME")" ]

# --- the token's way out
sim_start
run kis-token -o token
check '-o' 0 '' ''
is '-o: 0600' "$(stat -c %a token)" 600
run kis-token
ok '-o: the same as on stdout' cmp "$out" token
before=$(posts)
printf 'old\n' >open
chmod 644 open
run kis-token -o open
is '-o over an open file: 0600' "$(stat -c %a open)" 600
ok '-o over an open file: the token' cmp open token
ln -s aside link
run kis-token -o link
check '-o follows a symlink' 0 '' ''
ok '-o follows a symlink: a token' cmp aside token
ok '-o follows a symlink: still one' [ -L link ]
run kis-token -o -
check '-o -' 0 '^eyJ' ''
mkdir folder
run kis-token -o folder
check '-o: a folder' 73 '' 'is a directory'
run kis-token -o no/such/folder
check '-o: no folder' 73 '' "cannot create 'no/such/folder'"
run kis-token -o /dev/full
check '-o /dev/full' 74 '' "cannot write to '/dev/full'"
ok '/dev/full is a device still' [ -c /dev/full ]
status=0
kis-token >/dev/full 2>"$err" || status=$?
: >"$out"
check 'stdout full' 74 '' 'cannot write to standard output'
status=0
kis-token >&- 2>"$err" || status=$?
check 'stdout closed' 74 '' 'cannot write to standard output'
status=0
kis-token --status >&- 2>"$err" || status=$?
check '--status, stdout closed' 74 '' 'cannot write to standard output'
status=0
kis-token --help >/dev/full 2>"$err" || status=$?
check '--help, stdout full' 74 '' 'cannot write'
status=0
kis-token <&- >"$out" 2>"$err" || status=$?
check 'stdin closed' 0 '^eyJ' ''
status=0
kis-token 2>&- >"$out" || status=$?
: >"$err"
check 'stderr closed' 0 '^eyJ' ''
status=0
kis-token >/dev/full 2>&- || status=$?
: >"$out"
check 'stdout full, stderr closed' 74 '' ''
is 'none of these asked the server' "$(posts)" "$before"
cp token before
XDG_CACHE_HOME=$PWD/empty run kis-token -o no/such/folder
check 'a place that cannot be: 73' 73
is 'before a token is asked for' "$(posts)" "$before"
KIS_BASE_URL=https://127.0.0.1:1 run kis-token -o token --wait 0
check 'no server' 75 '' 'cannot connect'
ok 'no server: the old file stays' cmp token before
is 'nothing is left beside it' "$(ls | xargs)" \
	'aside before folder home link open sim1 tmp token'

# --- nothing but the cache: no socket, no child
run strace -f -e trace=%network,%process -o calls kis-token
check 'a cached run under strace' 0 '^eyJ' ''
is 'opens no socket' "$(grep -Ec 'socket|connect|send|recv' calls)" 0
is 'starts nothing' "$(grep -Ec '(fork|clone|clone3|execve)\(' calls)" 1
run strace -f -e trace=%network -o calls kis-token --status
is '--status opens no socket' "$(grep -c socket calls)" 0
XDG_CACHE_HOME=$PWD/empty run strace -f -e trace=%network -o calls kis-token \
	--wait 0
ok 'a run that asks does (so strace sees it)' grep -q socket calls

# --- --status
run kis-token --status
check '--status' 0 '^valid until 20.{17} KST \(23 h 59 min left\), .*env' ''
is '--status: one line' "$(wc -l <"$out")" 1
is '--status: until when' "$(cut -c 13-31 "$out")" \
	"$(jq -r .expires "$(cache_file)")"
ok '--status: no token' [ "$(grep -c eyJ "$out")" = 0 ]
run kis-token --status -o said
check '--status -o' 0 '' ''
like '--status -o: there' "$(cat said)" '^valid until'
write_cache short.token 599
run kis-token --status
check '--status: ten minutes or less' 77 '' 'no valid cached token.*environment'
write_cache stale.token -5 5
run kis-token --status
check '--status: handed out expired' 77 '' 'no valid cached token'
rm "$(cache_file)"
run kis-token --status
check '--status: no cache' 77 '' 'no valid cached token'
run kis-token --status -q
check '--status -q' 77 '' 'no valid cached token'

# --- --force
sim_start --minute 0
run kis-token
first=$(cat "$out")
run kis-token --force --wait 0
check '--force within the minute, --wait 0' 75 '' 'one token per minute'
is '--force within the minute: not asked' "$(posts)" 1
write_cache "$first" 80000
run kis-token --force
check '--force: the same again, and why' 0 '^eyJ' \
	'the same token:.*six hours, at 20.* KST'
is '--force: asked' "$(posts)" 2
is '--force: the same it is' "$(cat "$out")" "$first"
at=$(jq .first_seen "$(cache_file)")
ok '--force: six hours after it was first seen' \
	grep -q "$(kst $((at + 21600)))" "$err"
write_cache "$first" 80000
run kis-token --force -q
check '--force -q' 0 '^eyJ' ''
sim_start --minute 0 --fault new-token
run kis-token
first=$(cat "$out")
write_cache "$first" 80000
run kis-token --force
check '--force: a new one' 0 '^eyJ' ''
ok '--force: another one it is' [ "$(cat "$out")" != "$first" ]
is '--force: kept' "$(cached_token)" "$(cat "$out")"

# --- --revoke
sim_start
run kis-token
first=$(cat "$out")
run kis-token --revoke
check '--revoke' 0 '' ''
is '--revoke: asked' "$(requests '.path == "/oauth2/revokeP" and
	.status == 200')" 1
run kis-token --status
check '--revoke: forgotten' 77
ok '--revoke: nowhere in the cache' \
	[ "$(grep -rc "$first" "$(dirname "$(cache_file)")" |
		grep -vc ':0$')" = 0 ]
run kis-token --revoke
check '--revoke without a token' 0 '' 'no cached token'
is '--revoke without a token: not asked' \
	"$(requests '.path == "/oauth2/revokeP"')" 1
run kis-token --wait 0
check '--revoke: the minute is remembered' 75 '' 'one token per minute'
is '--revoke: no second request' "$(posts)" 1
write_cache unknown.to.the.server 80000
run kis-token --revoke
check '--revoke: one the server does not know' 0 '' ''
run kis-token --status
check '--revoke: forgotten too' 77
write_cache here.to.stay 80000
KIS_APPSECRET=wrong run kis-token --revoke
check '--revoke: a wrong secret' 77 '' 'environment.*EGW00105'
run kis-token
check '--revoke: a wrong secret: the token stays' 0 '^here.to.stay$'
done_testing
