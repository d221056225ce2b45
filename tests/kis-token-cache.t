#!/bin/bash
# The cache: what is reused, what is a miss, and what cannot be written.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq sha256sum

sim_start --minute 0
run kis-token
check 'an empty cache: a new token' 0 '^eyJ' ''
ok 'one line' printed_token
token=$(cat "$out")
is 'one request' "$(posts)" 1
run kis-token
check 'again: the cached one' 0 '^eyJ' ''
is 'the same' "$(cat "$out")" "$token"
is 'no request' "$(posts)" 1
run kis-token -v
check '-v says where it comes from' 0 '^eyJ' "using cached token from '.*token'"
file=$(cache_file)
is 'private folder, token and lock' "$(stat -c %a "${file%/*}" "$file" \
	"$file.lock" | xargs)" '700 600 600'
is 'nothing else is left there' "$(ls "${file%/*}" | wc -l)" 2
ok 'the file is whole' whole_cache
ok 'the name is a digest, the key not in it' \
	[ "$(grep -rc -e "$KIS_APPKEY" -e "$KIS_APPSECRET" "${file%/*}" |
		grep -vc ':0$')" = 0 ]

# the digest is SHA-256, whatever the length
(
	for n in $(seq 1 140); do
		KIS_APPKEY=$(printf "%0${n}d" 7)
		write_cache "token-of-$n" 7200
		[ "$(kis-token)" = "token-of-$n" ] || echo "length $n"
	done
) >wrong 2>&1
is 'names of 140 lengths of key' "$(cat wrong)" ''
is 'another key, another file' "$(KIS_APPKEY=0000007 kis-token)" token-of-7
cp "$(KIS_APPKEY=0000007 cache_file)" "$file"
run kis-token
is "another key's cache in our place is not used" "$(cat "$out")" "$token"
write_cache other.server.token 7200
mine=$file
run env KIS_BASE_URL=https://127.0.0.1:1 kis-token --status
check 'the cache of another server is not used' 77 '' 'no valid cached token'
run kis-token --status
check 'while this one is' 0 'valid until' ''

# --- what is wrong with the file is a miss
rm "$mine"
run kis-token
good=$(cat "$mine")
miss() { # name; the file is there
	local before
	before=$(posts)
	run kis-token -v
	check "$1: a miss" 0 '^eyJ' "${2-corrupt cache file}"
	is "$1: one request" $(($(posts) - before)) 1
	is "$1: said once" "$(grep -Ec 'ignoring|cannot use|cannot cache' \
		"$err")" "${3-1}"
	if [ -z "${4-}" ]; then
		ok "$1: mended" whole_cache
		is "$1: private" "$(stat -c '%a %F' "$mine")" \
			'600 regular file'
	fi
}
broken() { # name text
	printf '%s' "$2" >"$mine"
	miss "$1"
}
broken 'empty' ''
broken 'junk' 'junk'
broken 'cut' "$(printf '%.150s' "$good")"
broken 'a duplicate member' "${good%\}},\"token\": \"other.token.of.somebody\"}"
broken 'junk behind it' "$good x"
broken 'an array' '[]'
broken 'a token with a blank' "$(jq '.token = "a b"' <<<"$good")"
broken 'a token with CR LF' "$(jq '.token = "a\r\nX: y"' <<<"$good")"
broken 'a token that is a number' "$(jq '.token = 5 | del(.digest)' \
	<<<"$good")"
broken 'an expiry that is none' "$(jq '.expires = "2026-02-31 00:00:00"' \
	<<<"$good")"
broken 'a time that no clock shows' "$(jq '.first_seen = 9223372036854775807' \
	<<<"$good")"
broken 'a time before all' "$(jq '.asked = -1' <<<"$good")"
broken 'no expiry' "$(jq 'del(.expires)' <<<"$good")"
broken 'larger than it can be' "$(jq --arg x "$(printf '%020000d' 1)" \
	'.more = $x' <<<"$good")"
head -c 2000 /dev/urandom >"$mine"
miss 'random bytes'
printf '\0\0\0\0' >"$mine"
miss 'zeros'
write_cache old.token -60
before=$(posts)
run kis-token
check 'an expired token' 0 '^eyJ' ''
is 'is replaced' $(($(posts) - before)) 1
write_cache kept.token 7200
chmod 644 "$mine"
before=$(posts)
run kis-token
check '0644: made private, used' 0 '^kept.token$' 'was readable by other users'
is '0644: mode now' "$(stat -c %a "$mine") $(($(posts) - before))" '600 0'

write_cache linked.token 7200
mv "$mine" elsewhere
ln -s "$PWD/elsewhere" "$mine"
miss 'a symlink' 'symbolic link'
is 'a symlink: its target is untouched' "$(jq -r .token elsewhere)" \
	linked.token
rm "$mine"
ln -s nowhere "$mine"
miss 'a dangling symlink' 'symbolic link'
rm "$mine"
mkfifo "$mine"
miss 'a FIFO' 'not a regular file'
rm "$mine"
mkdir "$mine"
miss 'a directory' 'cannot cache the token' 2 unmended
rmdir "$mine"
is 'a directory: nothing is left' "$(ls "${mine%/*}" | grep -c new)" 0
if [ "$(id -u)" = 0 ]; then
	write_cache planted.token 7200
	chown 65534 "$mine"
	miss "another user's" 'belongs to (another user|user nobody)|owned by another user'
	is "another user's: ours now" "$(stat -c %u "$mine")" 0
	chown 65534 "${mine%/*}"
	before=$(posts)
	run kis-token
	check "another user's folder" 0 '^eyJ' 'belongs to (another user|user nobody)|owned by another user'
	is "another user's folder: not used" $(($(posts) - before)) 1
	chown 0 "${mine%/*}"
else
	skip "another user's file and folder" 'only root can give files away'
fi

# --- the lock file and the folder
rm -f "$mine" "$mine.lock"
ln -s "$PWD/target" "$mine.lock"
run kis-token
check 'a symlink for a lock is not followed' 0 '^eyJ' 'without a lock'
ok 'nothing made behind it' [ ! -e target ]
rm -f "$mine" "$mine.lock"
mkdir "$mine.lock"
run kis-token
check 'a directory for a lock' 0 '^eyJ' 'without a lock'
rmdir "$mine.lock"
chmod 755 "${mine%/*}"
run kis-token
is 'a directory that exists is left as it is' "$(stat -c %a "${mine%/*}")" 755
ok 'and the file in it is private' [ "$(stat -c %a "$mine")" = 600 ]
chmod 775 "${mine%/*}"
run kis-token
check 'a directory that others can write: not used, and why' 0 '^eyJ' 'run: chmod go-w'
chmod 755 "${mine%/*}"
ln -s "${mine%/*}" linked
CACHE_DIRECTORY=$PWD/linked run kis-token --status
is '$CACHE_DIRECTORY, a symlink: its mode stays' "$(stat -c %a "${mine%/*}")" 755
XDG_CACHE_HOME=$PWD/file
touch file
run kis-token
check 'a file where the folder should be' 0 '^eyJ' 'cannot cache the token'
XDG_CACHE_HOME=relative
run kis-token
check 'a relative XDG_CACHE_HOME is ignored' 0 '^eyJ' ''
ok 'for ~/.cache' [ -s "$(XDG_CACHE_HOME='' cache_file)" ]
is 'and made with its parents, private' "$(stat -c %a "$HOME/.cache")" 700
run env CACHE_DIRECTORY="$PWD/systemd:/nowhere" kis-token
check "systemd's folder goes first" 0 '^eyJ' ''
is 'the first of them' "$(ls systemd | wc -l)" 2
mkdir shared
chmod 1777 shared
CACHE_DIRECTORY=$PWD/shared run kis-token
check 'a folder that others share' 0 '^eyJ' 'shared by all users'
is 'is left as it was' "$(stat -c %a shared) $(ls shared)" '1777 '
run env -u HOME -u XDG_CACHE_HOME kis-token --status
check 'no cache to look into: --status says that' 77 '' 'no token cache'
unset XDG_CACHE_HOME
run env -u HOME kis-token
check 'no HOME: a warning and the token' 0 '^eyJ' 'cannot cache the token.*HOME'
run env -u HOME kis-token -q
check 'no HOME, -q' 0 '^eyJ' ''

# --- disks that take nothing; umask
(umask 777 && HOME=$PWD/h kis-token >umasked)
is 'a umask of 777 does not matter' "$(stat -c %a h/.cache/kis/*token)" 600
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
	check 'a full disk' 0 '^eyJ' 'cannot cache the token.*No space left'
	is 'a full disk: the old file stays whole' "$(tail -n 1 left)" \
		'2001-01-01 00:00:00'
	is 'a full disk: no piece of a new one' "$(grep -c new left)" 0
	run "${UNSHARE[@]}" bash on-disk empty 3>left
	check 'a full disk without a cache' 0 '^eyJ' 'cannot cache the token'
	is 'a full disk without a cache: no token there' \
		"$(grep -c 'token$' left)" 0
	run "${UNSHARE[@]}" bash on-disk ro 3>left
	check 'a read-only folder' 0 '^eyJ' 'cannot cache the token.*Read-only'
	run "${UNSHARE[@]}" bash -c 'mkdir -p roh && mount -t tmpfs -o ro none \
		roh && unset XDG_CACHE_HOME && HOME=$PWD/roh kis-token'
	check 'a read-only HOME' 0 '^eyJ' 'cannot cache the token.*Read-only'
	unset XDG_CACHE_HOME
else
	skip 'full and read-only disks' "cannot mount here: $(cat why)"
fi
done_testing
