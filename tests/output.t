#!/bin/bash
# -o writes the file atomically for every kind of path. If the path cannot be
# written, the program reports this before it does any other work. Only
# kis-tocsv is tested, because all four programs share this code.
. "$(dirname "$0")/lib.sh"

echo '{"a":"1"}' >in
printf 'a\n1\n' >wanted
mkdir here

tocsv() { run kis-tocsv -o "$@" in; }
left() { (cd here && ls -A) | tr '\n' ' '; }

written() { # checks the exit status and the contents of the file
	check "$1: exit status 0" 0 '' ''
	ok "$1: the file is complete" cmp "$2" wanted
}

for mask in 022 002 077 027; do
	rm -f here/new
	umask $mask
	tocsv here/new
	written "-o new file, umask $mask" here/new
	umask 022
	is "-o new file, umask $mask: mode is set by umask" \
		"$(stat -c %a here/new)" "$(printf %o $((0666 & ~0$mask)))"
done
rm here/new
tocsv here/new
is '-o new file: no other file is created' "$(left)" 'new '

for mode in 640 600 666; do
	echo old >here/new
	chmod "$mode" here/new
	tocsv here/new
	written "-o existing file, mode $mode" here/new
	is "-o existing file, mode $mode: mode is kept" "$(stat -c %a here/new)" "$mode"
done
is '-o existing file: no other file is left' "$(left)" 'new '

long=$(printf 'x%.0s' {1..255})
tocsv "here/$long"
written '-o new file, name of 255 bytes' "here/$long"
echo old >"here/$long"
tocsv "here/$long"
written '-o existing file, name of 255 bytes' "here/$long"
rm "here/$long"
tocsv "here/x$long"
check '-o name of 256 bytes: exit status 73' 73 '' 'cannot create'
tocsv ''
check "-o '': exit status 73" 73 '' 'cannot create'
tocsv here/
check '-o directory: exit status 73' 73 '' 'is a directory'
tocsv here/none/x
check '-o in a missing directory: exit status 73' 73 '' 'cannot create'
tocsv here/new/x
check '-o below a regular file: exit status 73' 73 '' 'cannot create'
is '-o, invalid paths: no file is created' "$(left)" 'new '

# the target of a symbolic link is written, and the link is kept
ln -s new here/link
tocsv here/link
written '-o symbolic link' here/new
ok '-o symbolic link: the link is kept' [ -L here/link ]
ln -s ../here/later here/dangling
tocsv here/dangling
written '-o dangling symbolic link' here/later
ok '-o dangling symbolic link: the link is kept' [ -L here/dangling ]
ln -s loop2 here/loop1
ln -s loop1 here/loop2
tocsv here/loop1
check '-o symbolic links in a loop: exit status 73' 73 '' 'symbolic links'
is '-o symbolic links in a loop: unchanged' "$(readlink here/loop1 here/loop2 | tr '\n' ' ')" 'loop2 loop1 '
rm here/*

# files that are not regular, such as FIFOs, are written to, not replaced
mkfifo fifo
cat fifo >got &
reader=$!
tocsv fifo
wait "$reader"
written '-o FIFO' got
ok '-o FIFO: remains a FIFO' [ -p fifo ]
tocsv /dev/null
check '-o /dev/null: exit status 0' 0 '' ''
ok '-o /dev/null: remains a device' [ -c /dev/null ]
tocsv /dev/full
check '-o /dev/full: exit status 74' 74 '' 'cannot write'
bash -c 'kis-tocsv -o >(cat >got) in; echo $?' >code 2>"$err"
for _ in $(seq 100); do
	cmp -s got wanted && break
	sleep 0.02
done
is '-o process substitution: exit status 0' "$(cat code)" 0
ok '-o process substitution: complete output' cmp got wanted
for name in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
	bash -c 'kis-tocsv -o "$0" in | cat' "$name" >got 2>"$err"
	ok "-o $name, standard output is a pipe: complete output" cmp got wanted
	echo before >got
	bash -c 'kis-tocsv -o "$0" in' "$name" >>got 2>"$err"
	is "-o $name, standard output is a file: appended" \
		"$(tr '\n' ' ' <got)" 'before a 1 '
done

# strace simulates a file system without O_TMPFILE or linkat(), failures of
# system calls, and signals during the write
if ! strace -qq -o trace -e trace=none true 2>"$err"; then
	skip '-o with failing system calls and signals' "$(cat "$err")"
	done_testing
fi
stdin=in
# Runs a command under strace with the given options. If a signal ends the
# command, a shell reports the signal in $err.
traced() {
	ASAN_OPTIONS=detect_leaks=0 run bash -c '"$@"; exit $?' - \
		strace -f -qq -o trace "$@"
}
# if access() fails for /proc/self/fd, -o uses a temporary file with a name
nameless=access,faccessat,faccessat2:error=ENOENT
traced -e inject="$nameless" kis-tocsv -o here/named
written '-o without unnamed temporary files' here/named
is '-o without unnamed temporary files: no other file is left' "$(left)" 'named '
rm here/named
for signal in TERM INT HUP QUIT; do
	traced -e inject="fsync:signal=$signal" kis-tocsv -o here/f
	ok "-o, SIG$signal before the rename: ended" [ "$status" -gt 128 ]
	is "-o, SIG$signal before the rename: no file is left" "$(left)" ''
	traced -e inject="$nameless" -e inject="fsync:signal=$signal" \
		kis-tocsv -o here/f
	ok "-o without unnamed temporary files, SIG$signal: ended" [ "$status" -gt 128 ]
	is "-o without unnamed temporary files, SIG$signal: no file is left" "$(left)" ''
done
traced -e inject=write:error=EINTR:when=1 kis-tocsv -o here/f
written '-o, write interrupted by a signal' here/f
echo old >here/f
for call in fsync linkat rename; do
	for error in EIO ENOSPC EACCES; do
		traced -e inject="$call:error=$error:when=1" kis-tocsv -o here/f
		case $call,$error in
		fsync,*) want_code=74 ;;
		*) want_code=73 ;;
		esac
		check "-o, $call fails with $error: exit status $want_code" "$want_code" '' "'here/f'"
		is "-o, $call fails with $error: the old file is unchanged" "$(cat here/f)" old
		is "-o, $call fails with $error: no other file is left" "$(left)" 'f '
	done
done
if [ "$(id -u)" = 0 ]; then
	ASAN_OPTIONS=detect_leaks=0 run bash -c 'strace -qq -o trace -P got \
		-e trace=close -e inject=close:error=ENOSPC kis-tocsv <in >got'
	check 'close of standard output fails: exit status 74' 74 '' \
		'cannot write to standard output'
else
	skip 'close of standard output fails: exit status 74' "$only_root"
fi
for call in openat write fsync linkat rename; do
	traced -e inject="$call:signal=KILL" kis-tocsv -o here/f
	is "-o, killed at $call: exit status 137" "$status" 137
	ok "-o, killed at $call: the old file or the complete new one" \
		eval 'grep -qx old here/f || cmp here/f wanted'
done

done_testing
