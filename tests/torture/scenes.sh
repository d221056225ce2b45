# Defines scenes, the main uses of the programs, for tests with injected faults.
# torture.t and crash.t source this file after lib.sh.
#
#	scene_start            starts the server and creates shared files
#	each_scene FUNCTION    calls FUNCTION NAME [OPTION…] -- COMMAND [ARG…]
#	                       for each scene, in a new directory; the options
#	                       are those of torture.c
#	sweep RUNS WAY NAME …  runs the program torture once, as one test: with
#	                       RUNS random faults of the kind WAY, or with every
#	                       possible fault if RUNS is 0
#
# By default, each scene is tested with a random sample of faults, which
# KIS_TEST_SEED selects. If KIS_TEST_TORTURE is "whole", each scene is tested
# with every possible fault, but with at most 2,000 memory faults and 100 kills
# at random moments.

# shellcheck shell=bash disable=SC2154 # variables of lib.sh
TOOLS=${BIN%/bin}/torture
# a fixed default seed makes a failure repeatable
SEED=${KIS_TEST_SEED:=1}
[ -x "$TOOLS/torture" ] || skip_all 'make check builds what this runs'
# With sanitizers, runs are also checked for leaks, but memory faults are
# skipped. Only root can run the leak check, because the processes are not
# dumpable.
sanitized=''
if nm "$BIN/kis-tocsv" 2>"$err" | grep -q __asan_init; then
	sanitized=1
	export ASAN_OPTIONS=verify_asan_link_order=0:exitcode=99
	[ "$(id -u)" = 0 ] || ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
fi

scene_start() {
	# with few processors, a run takes hours
	sim_start --minute 0 --rate 10000 --shares 90 --with-token --for 14400
	mkdir keep
	cp "$SIM/token" keep/token
	kis-token -q >"$out" || skip_all 'kis-token does not work'
	cp -rp "$SIM/cache" keep/cache
	KIS_APPKEY_REAL=$KIS_APPKEY
	KIS_APPSECRET_REAL=$KIS_APPSECRET
	kis-fetch -q --token-file keep/token -m kospi,kosdaq >keep/in.ndjson
	kis-fetch -q --token-file keep/token --raw >keep/body
	# this input fills the first output block, and its compressed rows are
	# larger than kis-toxlsx's memory buffers
	awk 'BEGIN { srand(1); for (i = 0; i < 20000; i++) {
		printf "{\"n\":\"%d\",\"name\":\"삼성 \\\"%d\\\"\",\"x\":%d.5," \
			"\"y\":\"", i, i, i
		for (j = 0; j < 60; j++)
			printf "%08x", 4294967296 * rand()
		print "\"}" } }' >keep/long.ndjson
	for _ in 1 2 3 4 5 6 7 8; do
		sed "s/\"market\":\"[0-9]*\"/\"market\":\"1001\"/" keep/in.ndjson
	done >keep/sheets.ndjson
}

# Creates a new directory scene/ and sets TMPDIR and the XDG directories to
# subdirectories of scene/work/.
setting() {
	cd "$T" || exit 1
	rm -rf scene
	mkdir -p scene/work/tmp scene/work/out
	cd scene || exit 1
	ln -s ../keep keep
	echo 'the old file' >work/out/r
	export TMPDIR=$PWD/work/tmp XDG_CACHE_HOME=$PWD/work/cache
	export XDG_CONFIG_HOME=$PWD/work/config
	export KIS_APPKEY=$KIS_APPKEY_REAL KIS_APPSECRET=$KIS_APPSECRET_REAL
}

with_cache() { cp -rp "$T/keep/cache" work/cache; }

with_command() {
	mkdir -p work/config/kis
	printf '{"default":{"appkey":"%s","appsecret_command":["%s","%s"]}}' \
		"$KIS_APPKEY" "$(command -v echo)" "$KIS_APPSECRET" \
		>work/config/kis/credentials.json
	chmod 600 work/config/kis/credentials.json
	unset KIS_APPKEY KIS_APPSECRET
}

token_scenes() {
	setting
	with_cache
	"$1" 'kis-token, cached' -- kis-token
	setting
	with_cache
	"$1" 'kis-token --status' -- kis-token --status
	setting
	"$1" 'kis-token, issued, -o' -o ./out/r -- kis-token -o work/out/r
	setting
	with_command
	"$1" 'kis-token, secret by command' -- kis-token
	setting
	printf '%s\n%s\n' "$KIS_APPKEY" "$KIS_APPSECRET" >two-lines
	unset KIS_APPKEY KIS_APPSECRET
	"$1" 'kis-token --setup' -i two-lines -- kis-token -q --setup
}

# Revokes the server's token, so this scene must be the last one.
revoke_scene() {
	setting
	with_cache
	"$1" 'kis-token --revoke' -- kis-token -q --revoke
}

fetch_scenes() {
	setting
	"$1" 'kis-fetch' -i keep/token -- kis-fetch --retries 0
	setting
	"$1" 'kis-fetch, two lists, -o' -o ./out/r -- kis-fetch --rate 100 \
		-m kospi,kosdaq --token-file keep/token -o work/out/r
	setting
	"$1" 'kis-fetch --complete' -i keep/token -- kis-fetch --rate 100 \
		--retries 0 --complete -m kosdaq
	setting
	"$1" 'kis-fetch --from-raw, -o' -o ./out/r -- kis-fetch \
		--from-raw keep/body -o work/out/r
	setting
	with_command
	"$1" 'kis-fetch --raw, secret by command' -i keep/token -o ./out/r -- \
		kis-fetch --retries 0 --raw -o work/out/r
}

tocsv_scenes() {
	setting
	"$1" 'kis-tocsv' -i keep/in.ndjson -- kis-tocsv
	setting
	"$1" 'kis-tocsv -o' -o ./out/r -- kis-tocsv -o work/out/r keep/in.ndjson
	setting
	"$1" 'kis-tocsv -o, new file' -o ./out/new -- \
		kis-tocsv -o work/out/new keep/in.ndjson
	setting
	"$1" 'kis-tocsv, long' -p -- kis-tocsv keep/long.ndjson
	setting
	"$1" 'kis-tocsv --excel cp949 -o' -o ./out/r -- kis-tocsv --excel \
		--encoding cp949 -o work/out/r keep/in.ndjson keep/in.ndjson
}

toxlsx_scenes() {
	setting
	"$1" 'kis-toxlsx' -i keep/in.ndjson -- kis-toxlsx
	setting
	"$1" 'kis-toxlsx -o' -o ./out/r -- \
		kis-toxlsx -o work/out/r keep/in.ndjson
	setting
	"$1" 'kis-toxlsx -o, many rows' -o ./out/r -- \
		kis-toxlsx -o work/out/r keep/sheets.ndjson
	setting
	"$1" 'kis-toxlsx -o, streamed' -o ./out/r -- \
		kis-toxlsx -o work/out/r keep/long.ndjson
}

each_scene() {
	token_scenes "$1"
	fetch_scenes "$1"
	tocsv_scenes "$1"
	toxlsx_scenes "$1"
	revoke_scene "$1"
	cd "$T" || exit 1
}

hits=0
sweep() { # arguments: RUNS WAY NAME [OPTION…] -- COMMAND…
	local runs=$1 way=$2 name=$3 code=0 line
	shift 3
	case $sanitized$way in
	1memory*)
		skip "$name, $way" 'a sanitizer has an allocator of its own'
		return
		;;
	esac
	if [ "${KIS_TEST_TORTURE-}" = whole ]; then
		case $way in
		memory*) runs=2000 ;; # a scene has up to 180,000 memory calls
		moment) runs=100 ;;
		*) runs=0 ;;
		esac
	fi
	"$TOOLS/torture" -L "$TOOLS/faulty.so" -n "$name, $way" -w "$way" \
		-S "$runs" -r "$SEED" -x "$KIS_APPSECRET_REAL" "$@" \
		>lines 2>&1 || code=$?
	line=$(tail -n 1 lines)
	report $code "$line"
	grep '^#' lines
	[[ $line =~ ,\ ([0-9]+)\ hit ]] && hits=$((hits + BASH_REMATCH[1]))
	return $code
}
