/*
 * The stocks that --stock and --stocks give: their codes, and their names where
 * a file of records has them.
 */
#ifndef KIS_FETCH_STOCKS_H
#define KIS_FETCH_STOCKS_H

#include "lib/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
	STOCKS_MAX = 250, /* a run of more is a nightly job's work */
	STOCK_CODE = 10,  /* 6 to 9 characters: 005930, 0013E0, Q530036 */
};

struct stock {
	char code[STOCK_CODE];
	char *name; /* owned; NULL if it is not known */
};

struct stocks {
	struct stock *list; /* owned; each code once, as given */
	size_t count;
};

/* Adds a code of n bytes, whitespace around it ignored. Fails with 64. */
int stocks_add(
	struct stocks *s, const char *code, size_t n, struct kis_err *err);

/* Adds the codes of a file: one a line, which a name may follow, or records
 * with mksc_shrn_iscd; lines that begin with # are comments. "-" is standard
 * input; a FIFO is given up at deadline_ms (75). Fails with 64 if there are too
 * many, with 65, 66, 74. */
int stocks_read(struct stocks *s, const char *path, int64_t deadline_ms,
	struct kis_err *err);

void stocks_release(struct stocks *s);

#endif
