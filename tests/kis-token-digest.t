#!/bin/bash
# The names of cache files are SHA-256 digests. If SHA-256 is not available,
# kis-token uses no cache, and in particular not that of another appkey.
. "$(dirname "$0")/lib.sh"

sim_start --with-token
run kis-token
check 'with SHA-256: prints and caches a token' 0 '^eyJ' ''
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
	skip 'without SHA-256: no cache' 'this libcrypto has one all the same'
	done_testing
fi
run kis-token
like 'without SHA-256: a warning that the token cannot be cached' "$(cat "$err")" \
	'warning: cannot cache the token.*SHA-256'
ok 'without SHA-256, no new token allowed: no output' test ! -s "$out"
is 'without SHA-256: no cache file named by zeros' \
	"$(find "$XDG_CACHE_HOME" -name '0000*' | wc -l)" 0
KIS_APPKEY=another run kis-token --status
check 'without SHA-256, another appkey: no cached token' 77 '' 'no valid cached token'
done_testing
