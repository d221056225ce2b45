# shellcheck shell=bash disable=SC2034,SC2154 # sourced by kis-archive
# Functions that obtain a token and send requests, for nightly and stocks. The
# token is kept only in memory, because some file systems cannot protect a file
# from other users. fetch_errors is the file for the messages of kis-fetch; if
# it is empty, the messages are printed to standard error.
token='' force='' renewed='' fetch_errors=''

# Sets token to the output of kis-token, and status to its exit status. Returns
# 0 only if status is 0. If force is --force, requests a new token and, on
# success, sets renewed and clears force. A run replaces a rejected token only
# once, because KIS sends the account owner a message for each new token.
# kis-token does not inherit the descriptors of the locks, because
# appsecret_command may start a process that outlives the run.
get_token() {
	status=0
	token=$(kis-token ${force:+"$force"} 7>&- 9>&-) || status=$?
	[ "$status" = 0 ] || return
	[ -z "$force" ] || renewed=1
	force=''
}

# Runs kis-fetch. If the token is rejected, requests a new token and runs
# kis-fetch again, but only once in a run. Sets status to the exit status of
# kis-fetch, or of kis-token if no new token is issued. Returns 0 only if status
# is 0.
fetch() { # arguments: the output file, options of kis-fetch
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

# Reports that a retry follows, then waits for a tenth of --retry-for, but at
# least a second and at most 10 minutes. Returns 1 without waiting if the retry
# would be too late for --retry-for.
pause_for_retry() { # argument: a text that names what failed
	local pause=$((retry_for / 10 < 600 ? retry_for / 10 : 600))
	[ "$pause" -gt 0 ] || pause=1
	((SECONDS + pause <= deadline)) || return 1
	message '%s failed; retrying in %d s' "$1" "$pause"
	sleep "$pause"
}
