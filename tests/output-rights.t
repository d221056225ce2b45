#!/bin/bash
# Tests -o with the permissions of the replaced file, with names of open
# descriptors, on mount points, and on file systems without chmod, links, sync
# or ACLs (such as WSL's /mnt/c, exFAT and SMB).
. "$(dirname "$0")/lib.sh"
echo '{"a":"1"}' >in
printf 'a\n1\n' >wanted
mkdir here

# --- if the path names an open descriptor, the output is written to that
# descriptor
for name in /dev/fd/3 /proc/self/fd/3 /proc/thread-self/fd/3; do
	echo before >got
	bash -c 'kis-tocsv -o "$0" in; code=$?; echo after >&3; exit $code' "$name" 3>>got
	is "-o $name: writes to the descriptor, keeps its position" \
		"$(xargs <got)" 'before a 1 after'
done
echo before >got
bash -c 'kis-tocsv -o /dev/stderr in; echo after >&2' 2>>got
is '-o /dev/stderr: writes to standard error' "$(xargs <got)" 'before a 1 after'
ln -s /dev/stderr here/link
echo before >got
bash -c 'kis-tocsv -o here/link in' 2>>got
is '-o symbolic link to /dev/stderr: writes to standard error' "$(xargs <got)" 'before a 1'
ok '-o symbolic link to /dev/stderr: the link is kept' [ -L here/link ]
echo before >got
bash -c 'kis-tocsv -o /proc/thread-self/fd/1 in' >>got
is '-o /proc/thread-self/fd/1: writes to standard output' "$(xargs <got)" 'before a 1'
ln -s /dev/fd here/dd
for name in /dev/./fd/3 //dev/fd/3 /proc//self/fd/3 here/dd/3; do
	echo before >got
	bash -c 'kis-tocsv -o "$0" in; echo after >&3' "$name" 3>>got
	is "-o $name: writes to the descriptor" "$(xargs <got)" 'before a 1 after'
done
rm here/dd
run kis-tocsv -o /dev/fd/9 in
check '-o /dev/fd/9, not open: exit status 73' 73 '' "cannot open '/dev/fd/9'"
rm here/link

# --- the new file gets the owner, group, mode and ACL of the old file
echo old >here/gone
chmod 640 here/gone
mkfifo fifo
kis-tocsv -o here/gone fifo &
writer=$!
exec 4>fifo
for _ in $(seq 100); do
	[ -e /proc/$writer/fd/1 ] && [ "$(readlink /proc/$writer/fd/3)" ] && break
	sleep 0.02
done
rm here/gone
cat in >&4
exec 4>&-
wait $writer
is '-o file deleted during the run: created with its old mode' \
	"$(stat -c %a here/gone) $(xargs <here/gone)" '640 a 1'
rm -f here/gone fifo

replace() { run kis-tocsv -o "$1" in; }
echo old >here/f
chmod 2640 here/f
replace here/f
check '-o setgid file: exit status 0' 0 '' ''
is '-o setgid file: mode is kept without setgid' "$(stat -c %a here/f)" 640
if [ "$(id -u)" = 0 ]; then
	chown 65534:1 here/f
	chmod 6755 here/f
	replace here/f
	is '-o setuid file of another user: owner and group are kept, setuid is not' \
		"$(stat -c '%u %g %a' here/f)" '65534 1 755'
	rm here/f
	# if the user cannot set the group of the new file, the new group gets
	# no more permissions than other users had on the old file, and other
	# users get no more than the old group had
	mkdir open && chmod 777 open
	cp in open/in
	echo old >open/f
	chown 65534:1 open/f
	chmod 664 open/f
	chmod 755 "$T"
	nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
	if nobody kis-tocsv --version >which 2>"$err"; then
		(cd open && nobody kis-tocsv -o f in)
		is '-o file whose group cannot be set: group permissions are reduced to those of others' \
			"$(stat -c '%u %g %a' open/f)" '65534 65534 644'
		chown 0:1 open/f
		chmod 606 open/f
		(cd open && nobody kis-tocsv -o f in)
		is '-o file whose group had fewer permissions than others: others get no more than the group' \
			"$(stat -c '%u %a' open/f)" '65534 600'
	else
		skip '-o file whose group cannot be set' "user nobody cannot run the programs: $(head -n 1 "$err")"
	fi
	chmod 700 "$T"
else
	skip '-o file of another owner or group' 'only root can change the owner of a file'
fi
echo old >here/f
if command -v setfacl >which && setfacl -m u:65534:rw here/f 2>"$err"; then
	chmod 664 here/f
	getfacl -c here/f >before
	replace here/f
	getfacl -c here/f >after
	ok '-o file with an ACL: the ACL is kept' cmp before after
	mkdir shared
	setfacl -d -m u:65534:rwx,g::r,o::- shared
	replace shared/a
	: >shared/b
	getfacl -c shared/a >after
	getfacl -c shared/b >before
	ok '-o new file in a directory with a default ACL: the same ACL as with >' cmp before after
	: >shared/c
	setfacl -b shared/c
	chmod 640 shared/c
	replace shared/c
	is '-o file without an ACL in such a directory: gets no ACL' \
		"$(getfacl -c shared/c | xargs)" 'user::rw- group::r-- other::---'
	setfacl -m u:65534:rw here/f
	for entries in 'u:5:rw,g::-,m::rw,o::r' 'u:3:-,g::r,m::r,o::r'; do
		echo old >here/g
		setfacl -m "$entries" here/g
		run strace -f -qq -o trace -e inject=fsetxattr:error=EOPNOTSUPP kis-tocsv -o here/g in
		is "-o file whose ACL ($entries) cannot be set: no user gets more access" \
			"$(getfacl -c here/g | grep -v '^$' | xargs)" 'user::rw- group::--- other::---'
		rm here/g
	done
	echo old >here/g
	setfacl -m u:5:rw,g::-,m::rw,o::- here/g
	run strace -f -qq -o trace -e inject=getxattr:error=EIO kis-tocsv -o here/g in
	is '-o file whose ACL cannot be read: no user gets more access' "$(stat -c %a here/g)" 600
	rm here/g
	sim_start --with-token
	run kis-token -o here/f
	is 'kis-token -o file with an ACL: mode 600 and no ACL' \
		"$(stat -c %a here/f) $(getfacl -c here/f | xargs)" \
		'600 user::rw- group::--- other::---'
	sim_stop
else
	skip '-o file with an ACL' "setfacl is not installed, or not supported here: $(cat "$err")"
fi

# --- a mount point cannot be replaced
if [ "$(id -u)" = 0 ]; then
	: >here/m
	cp here/m here/m.xlsx
	run unshare -m sh -c 'mount --bind here/m here/m && exec kis-tocsv -o here/m in'
	if grep -q 'unshare\|mount:' "$err"; then
		skip '-o mount point' "$(cat "$err")"
	else
		check '-o mount point: exit status 73 with the remedy' 73 '' \
			"it is a mount point; to write into it, use: > 'here/m'"
		run unshare -m sh -c 'mount --bind here/m.xlsx here/m.xlsx && exec kis-toxlsx -o here/m.xlsx in'
		check 'kis-toxlsx -o file that cannot be replaced: exit status 73, refers to Excel' 73 '' \
			'if it is open in Excel, close it'
	fi
else
	skip '-o mount point' 'needs root'
fi

# --- strace simulates file systems without chmod, links, sync or ACLs
rm -rf here && mkdir here
if ! strace -qq -o trace -e trace=none true 2>"$err"; then
	skip '-o on file systems without chmod, links, sync, ACLs' "$(cat "$err")"
	done_testing
fi
without() { # arguments: call:error[,...] command...
	local faults=() one
	for one in ${1//,/ }; do
		faults+=(-e "inject=${one%%:*}:error=${one##*:}")
	done
	shift
	ASAN_OPTIONS=detect_leaks=0 run strace -f -qq -o trace "${faults[@]}" "$@"
}
for calls in fchmod:EPERM fchmod:EOPNOTSUPP linkat:EPERM linkat:EOPNOTSUPP \
	fsync:EINVAL fchmod:EPERM,linkat:EPERM,fsync:EINVAL \
	fchown:EPERM,fsetxattr:EOPNOTSUPP,fremovexattr:EOPNOTSUPP; do
	rm -f here/*
	without $calls kis-tocsv -o here/new in
	check "-o new file, $calls: exit status 0" 0 '' ''
	ok "-o new file, $calls: complete" cmp here/new wanted
	echo old >here/new
	without $calls kis-tocsv -o here/new in
	check "-o existing file, $calls: exit status 0" 0 '' ''
	ok "-o existing file, $calls: complete" cmp here/new wanted
	is "-o, $calls: no other file is left" "$(ls -A here)" new
done
sim_start --with-token
without fchmod:EPERM kis-token -o here/token
check 'kis-token -o, fchmod EPERM: exit status 74' 74 '' 'cannot set the mode'
ok 'kis-token -o, fchmod EPERM: no file is created' [ ! -e here/token ]
done_testing
