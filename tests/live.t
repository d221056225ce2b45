#!/bin/bash
# live.sh, run on the simulated server, reports correctly for each assumption
# about KIS whether it is true or false.
# KIS_TEST_LIVE=each: change one option in each run; otherwise, a run changes
# several options.
. "$(dirname "$0")/lib.sh"
need jq curl
clock='--today 20261119 --now 10:00' # a Thursday, before the base-date rollover

live() { # runs live.sh with kis-sim's options; sets $out
	run env LIVE=sim SIM_OPTIONS="$*" "$ROOT/tests/live.sh" "$BIN" live
}
different() { sed -n 's/^\([^ ]*\)  *different .*/\1/p' "${1:-$out}" | sort | xargs; }

live $clock
check 'all assumptions true: exit status 0' 0 ' 0 different, ' '*'
is 'all assumptions true: none is reported as different' "$(different)" ''
is 'all assumptions true: all but one are checked' "$(grep -c ' not seen ' "$out")" 1
like 'all assumptions true: token-again is not checked without ISSUE=1' "$(grep ' not seen ' "$out" | head -n 1)" '^token-again '
ok 'report: contains the responses' grep -q '^== base$' live/report.txt
like 'report: mode 600' "$(stat -c %a live/report.txt)" '^600$'
requests=$(sed -n '1s/.*, \([0-9]*\) requests.*/\1/p' live/report.txt)
ok "report: at most 80 requests ($requests)" [ "$requests" -le 80 ]
ok 'report: contains no credentials' eval '! grep -Eq "[A-Za-z0-9]{180}|eyJ0[A-Za-z0-9]+\." live/report.txt'

# Each line has an option of kis-sim that makes an assumption false, and the id
# of the report line about that assumption.
options='--assume token-shape=opaque|token-shape
--assume expiry-zone=utc|token-expiry
--assume header-case=title|header-case
--cap 100|ranking-rows
--assume order=ratio|ranking-order
--assume dates=every|ranking-dates
--rollover 09:00|base-date
--assume zero=refused|zero-filter
--assume counts=listed|counts
--assume custtype=required|custtype
--bounds half-open|price-bounds
--bounds exclusive|price-bounds
--bounds ignored|price-bounds
--assume empty=missing|empty-list
--assume empty=null|empty-list
--assume empty=objects|empty-list
--assume texts=other|error-texts
--assume bad-token=401|bad-token
--assume tls=1.3|tls
--assume keep-alive=no|keep-alive
--page 30 --newest 100|daily-rows
--newest 30|daily-blank
--since 2010|daily-since
--assume window=page|daily-window
--assume today-row=absent|daily-today
--assume reversed=list|daily-reversed
--assume unknown-code=missing|daily-unknown-code
--assume before-listing=zero|daily-unlisted
--assume suspended=none|daily-suspended
--assume split=raw|daily-split
--assume division=any|daily-division
--assume sums=differ|ranking-is-sum'
names=$(kis-sim --help | sed -n 's/^  \([a-z0-9-]*\)=.*|.*/\1/p')
for name in $names; do
	like "table of options: contains --assume $name" "$options" "--assume $name="
done

# Runs live.sh once with the options of every n-th line of $options, starting at
# first-line.
turn() { # arguments: first-line n
	local n=0 first=$1 step=$2 given='' wanted='' option id
	while IFS='|' read -r option id; do
		n=$((n + 1))
		[ $((n % step)) = "$first" ] || continue
		# skip an option if another option of this run changes the same
		# line of the report
		case " $wanted " in
		*" $id "*) continue ;;
		esac
		given+=" $option" wanted+=" $id"
	done <<<"$options"
	LIVE=sim SIM_OPTIONS="$clock $given" "$ROOT/tests/live.sh" "$BIN" \
		"live-$first" >"lines-$first" 2>"printed-$first" </dev/null
	printf '%s|%s|%s\n' "$given" "$(xargs -n1 <<<"$wanted" | sort | xargs)" \
		"$(different "lines-$first")" >"turned-$first"
}
step=5
[ "${KIS_TEST_LIVE-}" != each ] || step=$(wc -l <<<"$options")
for ((first = 0; first < step; first++)); do
	turn "$first" "$step" &
	[ $((first % 4)) != 3 ] || wait
done
wait
for ((first = 0; first < step; first++)); do
	IFS='|' read -r given wanted got <"turned-$first"
	is "live with$given: exactly these lines are different" "$got" "$wanted"
done

# credentials repeated by the server are masked in the report
live $clock --fault echo
check 'server repeats credentials: exit status 69' 69 '' 'appkey \*\*\*'
ok 'server repeats credentials: masked on standard error' eval '! grep -Eq "[A-Za-z0-9]{30}" "$err"'
live $clock --fault daily.echo
ok 'server repeats credentials in daily rows: masked in output and report' eval '! grep -Eq "[A-Za-z0-9]{36}" "$out" live/report.txt'
# transient errors are retried, and no line of the report gets the verdict
# "different"
live $clock --fault rate:1 --fault html502:1 --fault daily.cut:1
check 'transient errors: no line is different' 0 ' 0 different, 1 not seen' '*'
# a failed TLS handshake does not get the verdict "different"; the stub prints
# the message of curl 7.88
mkdir bin
ln -s "$BIN"/kis-* bin
cat >bin/curl <<'end'
#!/bin/sh
echo >>"$0.calls"
case $(wc -l <"$0.calls") in
3 | 4)
	echo 'curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL' >&2
	exit 35
	;;
esac
PATH=${PATH#*:}
exec curl "$@"
end
chmod +x bin/curl
BIN=$PWD/bin live $clock
check 'two failed TLS handshakes: no line is different' 0 ' 0 different, 1 not seen' '*'
live $clock --fault html502
check 'persistent HTTP 502: exit status 75' 75 '' 'was not answered'
live $clock --fault daily.html502
is 'persistent HTTP 502 for daily rows: no line is different' "$(different)" ''
live --today 20261225 --now 21:00 --holidays 20261225
is 'holiday on a weekday: no line is different' "$(different)" ''
live --today 20231115 --now 21:00
is 'another year: no line is different' "$(different)" ''
# live.sh reads credentials as kis-token does
sim_start --minute 0 --rate 1000
mkdir -p "$HOME/.config/kis"
printf '#!/bin/sh\nprintf "%%s\\n" "%s"\n' "$KIS_APPSECRET" >command
chmod +x command
jq -n --arg k " $KIS_APPKEY " --arg c "$PWD/command" \
	'{default: {appkey: $k, appsecret_command: [$c, "an argument"]}}' \
	>"$HOME/.config/kis/credentials.json"
chmod 600 "$HOME/.config/kis/credentials.json"
echo y >yes
stdin=yes run env -u KIS_APPKEY -u KIS_APPSECRET "$ROOT/tests/live.sh" "$BIN" live
check 'appsecret_command, whitespace around the appkey: exit status 0' 0 ' 0 different, ' '*'
like 'report: names a server other than KIS' "$(head -n 1 live/report.txt)" '127.0.0.1.*not KIS'
stdin=/dev/null
sim_stop
run env -u KIS_APPKEY -u KIS_APPSECRET HOME="$T/nowhere" LIVE= "$ROOT/tests/live.sh" "$BIN" live
check 'no credentials: exit status 78' 78 '*' 'no credentials'
sim_start
echo n >no
stdin=no run "$ROOT/tests/live.sh" "$BIN" live
check 'answer "n" to the prompt: exit status 75' 75 'at most 80' 'not started'
is 'answer "n" to the prompt: no request is sent' "$(requests)" 0
done_testing
