/*
 * Converts rows to CP949, the encoding that older Korean programs require.
 */
#ifndef TOCSV_CHARSET_H
#define TOCSV_CHARSET_H

#include "lib/buf.h"
#include "lib/err.h"

struct charset;

/* Returns a new converter from UTF-8 to the encoding with the given name; the
 * caller frees it with charset_free(). Borrows name until then. Returns NULL
 * and sets err (71) if the system does not support the encoding. */
struct charset *charset_open(const char *name, struct kis_err *err);

/* Converts n bytes of valid UTF-8 and appends them to out. Returns 0, or -1 and
 * sets err (65) if the encoding has no equivalent of a character. */
int charset_convert(struct charset *c, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err);

/* Closes and frees c, which may be NULL. */
void charset_free(struct charset *c);

#endif
