# shellcheck shell=bash disable=SC2034,SC2154 # shared with kis-archive
# Token and requests, for nightly and stocks. The token is in memory alone, since
# not every file system keeps a file from others.
token='' force='' renewed='' fetch_errors='' # a file for kis-fetch's errors

# Sets token. A rejected one is replaced at most once in a run, since each new
# token sends the owner a message. The locks' fds are closed: appsecret_command may
# leave a process behind.
get_token() {
	status=0
	token=$(kis-token ${force:+"$force"} 7>&- 9>&-) || status=$?
	[ "$status" = 0 ] || return
	[ -z "$force" ] || renewed=1
	force=''
}

# Runs kis-fetch. Sets status, and returns it.
fetch() { # output, kis-fetch's options
	status=0
	if [ -n "$fetch_errors" ]; then
		printf '%s\n' "$token" | kis-fetch "${@:2}" -o "$1" 2>"$fetch_errors" ||
			status=$?
	else
		printf '%s\n' "$token" | kis-fetch "${@:2}" -o "$1" || status=$?
	fi
	[ "$status" = 77 ] && [ -z "$renewed" ] || return "$status"
	say 'token rejected; requesting a new one once'
	force=--force token=''
	get_token || return
	fetch "$@"
}

# Waits before a retry if --retry-for allows it, and reports it; else returns 1.
pause_for_retry() { # what failed
	local pause=$((retry_for / 10 < 600 ? retry_for / 10 : 600))
	[ "$pause" -gt 0 ] || pause=1
	((SECONDS + pause <= deadline)) || return 1
	say '%s failed; retrying in %d s' "$1" "$pause"
	sleep "$pause"
}
