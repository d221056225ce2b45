#!/bin/bash
# kis-token without a digest to name the cache's files by: no cache at all, and
# never the one of another key.
. "$(dirname "$0")/lib.sh"

sim_start --with-token
run kis-token
check 'a token is kept' 0 '^eyJ' ''
cat >openssl.cnf <<'CNF'
openssl_conf = all
[all]
providers = none
[none]
null = null_section
[null_section]
activate = 1
CNF
export OPENSSL_CONF=$PWD/openssl.cnf
if openssl dgst -sha256 /dev/null >"$out" 2>"$err"; then
	skip 'no digest' 'this libcrypto has one all the same'
	done_testing
fi
run kis-token
like 'the cache is not used' "$(cat "$err")" \
	'warning: cannot cache the token.*SHA-256'
ok 'nor is a token made up' test ! -s "$out"
is 'no file is named by zeros' \
	"$(find "$XDG_CACHE_HOME" -name '0000*' | wc -l)" 0
KIS_APPKEY=another run kis-token --status
check 'another key finds nothing' 77 '' 'no valid cached token'
done_testing
