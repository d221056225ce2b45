# Writes lists of two markets, as kis-fetch does, to the subdirectory raw. Reads
# lines "WEEKDAY YYYYMMDD" and omits weekends. The variable n is the number of
# stocks of both markets, and the variable days is the maximum number of dates.
# If the variable drop is not 0, each list lacks about 1/drop of its stocks.
$1 > 5 || done >= days { next }
{
	done++
	dir = "raw/" $2
	system("mkdir -p " dir)
	for (m = 0; m < 2; m++) {
		file = dir (m ? "/kosdaq-1d.ndjson" : "/kospi-1d.ndjson")
		list($2, m, m ? "1001" : "0001", file)
		close(file)
	}
}
function list(d, m, market, file,   rank, i, h, vol, q, price, avg) {
	for (i = m; i < n; i += 2) {
		h = (i * 7919 + done * 104729) % 65521
		if (drop && (i * 7 + done * 13) % drop == 0)
			continue
		vol = 10000 + h * 37
		q = int(vol * (h % 3000) / 10000) + 1
		price = 1000 + (i * 131) % 90000
		avg = price + (h % 41) - 20
		printf "{\"market\":\"%s\",\"period\":\"1d\",\"rank\":\"%d\"," \
			"\"fetched_at\":\"%s-%s-%sT18:40:03+09:00\"," \
			"\"mksc_shrn_iscd\":\"%06d\"," \
			"\"hts_kor_isnm\":\"종목 \\\"%d\\\", 우\"," \
			"\"stck_prpr\":\"%d\",\"prdy_vrss\":\"-10\"," \
			"\"prdy_vrss_sign\":\"5\",\"prdy_ctrt\":\"-0.98\"," \
			"\"acml_vol\":\"%d\",\"acml_tr_pbmn\":\"%.0f\"," \
			"\"ssts_cntg_qty\":\"%d\",\"ssts_vol_rlim\":\"%.2f\"," \
			"\"ssts_tr_pbmn\":\"%.0f\",\"ssts_tr_pbmn_rlim\":\"%.2f\"," \
			"\"stnd_date1\":\"%s\",\"stnd_date2\":\"%s\"," \
			"\"avrg_prc\":\"%d\"}\n", market, ++rank, substr(d, 1, 4),
			substr(d, 5, 2), substr(d, 7, 2), i, i, price, vol,
			vol * price, q, 100 * q / vol, q * avg, 100 * q / vol,
			d, d, avg >file
	}
}
