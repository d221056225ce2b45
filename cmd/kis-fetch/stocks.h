/*
 * Reads the stocks of --stock and --stocks: their codes, and their names if the
 * file of --stocks contains names.
 */
#ifndef KIS_FETCH_STOCKS_H
#define KIS_FETCH_STOCKS_H

#include "lib/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
	STOCKS_MAX = 250, /* maximum number of stocks in one run; kis-archive
			     stocks splits longer lists */
	STOCK_CODE = 10,  /* bytes of a stock code and its NUL: 6 to 9
			     characters, such as 005930, 0013E0 or Q530036 */
};

struct stock {
	char code[STOCK_CODE];
	char *name; /* owned; NULL if unknown */
};

struct stocks {
	struct stock *list; /* owned; each code once, in the order given */
	size_t count;
};

/* Adds the stock with this code of n bytes unless s already has it. Ignores
 * whitespace around the code. Returns 0, or -1 and sets err (64) if the code is
 * invalid or there are more than STOCKS_MAX stocks. */
int stocks_add(
	struct stocks *s, const char *code, size_t n, struct kis_err *err);

/* Adds the stocks of a file to s. A line has one code, optionally followed by a
 * name, or is a record with the field mksc_shrn_iscd. Lines that begin with #
 * are comments. If path is "-", reads standard input. Returns 0, or -1 and sets
 * err: 64 if there are more than STOCKS_MAX stocks, 65 if a line is invalid or
 * the file exceeds 8 MiB, 66 if the file does not exist or has no stock, 74 if
 * it cannot be read, or 75 if path is a FIFO that has not ended by
 * deadline_ms. */
int stocks_read(struct stocks *s, const char *path, int64_t deadline_ms,
	struct kis_err *err);

void stocks_release(struct stocks *s);

#endif
