#!/bin/bash
# -o on other people's machines: who may use a file that is replaced, names that
# lead to open descriptors, mount points, and file systems that refuse chmod,
# links, sync or ACLs (as WSL's /mnt/c, exFAT and SMB do).
. "$(dirname "$0")/lib.sh"
echo '{"a":"1"}' >in
printf 'a\n1\n' >want
mkdir here

# --- names of open descriptors: written to, never replaced
for name in /dev/fd/3 /proc/self/fd/3 /proc/thread-self/fd/3; do
	echo before >got
	bash -c 'kis-tocsv -o "$0" in; code=$?; echo after >&3; exit $code' "$name" 3>>got
	is "$name: written to, with what is before and after" \
		"$(xargs <got)" 'before a 1 after'
done
echo before >got
bash -c 'kis-tocsv -o /dev/stderr in; echo after >&2' 2>>got
is '/dev/stderr: written to' "$(xargs <got)" 'before a 1 after'
ln -s /dev/stderr here/link
echo before >got
bash -c 'kis-tocsv -o here/link in' 2>>got
is 'a symlink to /dev/stderr: written to' "$(xargs <got)" 'before a 1'
ok 'and it stays a symlink' [ -L here/link ]
echo before >got
bash -c 'kis-tocsv -o /proc/thread-self/fd/1 in' >>got
is '/proc/thread-self/fd/1 is stdout' "$(xargs <got)" 'before a 1'
ln -s /dev/fd here/dd
for name in /dev/./fd/3 //dev/fd/3 /proc//self/fd/3 here/dd/3; do
	echo before >got
	bash -c 'kis-tocsv -o "$0" in; echo after >&3' "$name" 3>>got
	is "$name: written to, however it is spelled" "$(xargs <got)" 'before a 1 after'
done
rm here/dd
run kis-tocsv -o /dev/fd/9 in
check 'a descriptor that is not open: 73' 73 '' "cannot open '/dev/fd/9'"
rm here/link

# --- who may use it
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
is 'a file that was removed meanwhile is written as it was' \
	"$(stat -c %a here/gone) $(xargs <here/gone)" '640 a 1'
rm -f here/gone fifo

replace() { run kis-tocsv -o "$1" in; }
echo old >here/f
chmod 2640 here/f
replace here/f
check 'setgid is not kept' 0 '' ''
is 'its other bits are' "$(stat -c %a here/f)" 640
if [ "$(id -u)" = 0 ]; then
	chown 65534:1 here/f
	chmod 6755 here/f
	replace here/f
	is 'a setuid file of nobody: its owner and group, not setuid' \
		"$(stat -c '%u %g %a' here/f)" '65534 1 755'
	rm here/f
	# a user who may not give files away: the group's rights shrink
	mkdir open && chmod 777 open
	cp in open/in
	echo old >open/f
	chown 65534:1 open/f
	chmod 664 open/f
	chmod 755 "$T"
	nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
	if nobody kis-tocsv --version >which 2>"$err"; then
		(cd open && nobody kis-tocsv -o f in)
		is 'a group that cannot be set: its rights shrink to those of others' \
			"$(stat -c '%u %g %a' open/f)" '65534 65534 644'
		chown 0:1 open/f
		chmod 606 open/f
		(cd open && nobody kis-tocsv -o f in)
		is 'what a group was denied stays denied to it as others' \
			"$(stat -c '%u %a' open/f)" '65534 600'
	else
		skip 'a group that cannot be set' "nobody cannot run the programs here: $(head -n 1 "$err")"
	fi
	chmod 700 "$T"
else
	skip 'owners and groups' 'only root can give files away'
fi
echo old >here/f
if command -v setfacl >which && setfacl -m u:65534:rw here/f 2>"$err"; then
	chmod 664 here/f
	getfacl -c here/f >before
	replace here/f
	getfacl -c here/f >after
	ok "a file's ACL stays" cmp before after
	mkdir shared
	setfacl -d -m u:65534:rwx,g::r,o::- shared
	replace shared/a
	: >shared/b
	getfacl -c shared/a >after
	getfacl -c shared/b >before
	ok 'a new file gets what > gives it: the default ACL' cmp before after
	: >shared/c
	setfacl -b shared/c
	chmod 640 shared/c
	replace shared/c
	is 'a file without an ACL gets none from its directory' \
		"$(getfacl -c shared/c | xargs)" 'user::rw- group::r-- other::---'
	setfacl -m u:65534:rw here/f
	for entries in 'u:5:rw,g::-,m::rw,o::r' 'u:3:-,g::r,m::r,o::r'; do
		echo old >here/g
		setfacl -m "$entries" here/g
		run strace -f -qq -o trace -e inject=fsetxattr:error=EOPNOTSUPP kis-tocsv -o here/g in
		is "an ACL that cannot be set ($entries): nobody gets more" \
			"$(getfacl -c here/g | grep -v '^$' | xargs)" 'user::rw- group::--- other::---'
		rm here/g
	done
	echo old >here/g
	setfacl -m u:5:rw,g::-,m::rw,o::- here/g
	run strace -f -qq -o trace -e inject=getxattr:error=EIO kis-tocsv -o here/g in
	is 'an ACL that cannot be read: nobody gets more' "$(stat -c %a here/g)" 600
	rm here/g
	sim_start --with-token
	run kis-token -o here/f
	is "kis-token's file: 0600 and no ACL" \
		"$(stat -c %a here/f) $(getfacl -c here/f | xargs)" \
		'600 user::rw- group::--- other::---'
	sim_stop
else
	skip 'ACLs' "setfacl is not installed, or not supported here: $(cat "$err")"
fi

# --- a mount point
if [ "$(id -u)" = 0 ]; then
	: >here/m
	cp here/m here/m.xlsx
	run unshare -m sh -c 'mount --bind here/m here/m && exec kis-tocsv -o here/m in'
	if grep -q 'unshare\|mount:' "$err"; then
		skip 'a mount point' "$(cat "$err")"
	else
		check 'a mount point: says so and what works' 73 '' \
			"it is a mount point; to write into it, use: > 'here/m'"
		run unshare -m sh -c 'mount --bind here/m.xlsx here/m.xlsx && exec kis-toxlsx -o here/m.xlsx in'
		check 'a workbook that cannot be replaced: close it in Excel' 73 '' \
			'if it is open in Excel, close it'
	fi
else
	skip 'a mount point' 'needs root'
fi

# --- file systems without chmod, links, sync, ACLs: by strace's faults
rm -rf here && mkdir here
if ! strace -qq -o trace -e trace=none true 2>"$err"; then
	skip 'what strace can do to it' "$(cat "$err")"
	done_testing
fi
without() { # call:error[,…] command…
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
	check "$calls: a new file" 0 '' ''
	ok "$calls: whole" cmp here/new want
	echo old >here/new
	without $calls kis-tocsv -o here/new in
	check "$calls: a file is replaced" 0 '' ''
	ok "$calls: whole again" cmp here/new want
	is "$calls: nothing else is left" "$(ls -A here)" new
done
sim_start --with-token
without fchmod:EPERM kis-token -o here/token
check "kis-token's file insists: fchmod EPERM is 74" 74 '' 'cannot set the mode'
ok 'and there is none' [ ! -e here/token ]
done_testing
