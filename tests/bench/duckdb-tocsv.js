// Converts NDJSON to CSV with DuckDB, for a comparison with kis-tocsv. The
// columns are passed to DuckDB, so that it reads the input once and does not
// guess types.
const [input, output, threads] = process.argv.slice(2);
const { DuckDBInstance } = require("@duckdb/node-api");
const fs = require("fs");

function firstKeys(path) {
	const fd = fs.openSync(path, "r");
	const block = Buffer.alloc(65536);
	const n = fs.readSync(fd, block, 0, block.length, 0);
	fs.closeSync(fd);
	return Object.keys(JSON.parse(block.toString("utf8", 0, n).split("\n")[0]));
}

async function main() {
	const columns = firstKeys(input).map((key) => `${key}: 'VARCHAR'`);
	const db = await (await DuckDBInstance.create(":memory:")).connect();
	await db.run(`SET threads = ${Number(threads) || 2}`);
	await db.run(`COPY (SELECT * FROM read_json('${input}',
		format = 'newline_delimited', columns = {${columns.join(", ")}}))
		TO '${output}' (FORMAT csv, HEADER)`);
}

main().catch((e) => {
	console.error(String(e));
	process.exit(1);
});
