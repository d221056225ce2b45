// Converts NDJSON to a workbook of one sheet with exceljs's streaming writer,
// for a comparison with kis-toxlsx. Numbers, ratios and dates are typed cells,
// and each column has a number format.
"use strict";
const [input, output] = process.argv.slice(2);
const ExcelJS = require("exceljs");
const fs = require("fs");
const readline = require("readline");

const PERCENT = new Set(["prdy_ctrt", "ssts_vol_rlim", "ssts_tr_pbmn_rlim"]);
const DATE = new Set(["stnd_date1", "stnd_date2"]);
const TEXT = new Set(["market", "period", "mksc_shrn_iscd", "hts_kor_isnm",
	"prdy_vrss_sign"]);

function format(key) {
	if (PERCENT.has(key)) return "0.00%";
	if (DATE.has(key)) return "yyyy-mm-dd";
	if (key === "fetched_at") return "yyyy-mm-dd hh:mm:ss";
	return TEXT.has(key) ? "@" : "#,##0";
}

function value(key, text) {
	if (TEXT.has(key)) return text;
	if (PERCENT.has(key)) return Number(text) / 100;
	if (DATE.has(key))
		return new Date(`${text.slice(0, 4)}-${text.slice(4, 6)}-` +
			`${text.slice(6)}T00:00:00Z`);
	if (key === "fetched_at") return new Date(text.slice(0, 19) + "Z");
	return Number(text);
}

async function main() {
	const book = new ExcelJS.stream.xlsx.WorkbookWriter({
		filename: output, useStyles: true });
	const sheet = book.addWorksheet("1");
	const lines = readline.createInterface({
		input: fs.createReadStream(input), crlfDelay: Infinity });

	for await (const line of lines) {
		const record = JSON.parse(line);
		const keys = Object.keys(record);

		if (!sheet.columns)
			sheet.columns = keys.concat("versus").map((key) => ({
				header: key, key,
				style: { numFmt: key === "versus" ? "0.00%" :
					format(key) } }));
		sheet.addRow(keys.map((key) => value(key, record[key])).concat(
			record.stck_prpr / record.avrg_prc - 1)).commit();
	}
	sheet.commit();
	await book.commit();
}

main().catch((e) => {
	console.error(String(e));
	process.exit(1);
});
