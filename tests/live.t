#!/bin/bash
# make live on the simulated server: what the report says of each assumption
# when the server is as assumed, and when it is not.
# KIS_TEST_LIVE=each: turn one option at a time; otherwise several at once.
. "$(dirname "$0")/lib.sh"
need jq curl
clock='--today 20261119 --now 10:00' # a Thursday, before the roll-over

live() { # options of the simulator; leaves the lines in $out
	run env LIVE=sim SIM_OPTIONS="$*" "$ROOT/tests/live.sh" "$BIN" live
}
different() { sed -n 's/^\([^ ]*\)  *different .*/\1/p' "${1:-$out}" | sort | xargs; }

live $clock
check 'as assumed: done' 0 ' 0 different, ' '*'
is 'as assumed: nothing is different' "$(different)" ''
is 'as assumed: every line but one is seen' "$(grep -c ' not seen ' "$out")" 1
like 'what is not seen needs ISSUE=1' "$(grep ' not seen ' "$out" | head -n 1)" '^token-again '
ok 'the report has the responses' grep -q '^== base$' live/report.txt
like 'the report is private' "$(stat -c %a live/report.txt)" '^600$'
requests=$(sed -n '1s/.*, \([0-9]*\) requests.*/\1/p' live/report.txt)
ok "at most 80 requests ($requests)" [ "$requests" -le 80 ]
ok 'no credentials in the report' eval '! grep -Eq "[A-Za-z0-9]{180}|eyJ0[A-Za-z0-9]+\." live/report.txt'

# the option that turns an assumption, and the line that then differs
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
	like "the test turns $name" "$options" "--assume $name="
done

# Every so many lines of the table go into one run, or each into its own.
turn() { # first step
	local n=0 first=$1 step=$2 given='' wanted='' option id
	while IFS='|' read -r option id; do
		n=$((n + 1))
		[ $((n % step)) = "$first" ] || continue
		# what another option of the run decides as well
		case " $wanted " in
		*" $id "*) continue ;;
		esac
		given+=" $option" wanted+=" $id"
	done <<<"$options"
	LIVE=sim SIM_OPTIONS="$clock $given" "$ROOT/tests/live.sh" "$BIN" \
		"live-$first" >"lines-$first" 2>"said-$first" </dev/null
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
	is "turned:$given: these lines differ and no other" "$got" "$wanted"
done

# the report masks what a server repeats
live $clock --fault echo
check 'a server that repeats credentials: refused' 69 '' 'appkey \*\*\*'
ok 'they are masked on stderr' eval '! grep -Eq "[A-Za-z0-9]{30}" "$err"'
live $clock --fault daily.echo
ok 'and on stdout and in the report' eval '! grep -Eq "[A-Za-z0-9]{36}" "$out" live/report.txt'
# what passes is asked for again, and never a difference
live $clock --fault rate:1 --fault html502:1 --fault daily.cut:1
check 'passing faults: nothing is different' 0 ' 0 different, 1 not seen' '*'
# a handshake that is cut off, in the words of curl 7.88
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
check 'a handshake cut off twice: nothing is different' 0 ' 0 different, 1 not seen' '*'
live $clock --fault html502
check 'no answer at all: 75' 75 '' 'was not answered'
live $clock --fault daily.html502
is 'lasting ones: not seen' "$(different)" ''
live --today 20261225 --now 21:00 --holidays 20261225
is 'a holiday on a weekday: nothing is different' "$(different)" ''
live --today 20231115 --now 21:00
is 'another year: nothing is different' "$(different)" ''
# the configuration is kis-token's
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
check 'appsecret_command, blanks around the appkey' 0 ' 0 different, ' '*'
like 'the report names the server when it is not KIS' "$(head -n 1 live/report.txt)" '127.0.0.1.*not KIS'
stdin=/dev/null
sim_stop
run env -u KIS_APPKEY -u KIS_APPSECRET HOME="$T/nowhere" LIVE= "$ROOT/tests/live.sh" "$BIN" live
check 'without credentials: 78' 78 '*' 'no credentials'
sim_start
echo n >no
stdin=no run "$ROOT/tests/live.sh" "$BIN" live
check 'asked, and answered with no: nothing is sent' 75 'at most 80' 'not started'
is 'no request was made' "$(requests)" 0
done_testing
