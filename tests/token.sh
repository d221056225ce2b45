# Defines functions for the tests of kis-token. The tests source this file after
# lib.sh.
#
#	cache_file              prints the path of the token cache for this
#	                        server and appkey
#	write_cache TOKEN LEFT [AGE]
#	                        writes a cache whose token expires in LEFT
#	                        seconds, issued AGE seconds ago (default: 3600)
#	cached_token            prints the token in the cache
#	whole_cache             true if the cache is as kis-token writes it
#	posts                   counts the requests for a token
#	write_credentials JSON  writes the credentials file; moves the values of
#	                        KIS_APPKEY and KIS_APPSECRET to $key and $secret
#	printed_token           true if the last run printed one token
#	kst EPOCH               prints a time as the server writes it
#	is_sanitized            true if the programs were built with SAN=1

cache_file() {
	printf '%s/kis/%s.token' "${XDG_CACHE_HOME:-$HOME/.cache}" \
		"$(printf '%s\n%s' "$KIS_BASE_URL" "${KIS_APPKEY-$key}" |
			sha256sum | cut -c 1-64)"
}

kst() { TZ=KST-9 date -d "@$1" '+%F %T'; }

write_cache() {
	local file now
	file=$(cache_file) now=$(date +%s)
	mkdir -p -m 700 "${file%/*}"
	jq -n --arg digest "$(basename "$file" .token)" --arg token "$1" \
		--arg expires "$(kst $((now + $2)))" \
		--argjson was $((now - ${3-3600})) '{$digest, $token,
		$expires, first_seen: $was, handed: $was, asked: $was}' \
		>"$file"
	chmod 600 "$file"
}

is_sanitized() { grep -qa __asan_init "$(command -v kis-token)"; }

# the sanitizer's leak check does not work under strace(1)
strace() { ASAN_OPTIONS=detect_leaks=0 command strace "$@"; }

cached_token() { jq -r .token "$(cache_file)"; }

whole_cache() {
	jq -e --arg digest "$(basename "$(cache_file)" .token)" '
		.digest == $digest and (.token | length > 0) and
		(.expires | test("^[0-9]{4}(-[0-9]{2}){2} [0-9:]{8}$")) and
		([.first_seen, .handed, .asked] | all(type == "number"))' \
		"$(cache_file)"
}

posts() { requests '.path == "/oauth2/tokenP"'; }

write_credentials() {
	local dir=${XDG_CONFIG_HOME:-$HOME/.config}/kis
	key=${KIS_APPKEY-$key} secret=${KIS_APPSECRET-$secret}
	unset KIS_APPKEY KIS_APPSECRET
	mkdir -p "$dir"
	credentials=$dir/credentials.json
	rm -f "$credentials"
	(umask 077 && printf '%s\n' "$1" >"$credentials")
}

printed_token() {
	[ "$(wc -l <"$out")" = 1 ] && grep -Eq '^[!-~]{20,400}$' "$out"
}
