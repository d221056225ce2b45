-- Creates the tables and views of the history database. It has one row for each
-- list, and one row for each stock in a list. kis-archive(1) defines every
-- table and view. Dates are numbers YYYYMMDD, prices and values are in won, and
-- ratios in percent.
CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER);
INSERT INTO setting VALUES ('top', 30);

CREATE TABLE holiday (date INTEGER PRIMARY KEY);

CREATE TABLE list (
	market TEXT, period TEXT, date INTEGER,
	class TEXT,		-- top, partial or complete
	rows INTEGER,
	depth INTEGER,		-- the ranks 1 to depth are all known
	fetched_at TEXT,
	previous INTEGER,	-- date of the previous list
	day INTEGER,		-- business days from 1 January 2001 to date
	PRIMARY KEY (market, period, date)
) WITHOUT ROWID;
CREATE INDEX list_day ON list (market, period, day);
CREATE INDEX list_date ON list (date);

CREATE TABLE ranking (
	date INTEGER, market TEXT, period TEXT, rank INTEGER, code TEXT,
	name TEXT,
	price INTEGER, change INTEGER, direction INTEGER, change_ratio REAL,
	volume INTEGER, trading_value INTEGER,
	short_volume INTEGER, short_volume_ratio REAL,
	short_value INTEGER, short_value_ratio REAL,
	average_short_price INTEGER,
	first_date INTEGER,	-- start of the base period; date is its end
	fetched_at TEXT,
	PRIMARY KEY (market, period, date, code)
) WITHOUT ROWID;
-- The list files that were read. The column stamp contains the modification
-- time, size and inode that a file had when it was read.
CREATE TABLE source (
	file TEXT PRIMARY KEY, stamp TEXT,
	market TEXT, period TEXT, date INTEGER
);

-- For each stock among the first N of a list (N is the setting "top"): the
-- number of consecutive business days on which the stock has been among the
-- first N. Each load computes these rows again for the markets and periods
-- whose lists changed.
CREATE TABLE streak_day (
	market TEXT, period TEXT, date INTEGER, code TEXT,
	days INTEGER, since INTEGER,
	PRIMARY KEY (market, period, date, code)
) WITHOUT ROWID;

-- Stocks that are among the first N of several markets on the same date.
CREATE TABLE overlap_day (
	date INTEGER, period TEXT, code TEXT, name TEXT,
	markets INTEGER, ranks TEXT, short_value_ratio REAL,
	PRIMARY KEY (date, period, code)
) WITHOUT ROWID;

CREATE TABLE stock_month (
	market TEXT, month INTEGER, code TEXT, name TEXT, rank INTEGER,
	days INTEGER, lists INTEGER, depth TEXT,
	volume INTEGER, trading_value INTEGER,
	short_volume INTEGER, short_value INTEGER,
	PRIMARY KEY (market, month, code)
) WITHOUT ROWID;

-- One row for each stock that has a file of daily rows. The column stamp
-- contains the modification time, size and inode that the file had when it was
-- read.
CREATE TABLE stock (
	code TEXT PRIMARY KEY, name TEXT,
	first_date INTEGER, last_date INTEGER, rows INTEGER,
	highest_ratio REAL, highest_date INTEGER,
	total INTEGER, fetched_at TEXT, stamp TEXT
) WITHOUT ROWID;

CREATE TABLE day (
	code TEXT, date INTEGER,
	close INTEGER, change INTEGER, direction INTEGER, change_ratio REAL,
	volume INTEGER, trading_value INTEGER,
	short_volume INTEGER, short_volume_ratio REAL,
	short_value INTEGER, short_value_ratio REAL,
	open INTEGER, high INTEGER, low INTEGER,
	average_short_price INTEGER,
	-- means of short_value_ratio over 5, 20 and 40 days
	mean_5 REAL, mean_20 REAL, mean_40 REAL,
	fetched_at TEXT,
	PRIMARY KEY (code, date)
) WITHOUT ROWID;

CREATE VIEW ratio_vs_mean_history AS
SELECT d.*, s.name, round(d.short_value_ratio / nullif(d.mean_20, 0), 2)
	AS times_mean_20
FROM day d JOIN stock s ON s.code = d.code
WHERE d.mean_20 IS NOT NULL;

CREATE VIEW ratio_vs_mean AS
SELECT * FROM ratio_vs_mean_history
WHERE date = (SELECT max(date) FROM day);

CREATE VIEW highest_ratio_history AS
SELECT d.*, s.name, rank() OVER (PARTITION BY d.date
	ORDER BY d.short_value_ratio DESC) AS ratio_rank
FROM day d JOIN stock s ON s.code = d.code
WHERE d.short_value_ratio IS NOT NULL;

-- This view does not use highest_ratio_history, because that view would rank
-- the stocks of every date.
CREATE VIEW highest_ratio AS
SELECT d.*, s.name, rank() OVER (ORDER BY d.short_value_ratio DESC) AS ratio_rank
FROM day d JOIN stock s ON s.code = d.code
WHERE d.short_value_ratio IS NOT NULL AND d.date = (SELECT max(date) FROM day);

-- The date of the newest list of each market and period.
CREATE VIEW newest AS
SELECT market, period, max(date) AS date FROM list GROUP BY market, period;

CREATE VIEW new_in_top_history AS
SELECT r.*, l.previous AS compared_with
FROM list l
CROSS JOIN setting s
JOIN list p ON p.market = l.market AND p.period = l.period
	AND p.date = l.previous AND p.depth >= s.value
JOIN ranking r ON r.market = l.market AND r.period = l.period
	AND r.date = l.date AND r.rank <= s.value
WHERE s.name = 'top' AND NOT EXISTS (
	SELECT 1 FROM ranking q WHERE q.market = l.market
	AND q.period = l.period AND q.date = l.previous
	AND q.code = r.code AND q.rank <= s.value);

CREATE VIEW streak_history AS
SELECT r.*, d.days, d.since, b.date IS NULL AS gap_before
FROM list l
CROSS JOIN streak_day d ON d.market = l.market AND d.period = l.period
	AND d.date = l.date
CROSS JOIN ranking r ON r.market = l.market AND r.period = l.period
	AND r.date = l.date AND r.code = d.code
LEFT JOIN list b ON b.market = l.market AND b.period = l.period
	AND b.day = l.day - d.days;

CREATE VIEW ratio_change_history AS
SELECT r.*,
	r1.short_value_ratio AS ratio_1,
	round(r.short_value_ratio - r1.short_value_ratio, 2) AS change_1,
	round(r.short_value_ratio - r5.short_value_ratio, 2) AS change_5,
	round(r.short_value_ratio - r20.short_value_ratio, 2) AS change_20
FROM list l
JOIN ranking r ON r.market = l.market AND r.period = l.period AND r.date = l.date
LEFT JOIN list l1 ON l1.market = l.market AND l1.period = l.period
	AND l1.day = l.day - 1
LEFT JOIN ranking r1 ON r1.market = l1.market AND r1.period = l1.period
	AND r1.date = l1.date AND r1.code = r.code
LEFT JOIN list l5 ON l5.market = l.market AND l5.period = l.period
	AND l5.day = l.day - 5
LEFT JOIN ranking r5 ON r5.market = l5.market AND r5.period = l5.period
	AND r5.date = l5.date AND r5.code = r.code
LEFT JOIN list l20 ON l20.market = l.market AND l20.period = l.period
	AND l20.day = l.day - 20
LEFT JOIN ranking r20 ON r20.market = l20.market AND r20.period = l20.period
	AND r20.date = l20.date AND r20.code = r.code;

CREATE VIEW price_vs_average_history AS
SELECT r.*,
	round(100.0 * price / average_short_price - 100, 2) AS price_vs_average
FROM list l
CROSS JOIN ranking r ON r.market = l.market AND r.period = l.period
	AND r.date = l.date
WHERE average_short_price > 0 AND price > 0;

CREATE VIEW course AS
SELECT * FROM ranking;

-- Each of the next four views selects rows of the view whose name ends in
-- _history: those of the newest list of each market and period.
CREATE VIEW new_in_top AS
SELECT h.* FROM newest n CROSS JOIN new_in_top_history h
WHERE h.market = n.market AND h.period = n.period AND h.date = n.date;

CREATE VIEW streak AS
SELECT h.* FROM newest n CROSS JOIN streak_history h
WHERE h.market = n.market AND h.period = n.period AND h.date = n.date;

CREATE VIEW ratio_change AS
SELECT h.* FROM newest n CROSS JOIN ratio_change_history h
WHERE h.market = n.market AND h.period = n.period AND h.date = n.date;

CREATE VIEW price_vs_average AS
SELECT h.* FROM newest n CROSS JOIN price_vs_average_history h
WHERE h.market = n.market AND h.period = n.period AND h.date = n.date;

CREATE VIEW overlap_history AS
SELECT * FROM overlap_day;

CREATE VIEW overlap AS
SELECT o.*
FROM (SELECT period, max(date) AS date FROM list GROUP BY period) n
CROSS JOIN overlap_day o
WHERE o.date = n.date AND o.period = n.period;

CREATE VIEW month_history AS
SELECT market, month, rank, code, name, days, lists, depth,
	volume, trading_value, short_volume, short_value,
	round(100.0 * short_value / nullif(trading_value, 0), 2)
		AS short_value_ratio
FROM stock_month;

CREATE VIEW month AS
SELECT h.*
FROM (SELECT market, max(month) AS month FROM stock_month GROUP BY market) n
CROSS JOIN month_history h
WHERE h.market = n.market AND h.month = n.month;

PRAGMA user_version = 3;
