/*
 * The same row in the encoding that older Korean programs expect.
 */
#ifndef TOCSV_CHARSET_H
#define TOCSV_CHARSET_H

#include "lib/buf.h"
#include "lib/err.h"

struct charset;

/* Opens a converter from UTF-8; 71 if the system has no such encoding.
 * Returns-owned. The name is borrowed. */
struct charset *charset_open(const char *name, struct kis_err *err);

/* Appends n bytes of valid UTF-8 to out in the other encoding; 65, naming the
 * character, if it has none for one. */
int charset_convert(struct charset *c, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err);

/* Closes; NULL is legal. Takes c. */
void charset_free(struct charset *c);

#endif
