#!/bin/bash
# Where -o writes, on kis-tocsv for all four: the file whole or not at all,
# whatever its name stands for, and an error before the work where it cannot
# be had.
. "$(dirname "$0")/lib.sh"

echo '{"a":"1"}' >in
printf 'a\n1\n' >want
mkdir here

tocsv() { run kis-tocsv -o "$@" in; }
left() { (cd here && ls -A) | tr '\n' ' '; }

written() { # name file: as wanted, and nothing else in the folder
	check "$1" 0 '' ''
	ok "$1: whole" cmp "$2" want
}

for mask in 022 002 077 027; do
	rm -f here/new
	umask $mask
	tocsv here/new
	written "a new file, umask $mask" here/new
	umask 022
	is "umask $mask: the mode of a new file follows it" \
		"$(stat -c %a here/new)" "$(printf %o $((0666 & ~0$mask)))"
done
rm here/new
tocsv here/new
is 'nothing else appears' "$(left)" 'new '

for mode in 640 600 666; do
	echo old >here/new
	chmod "$mode" here/new
	tocsv here/new
	written "a file with mode $mode" here/new
	is "mode $mode is kept" "$(stat -c %a here/new)" "$mode"
done
is 'nothing else is left' "$(left)" 'new '

# names
long=$(printf 'x%.0s' {1..255})
tocsv "here/$long"
written 'the longest name there can be' "here/$long"
echo old >"here/$long"
tocsv "here/$long"
written 'the same where a file stands' "here/$long"
rm "here/$long"
tocsv "here/x$long"
check 'a name that is too long' 73 '' 'cannot create'
tocsv ''
check 'no name at all' 73 '' 'cannot create'
tocsv here/
check 'a folder' 73 '' 'is a directory'
tocsv here/none/x
check 'a folder that is not there' 73 '' 'cannot create'
tocsv here/new/x
check 'a file for a folder' 73 '' 'cannot create'
is 'of all these nothing is left' "$(left)" 'new '

# symlinks
ln -s new here/link
tocsv here/link
written 'a symlink' here/new
ok 'it stays one' [ -L here/link ]
ln -s ../here/later here/dangling
tocsv here/dangling
written 'a symlink to what is not there yet' here/later
ok 'it stays one too' [ -L here/dangling ]
ln -s loop2 here/loop1
ln -s loop1 here/loop2
tocsv here/loop1
check 'symlinks in a circle' 73 '' 'symbolic links'
is 'stay as they are' "$(readlink here/loop1 here/loop2 | tr '\n' ' ')" 'loop2 loop1 '
rm here/*

# what is no file is written to, not replaced
mkfifo fifo
cat fifo >got &
reader=$!
tocsv fifo
wait "$reader"
written 'a FIFO' got
ok 'it stays one' [ -p fifo ]
tocsv /dev/null
check 'a device' 0 '' ''
ok 'it stays one' [ -c /dev/null ]
tocsv /dev/full
check 'a device that is full' 74 '' 'cannot write'
bash -c 'kis-tocsv -o >(cat >got) in; echo $?' >code 2>"$err"
for _ in $(seq 100); do
	cmp -s got want && break
	sleep 0.02
done
is 'a pipe of the shell'\''s: done' "$(cat code)" 0
ok 'a pipe of the shell'\''s: whole' cmp got want
for name in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
	bash -c 'kis-tocsv -o "$0" in | cat' "$name" >got 2>"$err"
	ok "$name is stdout, a pipe" cmp got want
	echo before >got
	bash -c 'kis-tocsv -o "$0" in' "$name" >>got 2>"$err"
	is "$name is stdout, a file that is written on" \
		"$(tr '\n' ' ' <got)" 'before a 1 '
done

# a system without nameless files; failures and ends in the middle
if ! strace -qq -o trace -e trace=none true 2>"$err"; then
	skip 'what strace can do to it' "$(cat "$err")"
	done_testing
fi
stdin=in
traced() { # strace's options; the signal is told by a shell, to $err
	ASAN_OPTIONS=detect_leaks=0 run bash -c '"$@"; exit $?' - \
		strace -f -qq -o trace "$@"
}
nameless=access,faccessat,faccessat2:error=ENOENT # no /proc to link from
traced -e inject="$nameless" kis-tocsv -o here/named
written 'without nameless files' here/named
is 'without nameless files: alone' "$(left)" 'named '
rm here/named
for signal in TERM INT HUP QUIT; do
	traced -e inject="fsync:signal=$signal" kis-tocsv -o here/f
	ok "$signal before it is in place: ended" [ "$status" -gt 128 ]
	is "$signal: nothing is left" "$(left)" ''
	traced -e inject="$nameless" -e inject="fsync:signal=$signal" \
		kis-tocsv -o here/f
	ok "$signal, with a name: ended" [ "$status" -gt 128 ]
	is "$signal, with a name: nothing is left" "$(left)" ''
done
traced -e inject=write:error=EINTR:when=1 kis-tocsv -o here/f
written 'a write that a signal interrupts' here/f
echo old >here/f
for call in fsync linkat rename; do
	for error in EIO ENOSPC EACCES; do
		traced -e inject="$call:error=$error:when=1" kis-tocsv -o here/f
		case $call,$error in
		fsync,*) want_code=74 ;;
		*) want_code=73 ;;
		esac
		check "$call: $error" "$want_code" '' "'here/f'"
		is "$call: $error: the old file" "$(cat here/f)" old
		is "$call: $error: alone" "$(left)" 'f '
	done
done
if [ "$(id -u)" = 0 ]; then
	ASAN_OPTIONS=detect_leaks=0 run bash -c 'strace -qq -o trace -P got \
		-e trace=close -e inject=close:error=ENOSPC kis-tocsv <in >got'
	check 'stdout that fails when closed' 74 '' \
		'cannot write to standard output'
else
	skip 'stdout that fails when closed' "$only_root"
fi
for call in openat write fsync linkat rename; do
	traced -e inject="$call:signal=KILL" kis-tocsv -o here/f
	is "killed at $call" "$status" 137
	ok "killed at $call: the old file or the new" \
		eval 'grep -qx old here/f || cmp here/f want'
done

done_testing
