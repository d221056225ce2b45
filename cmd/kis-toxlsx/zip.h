/*
 * A zip file written from front to back, of parts whose bytes are deflated
 * already and whose sizes and CRC are known before (PKWARE's APPNOTE 6.3, as
 * far as ECMA-376-2 allows). minizip wants to seek back to each part's header
 * and so to write to a file of its own first; this goes to a pipe as well.
 *
 * zip64 where a size or place has more than 32 bits, and only there: not
 * every reader knows it.
 */
#ifndef KIS_ZIP_H
#define KIS_ZIP_H

#include "lib/output.h"

#include <stdint.h>

struct zip_part {
	const char *name; /* ASCII; borrows */
	int method;       /* 8: deflated */
	uint32_t crc;     /* of the plain bytes */
	uint64_t plain;   /* bytes */
	uint64_t packed;  /* bytes that follow */
};

struct zip {
	struct kis_output *out;
	uint64_t at;              /* bytes written so far */
	uint64_t parts;           /* begun so far */
	uint64_t wanted;          /* where the part at hand must end */
	struct kis_buf directory; /* of all parts so far */
};

void zip_init(struct zip *z, struct kis_output *out);

/* Writes a part's header; exactly part->packed bytes must follow. Fails with
 * 70 if those of the part before did not, with 74. */
int zip_begin(struct zip *z, const struct zip_part *part, struct kis_err *err);
int zip_write(struct zip *z, const char *p, size_t n, struct kis_err *err);

/* The same for bytes that are read into their place: kis_output_room(), and
 * what zip_write() does behind it. */
char *zip_room(struct zip *z, size_t n, struct kis_err *err);
void zip_advance(struct zip *z, size_t n);

/* Writes the directory. Fails with 70, 74. */
int zip_end(struct zip *z, struct kis_err *err);

void zip_release(struct zip *z);

#endif
