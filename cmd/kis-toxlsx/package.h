/*
 * The package: the zip file of the workbook (ECMA-376-2).
 *
 * Verifies the library's file, then copies its parts unchanged, still
 * compressed, except that it inserts rows and links into the sheets. The
 * library has written these sheets with their headings and one placeholder link
 * only.
 */
#ifndef KIS_PACKAGE_H
#define KIS_PACKAGE_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/stream.h"
#include "lib/output.h"

#include <stddef.h>
#include <stdint.h>

struct zip_part {
	const char *name; /* ASCII; borrowed */
	int method;       /* 8: deflate */
	uint32_t crc;     /* of the uncompressed bytes */
	uint64_t plain;   /* uncompressed size in bytes */
	uint64_t packed;  /* size in bytes in the zip file */
};

struct zip {
	struct kis_output *out;
	uint64_t at;     /* bytes written so far */
	uint64_t parts;  /* parts started so far */
	uint64_t wanted; /* offset at which the current part must end */
	struct kis_buf directory; /* zip directory of all parts so far */
};

void zip_init(struct zip *z, struct kis_output *out);

/* Writes a part's header; the caller then writes exactly part->packed bytes.
 * Returns 0, or -1 and sets err: 74, or 70 if the previous part has another
 * length than its header declares. */
int zip_begin(struct zip *z, const struct zip_part *part, struct kis_err *err);
int zip_write(struct zip *z, const char *p, size_t n, struct kis_err *err);

/* Write without a copy: zip_room() returns a buffer for n bytes, as
 * kis_output_reserve() does; zip_advance() counts the n bytes that the caller
 * put there. */
char *zip_room(struct zip *z, size_t n, struct kis_err *err);
void zip_advance(struct zip *z, size_t n);

/* Writes the zip directory. Returns 0, or -1 and sets err (70, 74). */
int zip_end(struct zip *z, struct kis_err *err);

void zip_release(struct zip *z);

/*
 * A scanner for XML that arrives in blocks split anywhere: checks that tags
 * balance and that all characters are valid XML, and counts rows and cells. It
 * is not a general parser: it reads only what the library writes, without
 * comments, CDATA or > in attributes.
 */

/* Initialise it with zeros. */
struct xml_scan {
	uint64_t rows;  /* <row> elements */
	uint64_t cells; /* <c> elements */
	int64_t depth;
	int began; /* the root element has started */
	/* An end tag without a start tag, or content after the root element. */
	int broken;
	char tag[8]; /* start of the current tag, without its < */
	size_t len;  /* length of the tag so far */
	int in_tag;
	char last; /* last byte before the > */
	/* A byte that is not UTF-8, or a character that XML does not allow. */
	int foreign;
	int wanted;     /* missing bytes of the current character */
	uint32_t code;  /* its bits so far */
	uint32_t least; /* smallest code valid for its length */
};

void xml_scan_feed(struct xml_scan *s, const char *p, size_t n);

/* Returns 1 if the document is complete. */
int xml_scan_is_whole(const struct xml_scan *s);

/* Returns 1 if everything so far is UTF-8 and valid in XML 1.0: no control
 * characters except tab, LF and CR, and neither U+FFFE nor U+FFFF. */
int xml_scan_is_text(const struct xml_scan *s);

/* Reads the library's file at path to its end. Every part must match its length
 * and CRC in the zip directory, have balanced tags, and contain only characters
 * valid in XML. Every sheet must contain the rows and cells that were written
 * (1.1.4 reports success when cells are missing). Returns 0, or -1 and sets
 * err: 74 if anything is missing or corrupt, 70 for invalid characters. */
int package_verify(const char *path, struct writer *const *sheets, size_t count,
	struct kis_err *err);

/* Copies the library's file at path, which package_verify() has accepted, to
 * out and inserts rows and links. Returns 0, or -1 and sets err (70, 71, 74).
 */
int package_splice(const char *path, struct writer *const *sheets, size_t count,
	struct deflate *deflate, struct kis_output *out, struct kis_err *err);

#endif
