# shellcheck shell=bash disable=SC2034,SC2154 # shared with kis-archive
# Token and requests, for nightly and stocks. The token is kept in memory only,
# because some file systems cannot protect a file from other users. fetch_errors
# is a file for the messages of kis-fetch; if empty, the messages go to standard
# error.
token='' force='' renewed='' fetch_errors=''

# Sets token to the output of kis-token and status to its exit status. Returns 0
# only if status is 0. If force is --force, requests a new token; on success,
# then sets renewed and clears force, because a run replaces a rejected token
# once at most: KIS sends the account owner a message for each new token. The
# fds of the locks are closed, because appsecret_command may start a process
# that outlives the run.
get_token() {
	status=0
	token=$(kis-token ${force:+"$force"} 7>&- 9>&-) || status=$?
	[ "$status" = 0 ] || return
	[ -z "$force" ] || renewed=1
	force=''
}

# Runs kis-fetch. If the token is rejected, requests a new token and runs
# kis-fetch again, once per run. Sets status to the exit status of kis-fetch, or
# of kis-token if there is no new token. Returns 0 only if status is 0.
fetch() { # output, options of kis-fetch
	status=0
	if [ -n "$fetch_errors" ]; then
		printf '%s\n' "$token" | kis-fetch "${@:2}" -o "$1" 2>"$fetch_errors" ||
			status=$?
	else
		printf '%s\n' "$token" | kis-fetch "${@:2}" -o "$1" || status=$?
	fi
	[ "$status" = 77 ] && [ -z "$renewed" ] || return "$status"
	message 'token rejected; requesting one new token'
	force=--force token=''
	get_token || return
	fetch "$@"
}

# Reports a retry and waits before it for a tenth of --retry-for, at least a
# second and at most 10 minutes. Returns 1 without waiting if the retry would be
# later than --retry-for allows.
pause_for_retry() { # what failed, for the message
	local pause=$((retry_for / 10 < 600 ? retry_for / 10 : 600))
	[ "$pause" -gt 0 ] || pause=1
	((SECONDS + pause <= deadline)) || return 1
	message '%s failed; retrying in %d s' "$1" "$pause"
	sleep "$pause"
}
