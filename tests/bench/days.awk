# Writes daily rows, in the output format of kis-fetch, to files in the
# directory "stocks", one file for each stock. Reads lines "WEEKDAY YYYYMMDD"
# and omits weekends. The variable n is the number of stocks, and the variable
# days is the maximum number of dates.
$1 > 5 || count >= days { next }
{ date[++count] = $2 }
END {
	for (i = 0; i < n; i++) {
		file = sprintf("stocks/%06d.ndjson", i)
		for (k = 1; k <= count; k++) {
			h = (i * 7919 + k * 104729) % 65521
			volume = 10000 + h * 37
			short = int(volume * (h % 3000) / 10000) + 1
			price = 1000 + (i * 131 + k * 7) % 90000
			average = price + (h % 41) - 20
			d = date[k]
			printf "{\"mksc_shrn_iscd\":\"%06d\",\"hts_kor_isnm\":\"종목 %d\"," \
				"\"fetched_at\":\"%s-%s-%sT20:41:03+09:00\"," \
				"\"stck_bsop_date\":\"%s\",\"stck_clpr\":\"%d\"," \
				"\"prdy_vrss\":\"-10\",\"prdy_vrss_sign\":\"5\"," \
				"\"prdy_ctrt\":\"-0.98\",\"acml_vol\":\"%d\"," \
				"\"ssts_cntg_qty\":\"%d\",\"ssts_vol_rlim\":\"%.2f\"," \
				"\"acml_tr_pbmn\":\"%.0f\",\"ssts_tr_pbmn\":\"%.0f\"," \
				"\"ssts_tr_pbmn_rlim\":\"%.2f\",\"stck_oprc\":\"%d\"," \
				"\"stck_hgpr\":\"%d\",\"stck_lwpr\":\"%d\"," \
				"\"avrg_prc\":\"%d\"}\n", i, i, substr(d, 1, 4),
				substr(d, 5, 2), substr(d, 7, 2), d, price, volume, short,
				100 * short / volume, volume * price, short * average,
				100 * short * average / (volume * price), price,
				price + 25, price - 25, average >file
		}
		close(file)
	}
}
