-- The archive as a database: one row for each base date, market, period and
-- code. Members of the record under names that need no glossary; dates are
-- YYYYMMDD as KIS writes them, prices and values won, shares percent.
CREATE TABLE IF NOT EXISTS ranking (
	date INTEGER,		-- last base date; the key's first member
	market TEXT,		-- KIS's code, named in table market
	period TEXT,
	rank INTEGER,
	fetched_at TEXT,
	code TEXT,
	name TEXT,
	price INTEGER,		-- as of the query, like the next three
	change INTEGER,
	sign INTEGER,
	change_rate REAL,
	volume INTEGER,		-- sums over the base dates
	value INTEGER,
	short_volume INTEGER,
	short_share REAL,	-- short_volume as percent of volume
	short_value INTEGER,
	short_value_share REAL,
	first_date INTEGER,
	average_price INTEGER,	-- of the short sales
	PRIMARY KEY (date, market, period, code) ON CONFLICT REPLACE
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS market (code TEXT PRIMARY KEY, name TEXT);
INSERT OR IGNORE INTO market VALUES ('0000', 'all'), ('0001', 'kospi'),
	('1001', 'kosdaq'), ('2001', 'kospi200'), ('4001', 'krx100'),
	('3003', 'kosdaq150');

-- each list that is here, and the one of the base date before it
CREATE TABLE IF NOT EXISTS list (
	market TEXT, period TEXT, date INTEGER, previous INTEGER,
	PRIMARY KEY (market, period, date)
) WITHOUT ROWID;

-- the files that were read, as they were then, and the list of each
CREATE TABLE IF NOT EXISTS source (
	file TEXT PRIMARY KEY, stamp TEXT,
	date INTEGER, market TEXT, period TEXT,
	UNIQUE (date, market, period)
);

-- All views but streak hold every date: ask for one, WHERE date = 20261120.

-- in the list, and not in the one before
CREATE VIEW IF NOT EXISTS entered AS
SELECT r.date, m.name AS market, r.period, r.code, r.name, r.rank,
	r.short_volume, r.short_share, l.previous AS not_on
FROM ranking r
JOIN list l ON l.market = r.market AND l.period = r.period AND l.date = r.date
JOIN market m ON m.code = r.market
WHERE l.previous IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM ranking p WHERE p.date = l.previous
	AND p.market = r.market AND p.period = r.period AND p.code = r.code);

-- base dates in a row, up to the newest
CREATE VIEW IF NOT EXISTS streak AS
WITH RECURSIVE back (last, date, market, period, code, days) AS (
	SELECT date, date, market, period, code, 1 FROM ranking
	WHERE date = (SELECT max(date) FROM list)
	UNION ALL
	SELECT b.last, p.date, p.market, p.period, p.code, b.days + 1
	FROM back b
	JOIN list l ON l.market = b.market AND l.period = b.period
		AND l.date = b.date
	JOIN ranking p ON p.date = l.previous AND p.market = b.market
		AND p.period = b.period AND p.code = b.code)
SELECT b.last AS date, m.name AS market, b.period, b.code, r.name,
	max(b.days) AS days, min(b.date) AS since, r.short_share
FROM back b
JOIN ranking r ON r.date = b.last AND r.market = b.market
	AND r.period = b.period AND r.code = b.code
JOIN market m ON m.code = b.market
GROUP BY b.last, b.market, b.period, b.code;

-- the share of volume against the base date before, in percentage points
CREATE VIEW IF NOT EXISTS rise AS
SELECT r.date, m.name AS market, r.period, r.code, r.name,
	p.short_share AS share_before, r.short_share,
	round(r.short_share - p.short_share, 2) AS rise
FROM ranking r
JOIN list l ON l.market = r.market AND l.period = r.period AND l.date = r.date
JOIN ranking p ON p.date = l.previous AND p.market = r.market
	AND p.period = r.period AND p.code = r.code
JOIN market m ON m.code = r.market;

-- the price, when asked, is below the average at which was sold short:
-- those sales are in profit
CREATE VIEW IF NOT EXISTS below AS
SELECT r.date, m.name AS market, r.period, r.code, r.name, r.price,
	r.average_price,
	round(100.0 * r.price / r.average_price - 100, 2) AS percent
FROM ranking r
JOIN market m ON m.code = r.market
WHERE r.price < r.average_price;

-- one share over time: WHERE code = '005930'
CREATE VIEW IF NOT EXISTS course AS
SELECT r.code, r.name, m.name AS market, r.period, r.date, r.rank,
	r.short_volume, r.short_share, r.price, r.average_price
FROM ranking r
JOIN market m ON m.code = r.market;
