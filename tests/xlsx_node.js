// Reads a workbook with exceljs or xlsx and prints it as JSON: the rows of
// values of each sheet, with dates as Excel's day numbers.
//
//	node xlsx_node.js exceljs|xlsx FILE
"use strict";
const [library, path] = process.argv.slice(2);
const reader = require(library);

function plain(value) {
	if (value instanceof Date)
		return value.getTime() / 86400000 + 25569;
	if (value && typeof value === "object")
		return "result" in value ? plain(value.result) : value.text;
	return value === undefined ? null : value;
}

async function withExceljs() {
	const book = new reader.Workbook();
	const sheets = {};

	await book.xlsx.readFile(path);
	for (const sheet of book.worksheets) {
		const rows = (sheets[sheet.name] = []);
		sheet.eachRow((row, number) => {
			while (rows.length < number) rows.push([]);
			row.eachCell((cell, column) => {
				const line = rows[number - 1];
				while (line.length < column) line.push(null);
				line[column - 1] = plain(cell.value);
			});
		});
	}
	return sheets;
}

function withXlsx() {
	const book = reader.readFile(path, { cellFormula: false });
	const sheets = {};

	for (const name of book.SheetNames)
		sheets[name] = reader.utils.sheet_to_json(book.Sheets[name], {
			header: 1, raw: true, defval: null, blankrows: true,
		});
	return sheets;
}

async function main() {
	const sheets = await (library === "xlsx" ? withXlsx() : withExceljs());
	process.stdout.write(JSON.stringify(sheets));
}

main().catch((e) => {
	console.error(String(e));
	process.exit(1);
});
