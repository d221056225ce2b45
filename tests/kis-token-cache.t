#!/bin/bash
# kis-token reuses valid cached tokens, ignores invalid cache files, and prints
# a token even if the cache cannot be written.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq sha256sum

sim_start --minute 0
run kis-token
check 'empty cache: prints a new token' 0 '^eyJ' ''
ok 'empty cache: prints one line' printed_token
token=$(cat "$out")
is 'empty cache: sends one request' "$(posts)" 1
run kis-token
check 'cached token: printed' 0 '^eyJ' ''
is 'cached token: the same token' "$(cat "$out")" "$token"
is 'cached token: no further request' "$(posts)" 1
run kis-token -v
check 'cached token, -v: reports the cache file' 0 '^eyJ' "using cached token from '.*token'"
file=$(cache_file)
is 'cache: directory 0700, token and lock 0600' "$(stat -c %a "${file%/*}" "$file" \
	"$file.lock" | xargs)" '700 600 600'
is 'cache: directory contains only the token and the lock' "$(ls "${file%/*}" | wc -l)" 2
ok 'cache: the file is complete' whole_cache
ok 'cache: no appkey or appsecret in the directory' \
	[ "$(grep -rc -e "$KIS_APPKEY" -e "$KIS_APPSECRET" "${file%/*}" |
		grep -vc ':0$')" = 0 ]

# the name of the cache file is a SHA-256 digest for every length of the appkey
(
	for n in $(seq 1 140); do
		KIS_APPKEY=$(printf "%0${n}d" 7)
		write_cache "token-of-$n" 7200
		[ "$(kis-token)" = "token-of-$n" ] || echo "length $n"
	done
) >wrong 2>&1
is 'appkeys of 140 lengths: file name equals SHA-256' "$(cat wrong)" ''
is 'appkey of 7 digits: its own cache file is read' "$(KIS_APPKEY=0000007 kis-token)" token-of-7
cp "$(KIS_APPKEY=0000007 cache_file)" "$file"
run kis-token
is 'cache file of another appkey under this name: not used' "$(cat "$out")" "$token"
write_cache other.server.token 7200
mine=$file
run env KIS_BASE_URL=https://127.0.0.1:1 kis-token --status
check 'cache of another server: not used' 77 '' 'no valid cached token'
run kis-token --status
check 'cache of this server: used' 0 'valid until' ''

# --- an invalid cache file is ignored
rm "$mine"
run kis-token
good=$(cat "$mine")
miss() { # checks that kis-token ignores the invalid cache file
	local before
	before=$(posts)
	run kis-token -v
	check "cache file, $1: ignored, new token printed" 0 '^eyJ' "${2-corrupt cache file}"
	is "cache file, $1: sends one request" $(($(posts) - before)) 1
	is "cache file, $1: reported once" "$(grep -Ec 'ignoring|cannot use|cannot cache' \
		"$err")" "${3-1}"
	if [ -z "${4-}" ]; then
		ok "cache file, $1: replaced by a valid one" whole_cache
		is "cache file, $1: replaced by a regular file with mode 0600" "$(stat -c '%a %F' "$mine")" \
			'600 regular file'
	fi
}
broken() { # arguments: name text
	printf '%s' "$2" >"$mine"
	miss "$1"
}
broken 'empty' ''
broken 'not JSON' 'junk'
broken 'truncated' "$(printf '%.150s' "$good")"
broken 'duplicate field' "${good%\}},\"token\": \"other.token.of.somebody\"}"
broken 'trailing garbage' "$good x"
broken 'array instead of an object' '[]'
broken 'space in the token' "$(jq '.token = "a b"' <<<"$good")"
broken 'CR LF in the token' "$(jq '.token = "a\r\nX: y"' <<<"$good")"
broken 'token is a number' "$(jq '.token = 5 | del(.digest)' \
	<<<"$good")"
broken 'impossible expiry date' "$(jq '.expires = "2026-02-31 00:00:00"' \
	<<<"$good")"
broken 'time out of range' "$(jq '.first_seen = 9223372036854775807' \
	<<<"$good")"
broken 'negative time' "$(jq '.asked = -1' <<<"$good")"
broken 'without expiry date' "$(jq 'del(.expires)' <<<"$good")"
broken 'too large' "$(jq --arg x "$(printf '%020000d' 1)" \
	'.more = $x' <<<"$good")"
head -c 2000 /dev/urandom >"$mine"
miss 'random bytes'
printf '\0\0\0\0' >"$mine"
miss 'NUL bytes'
write_cache old.token -60
before=$(posts)
run kis-token
check 'expired token in the cache: exit status 0' 0 '^eyJ' ''
is 'expired token in the cache: replaced' $(($(posts) - before)) 1
write_cache kept.token 7200
chmod 644 "$mine"
before=$(posts)
run kis-token
check 'cache file with mode 0644: used, with a warning' 0 '^kept.token$' 'was readable by other users'
is 'cache file with mode 0644: mode is changed to 0600' "$(stat -c %a "$mine") $(($(posts) - before))" '600 0'

write_cache linked.token 7200
mv "$mine" elsewhere
ln -s "$PWD/elsewhere" "$mine"
miss 'symbolic link' 'symbolic link'
is 'symbolic link in place of the cache file: its target is unchanged' "$(jq -r .token elsewhere)" \
	linked.token
rm "$mine"
ln -s nowhere "$mine"
miss 'dangling symbolic link' 'symbolic link'
rm "$mine"
mkfifo "$mine"
miss 'FIFO' 'not a regular file'
rm "$mine"
mkdir "$mine"
miss 'directory' 'cannot cache the token' 2 unmended
rmdir "$mine"
is 'directory in place of the cache file: no temporary file is left' "$(ls "${mine%/*}" | grep -c new)" 0
if [ "$(id -u)" = 0 ]; then
	write_cache planted.token 7200
	chown 65534 "$mine"
	miss 'owned by another user' 'belongs to (another user|user nobody)|owned by another user'
	is 'cache file of another user: replaced by a file of this user' "$(stat -c %u "$mine")" 0
	chown 65534 "${mine%/*}"
	before=$(posts)
	run kis-token
	check 'cache directory of another user: prints a token with a warning' 0 '^eyJ' 'belongs to (another user|user nobody)|owned by another user'
	is 'cache directory of another user: not used' $(($(posts) - before)) 1
	chown 0 "${mine%/*}"
else
	skip 'cache file and directory of another user' 'only root can change the owner of a file'
fi

# --- kis-token prints a token even if the lock file or the cache directory
# cannot be used
rm -f "$mine" "$mine.lock"
ln -s "$PWD/target" "$mine.lock"
run kis-token
check 'symbolic link in place of the lock: token printed without a lock' 0 '^eyJ' 'without a lock'
ok 'symbolic link in place of the lock: its target is not created' [ ! -e target ]
rm -f "$mine" "$mine.lock"
mkdir "$mine.lock"
run kis-token
check 'directory in place of the lock: token printed without a lock' 0 '^eyJ' 'without a lock'
rmdir "$mine.lock"
chmod 755 "${mine%/*}"
run kis-token
is 'existing cache directory: its mode is unchanged' "$(stat -c %a "${mine%/*}")" 755
ok 'existing cache directory: the cache file has mode 0600' [ "$(stat -c %a "$mine")" = 600 ]
chmod 775 "${mine%/*}"
run kis-token
check 'cache directory writable by others: not used, with the chmod command' 0 '^eyJ' 'run: chmod go-w'
chmod 755 "${mine%/*}"
ln -s "${mine%/*}" linked
CACHE_DIRECTORY=$PWD/linked run kis-token --status
is 'CACHE_DIRECTORY is a symbolic link: mode of the directory is unchanged' "$(stat -c %a "${mine%/*}")" 755
XDG_CACHE_HOME=$PWD/file
touch file
run kis-token
check 'regular file in place of the cache directory: token printed with a warning' 0 '^eyJ' 'cannot cache the token'
XDG_CACHE_HOME=relative
run kis-token
check 'XDG_CACHE_HOME relative: exit status 0' 0 '^eyJ' ''
ok 'XDG_CACHE_HOME relative: ~/.cache is used' [ -s "$(XDG_CACHE_HOME='' cache_file)" ]
is 'XDG_CACHE_HOME relative: ~/.cache is created with mode 0700' "$(stat -c %a "$HOME/.cache")" 700
run env CACHE_DIRECTORY="$PWD/systemd:/nowhere" kis-token
check 'CACHE_DIRECTORY with two directories: exit status 0' 0 '^eyJ' ''
is 'CACHE_DIRECTORY with two directories: the first is used' "$(ls systemd | wc -l)" 2
mkdir shared
chmod 1777 shared
CACHE_DIRECTORY=$PWD/shared run kis-token
check 'CACHE_DIRECTORY shared by all users: token printed with a warning' 0 '^eyJ' 'shared by all users'
is 'CACHE_DIRECTORY shared by all users: unchanged and not used' "$(stat -c %a shared) $(ls shared)" '1777 '
run env -u HOME -u XDG_CACHE_HOME kis-token --status
check '--status without HOME: reports that there is no token cache' 77 '' 'no token cache'
unset XDG_CACHE_HOME
run env -u HOME kis-token
check 'no HOME: token printed with a warning' 0 '^eyJ' 'cannot cache the token.*HOME'
run env -u HOME kis-token -q
check 'no HOME, -q: token printed without a warning' 0 '^eyJ' ''

# --- kis-token prints a token with any umask and on full or read-only disks
(umask 777 && HOME=$PWD/h kis-token >umasked)
is 'umask 777: cache file with mode 0600' "$(stat -c %a h/.cache/kis/*token)" 600
UNSHARE=(unshare -m)
[ "$(id -u)" = 0 ] || UNSHARE=(unshare -rm)
if "${UNSHARE[@]}" mount -t tmpfs none "$TMPDIR" 2>why; then
	export -f cache_file
	mkdir disk
	export XDG_CACHE_HOME=$PWD/disk token good
	cat >on-disk <<'EOS'
mount -t tmpfs -o size=12k none disk && mkdir -m 700 disk/kis || exit 99
file=$(cache_file)
if [ "$1" != empty ]; then
	printf '%s' "$good" | jq '.handed = 1 | .asked = 1 |
		.expires = "2001-01-01 00:00:00"' >"$file"
	chmod 600 "$file"
fi
dd if=/dev/zero of=disk/fill bs=1k 2>/dev/null
[ "$1" = ro ] && mount -o remount,bind,ro disk
kis-token ${2-}
status=$?
ls disk/kis >&3
[ "$1" = empty ] || jq -r .expires "$file" >&3
exit $status
EOS
	run "${UNSHARE[@]}" bash on-disk full 3>left
	check 'full disk: token printed with a warning' 0 '^eyJ' 'cannot cache the token.*No space left'
	is 'full disk: the old cache file is unchanged' "$(tail -n 1 left)" \
		'2001-01-01 00:00:00'
	is 'full disk: no temporary file is left' "$(grep -c new left)" 0
	run "${UNSHARE[@]}" bash on-disk empty 3>left
	check 'full disk, no cache file: token printed with a warning' 0 '^eyJ' 'cannot cache the token'
	is 'full disk, no cache file: no cache file is left' \
		"$(grep -c 'token$' left)" 0
	run "${UNSHARE[@]}" bash on-disk ro 3>left
	check 'read-only cache directory: token printed with a warning' 0 '^eyJ' 'cannot cache the token.*Read-only'
	run "${UNSHARE[@]}" bash -c 'mkdir -p roh && mount -t tmpfs -o ro none \
		roh && unset XDG_CACHE_HOME && HOME=$PWD/roh kis-token'
	check 'read-only HOME: token printed with a warning' 0 '^eyJ' 'cannot cache the token.*Read-only'
	unset XDG_CACHE_HOME
else
	skip 'full and read-only disks' "cannot mount here: $(cat why)"
fi
done_testing
