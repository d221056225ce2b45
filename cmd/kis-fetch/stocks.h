/*
 * The stocks of --stock and --stocks: their codes, and their names if the file
 * contains them.
 */
#ifndef KIS_FETCH_STOCKS_H
#define KIS_FETCH_STOCKS_H

#include "lib/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
	STOCKS_MAX = 250, /* stocks per run; kis-archive stocks splits longer
			     lists */
	STOCK_CODE = 10, /* bytes of a code and its NUL: 6 to 9 characters, such
			    as 005930, 0013E0 or Q530036 */
};

struct stock {
	char code[STOCK_CODE];
	char *name; /* owned; NULL if unknown */
};

struct stocks {
	struct stock *list; /* owned; each code once, in the given order */
	size_t count;
};

/* Adds the stock with this code of n bytes unless s already has it. Ignores
 * whitespace around the code. Returns 0, or -1 and sets err (64) if the code is
 * invalid or there are more than STOCKS_MAX stocks. */
int stocks_add(
	struct stocks *s, const char *code, size_t n, struct kis_err *err);

/* Adds the stocks of a file: one code per line, optionally followed by a name;
 * or records with the field mksc_shrn_iscd. Lines that begin with # are
 * comments. path may be "-" for standard input. Reading a FIFO ends at
 * deadline_ms (75). Returns 0, or -1 and sets err: 64 if there are more than
 * STOCKS_MAX stocks, 65 if a line is invalid or the file exceeds 8 MiB, 66 if
 * the file does not exist or has no stock, 74 if it cannot be read, or 75. */
int stocks_read(struct stocks *s, const char *path, int64_t deadline_ms,
	struct kis_err *err);

void stocks_release(struct stocks *s);

#endif
