#!/bin/bash
# Compares the behavior of a server with kis's assumptions about KIS, and writes
# a report. For each assumption, the report has a line with the observation and
# a verdict. After these lines, it contains the observed responses without
# credentials. The script only reads data, and sends at most 80 requests, 5 per
# second.
set -uo pipefail

usage="usage: live.sh BIN-DIRECTORY OUTPUT-DIRECTORY

Writes OUTPUT-DIRECTORY/report.txt. Asks before it starts.

  LIVE=sim    use the simulated server; SIM_OPTIONS are its options
  ISSUE=1     also request a second token, of which KIS sends a message

Credentials are those of kis-token: KIS_APPKEY with KIS_APPSECRET, or the
profile KIS_PROFILE (default: default) of the credentials file."

case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
esac
if [ $# != 2 ] || [[ $1 == -* ]]; then
	echo "$usage" >&2
	exit 64
fi
bin=$(cd "$1" && pwd) || exit 66
mkdir -p "$2" || exit 73
output=$(cd "$2" && pwd)
export PATH=$bin:$PATH LC_ALL=C
umask 077
work=$(mktemp -d) || exit 73
simulator=''
finish() {
	[ -z "$simulator" ] || { kill "$simulator"; wait "$simulator"; }
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

fail() { # arguments: status text
	echo "live.sh: $2" >&2
	exit "$1"
}

for tool in curl jq; do
	command -v $tool >"$work/which" ||
		fail 69 "$tool is not installed; run: tests/setup.sh live"
done

# --- start the simulated server, or ask the user before using KIS
pause=0.2 server='KIS'
if [ "${LIVE-}" = sim ]; then
	pause=0 server='the simulated server'
	unset KIS_PROFILE CREDENTIALS_DIRECTORY CACHE_DIRECTORY
	# shellcheck disable=SC2086 # $SIM_OPTIONS contains several options
	kis-sim --dir "$work/sim" --for 300 --rate 1000 --minute 0 \
		${SIM_OPTIONS-} &
	simulator=$!
	for _ in {1..200}; do
		[ ! -e "$work/sim/env" ] || break
		kill -0 "$simulator" || exit 70
		sleep 0.02
	done
	# shellcheck source=/dev/null
	. "$work/sim/env"
else
	code=0
	kis-token --status >"$work/status" 2>&1 || code=$?
	[ "$code" != 78 ] || { cat "$work/status" >&2; exit 78; }
	[ -z "${KIS_BASE_URL-}" ] || server="the server $KIS_BASE_URL, not KIS,"
	echo "This asks ${KIS_BASE_URL:-KIS itself}: at most 80 read-only requests, 5 a second." \
		"It may issue a token, of which KIS sends you a message."
	read -rp 'Go on? [y/N] ' answer
	[[ $answer == [yY]* ]] || fail 75 'not started'
fi
base=${KIS_BASE_URL:-https://openapi.koreainvestment.com:9443}

# --- read the credentials by the rules of kis-credentials(5)
strip() { # removes whitespace, then one pair of quotes, like kis-token
	sed -e 's/^[ \t\r]*//; s/[ \t\r]*$//' \
		-e "s/^\(['\"]\)[ \t]*\(.*[^ \t]\)[ \t]*\1\$/\2/"
}
HOME=${HOME-/nonexistent}
appkey=${KIS_APPKEY-} appsecret=${KIS_APPSECRET-}
if [ -z "$appkey" ] && [ -e "${CREDENTIALS_DIRECTORY:-/nonexistent}/kis-appkey" ]; then
	appkey=$(cat "$CREDENTIALS_DIRECTORY/kis-appkey")
	appsecret=$(cat "$CREDENTIALS_DIRECTORY/kis-appsecret")
elif [ -z "$appkey" ]; then
	file=${XDG_CONFIG_HOME:-$HOME/.config}/kis/credentials.json
	profile=$(sed '1s/^\xEF\xBB\xBF//' "$file" |
		jq -ce --arg p "${KIS_PROFILE:-default}" '.[$p]') ||
		fail 78 "cannot read '$file'"
	[ "$(jq -r '.custtype // "P"' <<<"$profile")" = P ] ||
		fail 78 'profiles of corporations (custtype B) are not supported here'
	appkey=$(jq -r .appkey <<<"$profile")
	appsecret=$(jq -r '.appsecret // ""' <<<"$profile")
	if [ -z "$appsecret" ]; then
		mapfile -t command < <(jq -r '.appsecret_command[]' <<<"$profile")
		appsecret=$("${command[@]}" </dev/null) ||
			fail 78 'appsecret_command failed'
	fi
fi
appkey=$(strip <<<"$appkey") appsecret=$(strip <<<"$appsecret")
token=$(kis-token) || exit

# Prints the headers as a configuration of curl, so that no secret is in curl's
# arguments.
headers() { # arguments: trid [custtype] [token]
	printf 'header = "%s"\n' 'Content-Type: application/json; charset=utf-8' \
		"authorization: Bearer ${3-$token}" "appkey: $appkey" \
		"appsecret: $appsecret" "tr_id: $1" 'tr_cont;'
	[ -z "${2-}" ] || printf 'header = "custtype: %s"\n' "$2"
	[ -z "${KIS_CACERT-}" ] || printf 'cacert = "%s"\n' "$KIS_CACERT"
}
# Filters standard input. Masks eight or more consecutive characters of a
# secret, in any letter case, also percent-encoded or escaped for JSON. Replaces
# control characters with ?.
mask() {
	KIS_MASK="$token
$appkey
$appsecret" awk '
	function value(h) { return index("0123456789abcdef", tolower(h)) - 1 }
	# returns the decoded character at position i; sets width to the number
	# of characters from which it was decoded
	function plain(s, i,    c) {
		c = substr(s, i, 1); width = 1
		if (c == "%" && substr(s, i + 1, 2) ~ /^[0-9A-Fa-f][0-9A-Fa-f]$/) {
			width = 3
			return sprintf("%c", value(substr(s, i + 1, 1)) * 16 + value(substr(s, i + 2, 1)))
		}
		if (c == "\\" && substr(s, i + 1, 5) ~ /^u00[0-9A-Fa-f][0-9A-Fa-f]$/) {
			width = 6
			return sprintf("%c", value(substr(s, i + 4, 1)) * 16 + value(substr(s, i + 5, 1)))
		}
		if (c == "\\" && i < length(s)) { width = 2; return substr(s, i + 1, 1) }
		return c
	}
	BEGIN {
		n = split(ENVIRON["KIS_MASK"], secret, "\n")
		for (k = 1; k <= n; k++) {
			text = tolower(secret[k])
			for (j = 1; j + 7 <= length(text); j++)
				piece[substr(text, j, 8)] = 1
		}
	}
	{
		# `all` is the decoded text; at[i] is the position in the line of
		# the i-th decoded character
		count = 0; all = ""
		for (i = 1; i <= length($0); i += width) {
			all = all substr(tolower(plain($0, i)) " ", 1, 1)
			at[++count] = i
		}
		at[count + 1] = length($0) + 1
		line = ""; hidden = 0
		for (c = 1; c <= count; c++) {
			if (substr(all, c, 8) in piece)
				hidden = c + 8
			line = line (c < hidden ? "*" : substr($0, at[c], at[c + 1] - at[c]))
		}
		gsub(/[\001-\010\013-\037\177]/, "?", line)
		print line
	}'
}

# --- ask NAME REQUEST QUERY sends a request. It sets $status to the HTTP status
# and $body to the file of the response, and writes the response headers to
# NAME.head.
requests=0 body='' status='' curl=0
RANKING=FHPST04820000,/uapi/domestic-stock/v1/ranking/short-sale
DAILY=FHPST04830000,/uapi/domestic-stock/v1/quotations/daily-short-sale
ask() { # uses $custtype, $bearer; sets $curl to the status of curl
	local name=$1 request=$2 query=$3
	shift 3
	body=$work/$name.json
	for try in 1 2 3; do
		requests=$((requests + 1))
		[ "$requests" -le 80 ] || fail 70 'more than 80 requests'
		sleep "$pause"
		: >"$body"
		curl=0
		# -q ignores ~/.curlrc, which could send the headers elsewhere
		status=$(headers "${request%,*}" "${custtype-P}" "${bearer-$token}" |
			curl -q -sS -m 30 --http1.1 -K - -D "$work/$name.head" \
				-o "$body" -w '%{http_code}' "$@" \
				"$base${request#*,}?$query" \
				2>"$work/$name.err") || curl=$?
		[ "$curl" = 0 ] || status=000
		read_facts
		passing || return 0
		[ "$pause" = 0 ] || sleep "$try"
	done
}
# Writes to $body.facts, one per line: whether the response is a transient error
# (true or false), rt_cd, the error code and the text. jq starts so slowly that
# running it once per response instead of once per value halves the run time.
read_facts() {
	jq -r '(.msg_cd // .error_code) as $code | ($code // .message // "" | tostring |
		test("^(EGW00(00[12]|20[123]|215|30[012]|31[67]|500)|OPSQ(0003|0008|1002))$")),
		([.rt_cd, $code, .msg1][] | tostring | gsub("\n"; " "))' \
		"$body" >"$body.facts" 2>"$work/jq.err" && [ -s "$body.facts" ] ||
		printf '%s\n' true '' '' '' >"$body.facts"
}
# Succeeds if the response in $body is a transient error, which shows nothing
# about the assumption: a gateway's page, the rate limit, a temporary error of
# KIS, a closed connection or a truncated response.
passing() {
	local transient
	read -r transient <"$body.facts"
	[ "$transient" = true ]
}
field() { jq -r "$1" "$body" 2>"$work/jq.err"; }
unseen() { line "$1" 'not seen' "$2" "$3"; }

declare -A rank
# Requests the ranking with the ten query keys. An argument KEY=VALUE sets the
# value of a key, and KEY=- removes the key.
ranking() {
	local name=$1 pair query=''
	shift
	rank=([FID_COND_MRKT_DIV_CODE]=J [FID_COND_SCR_DIV_CODE]=20482
		[FID_INPUT_ISCD]=0000 [FID_PERIOD_DIV_CODE]=D [FID_INPUT_CNT_1]=0
		[FID_APLY_RANG_VOL]='' [FID_TRGT_CLS_CODE]=''
		[FID_TRGT_EXLS_CLS_CODE]='' [FID_APLY_RANG_PRC_1]=''
		[FID_APLY_RANG_PRC_2]='')
	while [[ ${1-} == FID_* ]]; do
		if [ "${1#*=}" = - ]; then
			unset "rank[${1%%=*}]"
		else
			rank[${1%%=*}]=${1#*=}
		fi
		shift
	done
	for pair in "${!rank[@]}"; do
		query+="&$pair=${rank[$pair]}"
	done
	ask "$name" $RANKING "${query#&}" "$@"
}
daily() { # arguments: name code from to [division]
	ask "$1" $DAILY "FID_COND_MRKT_DIV_CODE=${5-J}&FID_INPUT_ISCD=$2&FID_INPUT_DATE_1=$3&FID_INPUT_DATE_2=$4"
}

lines=$work/lines bodies=()
: >"$lines"
line() { # arguments: id verdict assumed seen
	printf '%-22s %-10s  assumed: %s; seen: %s\n' "$1" "$2" "$3" "$4" |
		tr '\n\t' '  ' | sed 's/ *$//' >>"$lines"
	echo >>"$lines"
}
# Runs the command and writes a line of the report: "as assumed" if the command
# succeeds, otherwise "different". After a transient error, the line has the
# verdict "not seen".
judge() { # arguments: id assumed seen command…
	local id=$1 assumed=$2 seen=$3 verdict='different' name=${body##*/}
	shift 3
	name=${name%.json}
	if [ -n "$body" ] && passing; then
		line "$id" 'not seen' "$assumed" "$(seen_code)"
		return
	fi
	if "$@" >"$work/judge" 2>&1; then
		verdict='as assumed'
	fi
	line "$id" "$verdict" "$assumed" "$seen"
}
holds() { [ -s "$body" ] && jq -e "$1" "$body"; }
rests_on() { bodies+=("$1"); }
seen_code() {
	local facts
	mapfile -t facts <"$body.facts"
	echo "HTTP $status, rt_cd ${facts[1]}, ${facts[2]}, $(sed 's/ *$//' <<<"${facts[3]}")"
}

# --- check the assumptions about the token
judge token-shape 'a JWT of at most 350 characters' "${#token} characters, $(tr -dc . <<<"$token" | wc -c) dots" \
	eval '[[ ${#token} -le 350 && $token == *.*.* ]]'
if [ -n "${ISSUE-}" ]; then
	if ! again=$(kis-token -q --force); then
		unseen token-again 'the same token within six hours' 'no second token was issued'
		again=$token
	else
	judge token-again 'the same token within six hours' \
		"$([ "$again" = "$token" ] && echo the same || echo another)" \
		[ "$again" = "$token" ]
	fi
	token=$again
else
	line token-again 'not seen' 'the same token within six hours' 'ISSUE=1 requests a second one'
fi

# --- check the assumptions about the ranking
ranking base
rests_on base
now=$(TZ=UTC-9 date +%Y%m%d) clock=$(TZ=UTC-9 date +%H%M)
# use the time of the server's Date header if the response has it
if date=$(sed -n 's/^Date: //p' "$work/base.head" | tr -d '\r') && [ -n "$date" ]; then
	now=$(TZ=UTC-9 date -d "$date" +%Y%m%d) clock=$(TZ=UTC-9 date -d "$date" +%H%M)
fi
weekday=$(date -ud "$now" +%u)
newest=$(field '.output[0].stnd_date2')
rows=$(field '.output | length')
[ "$status" = 200 ] && [ "${rows:-0}" -gt 0 ] ||
	fail "$(passing && echo 75 || echo 69)" \
		"the ranking was not answered: $(seen_code | mask)"
# Compute the lifetime of the token from the time of issue, by the server's
# clock. If KIS wrote the expiry in UTC, the lifetime would be nine hours too
# short.
cache=${CACHE_DIRECTORY:-${XDG_CACHE_HOME:-$HOME/.cache}/kis}
entry=$(jq -c --arg t "$token" 'select(.token == $t)' "$cache"/*.token 2>"$work/jq.err")
if [ -n "$entry" ] && [ -n "$date" ]; then
	expires=$(jq -r .expires <<<"$entry")
	lifetime=$(($(TZ=UTC-9 date -d "$expires" +%s) - $(date -d "$date" +%s) + \
		$(date +%s) - $(jq .asked <<<"$entry")))
	judge token-expiry 'Korean time, 18 to 24 hours after the request' \
		"$expires, $((lifetime / 60)) minutes" \
		[ $((lifetime > 64700 && lifetime < 86500)) = 1 ]
else
	line token-expiry 'not seen' 'Korean time, 18 to 24 hours after the request' 'no cached token'
fi
judge header-case 'tr_id and tr_cont in lower case, Content-Type not' \
	"$(grep -oiE '^(tr_id|tr_cont|content-type)' "$work/base.head" | sort | xargs)" \
	eval 'grep -q ^tr_cont: "$work/base.head" && grep -q ^Content-Type: "$work/base.head"'
judge ranking-rows 'at most 30' "$rows" [ "$rows" -le 30 ]
judge ranking-order 'by ssts_cntg_qty, falling' \
	"$(field '[.output[:4][].ssts_cntg_qty] | join(" ")')" \
	holds '[.output[].ssts_cntg_qty | tonumber] | . == (sort | reverse)'
judge ranking-dates 'base dates in row 1 only, "0" below' \
	"$(field '[.output[].stnd_date2] | unique | join(" ")')" \
	holds '[.output[1:][].stnd_date2] | unique == ["0"]'
if [ "$weekday" -gt 5 ]; then
	line base-date 'not seen' 'today from the evening on, before it the business day before' \
		"$newest at $clock on $now, a weekend"
elif [ "$clock" -ge 2030 ] && [ "$newest" != "$now" ] && [[ ${SIM_OPTIONS-} == *--holidays* || -z ${LIVE-} ]]; then
	unseen base-date 'today from the evening on' "$newest at $clock on $now, which may be a holiday"
elif [ "$clock" -ge 2030 ]; then
	judge base-date "today from the evening on (a holiday apart)" \
		"$newest at $clock on $now" [ "$newest" = "$now" ]
elif [ "$clock" -lt 1540 ]; then
	judge base-date 'the business day before until the market closes' \
		"$newest at $clock on $now" [ "$newest" != "$now" ]
else
	line base-date 'not seen' 'rolls over between 15:40 and 20:30' "$newest at $clock on $now"
fi
# shellcheck disable=SC2034 # eval reads $codes
codes=$(field '[.output[].mksc_shrn_iscd] | join(" ")')
price=$(field '.output[0].stck_prpr | tonumber')
ranking zero FID_APLY_RANG_VOL=0 FID_TRGT_CLS_CODE=0 FID_TRGT_EXLS_CLS_CODE=0
rests_on zero
judge zero-filter '"0" does not filter, like an empty value' "$(seen_code)" \
	eval '[ "$(field "[.output[].mksc_shrn_iscd] | join(\" \")")" = "$codes" ]'
ranking count5 FID_INPUT_CNT_1=5
rests_on count5
five=$(field '.output[0].stnd_date1') seen=$(seen_code)
ranking count29 FID_INPUT_CNT_1=29
rests_on count29
last=$(field '.output[0].stnd_date1') seen_last=$(seen_code)
# count the business days: a stock has one daily row for each of them
daily count 005930 "$last" "$newest"
rests_on count
days=$(field '[.output2[].stck_bsop_date] | length')
days5=$(field "[.output2[].stck_bsop_date | select(. >= \"$five\")] | length")
judge counts 'any count is business days less one (5, 29)' \
	"5: $days5 days from $five, 29: $days days from $last; $seen; $seen_last" \
	[ "$days5 $days" = '6 30' ]
custtype='' ranking custtype
rests_on custtype
judge custtype 'may be missing' "$(seen_code)" holds '.rt_cd == "0"'
# query the price again, because prices change during market hours
ranking price
price=$(field '.output[0].stck_prpr | tonumber')
ranking bounds FID_APLY_RANG_PRC_1="$price" FID_APLY_RANG_PRC_2="$price"
rests_on bounds
outside=$(field "[.output[] | select((.stck_prpr | tonumber) != $price)] | length")
inside=$(field "[.output[] | select((.stck_prpr | tonumber) == $price)] | length")
seen="rows at $price: $inside, at other prices: $outside"
ranking after
if [ "$(field '.output[0].stck_prpr | tonumber')" != "$price" ] && [ "$inside$outside" = 00 ]; then
	unseen price-bounds 'inclusive' "$seen, the price moved"
else
	judge price-bounds "inclusive: a range of one price has its rows" "$seen" \
		[ "$outside" = 0 -a "${inside:-0}" -gt 0 ]
fi
ranking empty FID_APLY_RANG_PRC_1=1 FID_APLY_RANG_PRC_2=1
rests_on empty
if [ "$(field '.output | length')" -gt 0 ] 2>"$work/jq.err" && [ "$(field '.output[0] | length')" -gt 0 ]; then
	unseen empty-list 'rt_cd "0" with output []' 'the price range is ignored'
else
judge empty-list 'rt_cd "0" with output []' "$(jq -c '{output, rt_cd, msg_cd}' "$body")" \
	holds '.rt_cd == "0" and .output == []'
fi
ranking missing FID_TRGT_CLS_CODE=-
rests_on missing
text=$(field '.msg1' | sed 's/ *$//')
ranking wrong FID_COND_MRKT_DIV_CODE='%3F'
rests_on wrong
other=$(field '.msg1' | sed 's/ *$//')
judge error-texts 'OPSQ2001, HTTP 200: ERROR INPUT FIELD NOT FOUND [KEY], ERROR INVALID KEY' \
	"$text; $other" eval '[[ $text == "ERROR INPUT FIELD NOT FOUND [FID_TRGT_CLS_CODE]" && $other == "ERROR INVALID FID_COND_MRKT_DIV_CODE" ]]'
bearer=not-a-token ranking bad-token
rests_on bad-token
judge bad-token 'HTTP 500, EGW00121' "$(seen_code)" \
	eval '[ "$status $(field .msg_cd)" = "500 EGW00121" ]'
ranking tls --tls-max 1.2
# curl exits with 35 if the TLS handshake fails; the error message depends on
# the version of curl
if [ "$curl" = 35 ]; then
	line tls different 'TLS 1.2 is accepted' "$(tail -n 1 "$work/tls.err")"
else
	judge tls 'TLS 1.2 is accepted' accepted [ "$status" = 200 ]
fi
requests=$((requests + 2))
sleep "$pause"
kept=$(headers FHPST04820000 P | curl -q -sS -m 30 --http1.1 -K - \
	-o "$work/kept1" -o "$work/kept2" -w '%{num_connects} ' \
	"$base/" "$base/" 2>"$work/kept.err")
body='' judge keep-alive 'a connection is kept' "new connections for two requests: $kept" \
	[ "$kept" = '1 0 ' ]

# --- check the assumptions about daily rows
daily page 005930 "$(date -ud "$newest -300 days" +%Y%m%d)" "$newest"
rests_on page
judge daily-rows 'at most 100, newest first' "$(field '.output2 | length'), from $(field '.output2[0].stck_bsop_date')" \
	holds '(.output2 | length) == 100 and ([.output2[].stck_bsop_date] | . == (sort | reverse))'
daily newest 005930 '' ''
rests_on newest
judge daily-blank 'without dates the newest 100 rows' "$(field '.output2 | length'), from $(field '.output2[0].stck_bsop_date')" \
	holds "(.output2 | length) == 100 and .output2[0].stck_bsop_date >= \"$newest\""
daily since 005930 20090101 20090131
rests_on since
judge daily-since 'from 2009 on' "$(field '[.output2[].stck_bsop_date // empty] | length') rows of January 2009" \
	holds '[.output2[].stck_bsop_date // empty | select(startswith("200901"))] | length > 0'
daily window 005930 "$(date -ud "$newest -400 days" +%Y%m%d)" "$newest"
rests_on window
judge daily-window 'sums start at DATE_1, also beyond 100 days' \
	"the oldest of $(field '.output2 | length') rows: stnd_vol_smtn $(field '.output2[-1].stnd_vol_smtn'), acml_vol $(field '.output2[-1].acml_vol')" \
	holds '.output2[-1] | (.stnd_vol_smtn | tonumber) > (.acml_vol | tonumber)'
# Succeeds if today is certainly a trading day on which the market has opened:
# it is 09:00 or later, and the server is kis-sim without --holidays. The caller
# excludes weekends. Always fails with the real server, because today may be a
# holiday.
open_today() { [ "$clock" -ge 0900 ] && [ -n "${LIVE-}" ] && [[ ${SIM_OPTIONS-} != *--holidays* ]]; }
daily today 005930 "$now" "$now"
rests_on today
if [ "$weekday" -gt 5 ] || [ "$newest" = "$now" ]; then
	line daily-today 'not seen' 'a zero row of today until its figures arrive' \
		"base date $newest at $clock on $now: $(jq -c '.output2' "$body" | head -c 120)"
elif ranking again; [ "$(field '.output[0].stnd_date2')" != "$newest" ]; then
	unseen daily-today 'a zero row of today until its figures arrive' 'the base date rolled over meanwhile'
elif body=$work/today.json; [ "$(field '.output2 | length')" = 0 ] && ! open_today; then
	unseen daily-today 'a zero row of today until its figures arrive' "no row on $now, which may be a holiday"
else
	judge daily-today 'a zero row of today until its figures arrive' \
		"$(jq -c '[.output2[] | {stck_bsop_date, ssts_cntg_qty}]' "$body")" \
		holds '.output2[0].ssts_cntg_qty == "0"'
fi
daily reversed 005930 20260130 20260102
rests_on reversed
judge daily-reversed 'DATE_1 after DATE_2: rows that are {}' "$(jq -c .output2 "$body" | head -c 120)" \
	holds '(.output2 | length) > 0 and all(.output2[]; . == {})'
daily unknown 999999 20260102 20260130
rests_on unknown
judge daily-unknown-code 'rt_cd "0" and []' "$(jq -c '{output2, rt_cd, msg_cd}' "$body" | head -c 120)" \
	holds '.rt_cd == "0" and .output2 == []'
daily unlisted 377300 20211001 20211029
rests_on unlisted
judge daily-unlisted 'no rows before the listing (377300, 2021-11-03)' "$(jq -c .output2 "$body" | head -c 120)" \
	holds '.output2 | map(select(. != {})) == []'
daily suspended 005930 20180430 20180503
rests_on suspended
judge daily-suspended 'rows without volume while suspended (005930, 2018-04-30 to 2018-05-03)' \
	"$(jq -c '[.output2[] | {stck_bsop_date, acml_vol}]' "$body" | head -c 200)" \
	holds '.output2 | length > 0 and all(.acml_vol == "0")'
daily split 005930 20180402 20180427
rests_on split
if [ "$(field '[.output2[] | select(.avrg_prc != "0")] | length')" = 0 ]; then
	unseen daily-split 'prices before a split are adjusted' 'no short sales in the window'
else
judge daily-split 'prices before a split are adjusted, short sales are not (005930, 50 for 1)' \
	"$(field '[.output2[] | select(.avrg_prc != "0") | "high " + .stck_hgpr + ", average " + .avrg_prc][0]')" \
	holds '[.output2[] | select(.avrg_prc != "0")] | length > 0 and
		all((.avrg_prc | tonumber) > 5 * (.stck_hgpr | tonumber))'
fi
daily nx 005930 20260102 20260109 NX
rests_on nx
# shellcheck disable=SC2034 # eval reads $seen and $nx
seen=$(seen_code) nx=$(field .rt_cd)
daily un 005930 20260102 20260109 UN
rests_on un
judge daily-division 'NX and UN are refused' "$seen; $(seen_code)" \
	eval '[[ $nx != 0 && $(field .rt_cd) != 0 ]]'
ranking week FID_INPUT_CNT_1=4
rests_on week
row=$(jq -c '.output[0]' "$body")
code=$(jq -r .mksc_shrn_iscd <<<"$row")
daily sums "$code" "$(jq -r .stnd_date1 <<<"$row")" "$(jq -r .stnd_date2 <<<"$row")"
rests_on sums
sum() { field "[.output2[].$1 | tonumber] | add"; }
judge ranking-is-sum 'a ranking row is the sum of its daily rows' \
	"$code: ssts_cntg_qty $(jq -r .ssts_cntg_qty <<<"$row") and $(sum ssts_cntg_qty), ssts_tr_pbmn $(jq -r .ssts_tr_pbmn <<<"$row") and $(sum ssts_tr_pbmn)" \
	eval '[[ $(jq -r .ssts_cntg_qty <<<"$row") == "$(sum ssts_cntg_qty)" && $(jq -r .ssts_tr_pbmn <<<"$row") == "$(sum ssts_tr_pbmn)" && $(jq -r .acml_tr_pbmn <<<"$row") == "$(sum acml_tr_pbmn)" ]]'

# --- the report is written to a temporary file, then renamed
{
	echo "What $server does, $(TZ=UTC-9 date '+%Y-%m-%d %H:%M') Korean time, $requests requests, $(kis-fetch --version)"
	echo
	cat "$lines"
	echo
	for name in "${bodies[@]}"; do
		echo "== $name"
		head -c 100000 "$work/$name.json"
		echo
	done
} | mask >"$work/report"
mv "$work/report" "$output/report.txt" || exit 73
mask <"$lines"
count() { cut -c24-33 "$lines" | grep -c "^$1 *$"; }
echo
echo "$(count 'as assumed') as assumed, $(count different) different, $(count 'not seen') not seen; $output/report.txt"
