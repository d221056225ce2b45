/*
 * The package: the zip file that a workbook is (ECMA-376-2).
 *
 * The library's file is verified, and its parts are copied as they are, still
 * compressed, except that a sheet gets its rows and its links: the library has
 * written the sheet with its head alone, and one link as a placeholder.
 */
#ifndef KIS_PACKAGE_H
#define KIS_PACKAGE_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/stream.h"
#include "lib/output.h"

#include <stddef.h>
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

/* The same for bytes that are read into their place: kis_output_reserve(), and
 * what zip_write() does behind it. */
char *zip_room(struct zip *z, size_t n, struct kis_err *err);
void zip_advance(struct zip *z, size_t n);

/* Writes the directory. Fails with 70, 74. */
int zip_end(struct zip *z, struct kis_err *err);

void zip_release(struct zip *z);

/*
 * A look at XML as it comes, in blocks cut anywhere: do its tags balance, is
 * it made of characters that XML has, how many rows and cells are in it. No
 * parser: it reads what the library writes, which has no comments, no CDATA
 * and no > in attributes.
 */

/* All zero is the start. */
struct xml_scan {
	uint64_t rows;  /* elements <row …> */
	uint64_t cells; /* elements <c …> */
	int64_t depth;
	int began;   /* the root element was seen */
	int broken;  /* closed what was not open, or went on behind the end */
	char tag[8]; /* the start of the tag at hand, behind its < */
	size_t len;  /* of the tag so far */
	int in_tag;
	char last;      /* byte before the > */
	int foreign;    /* a byte was no UTF-8, or a character is none of XML */
	int wanted;     /* bytes that the character at hand still wants */
	uint32_t code;  /* of it, as far as it was read */
	uint32_t least; /* that its length is for */
};

void xml_scan_feed(struct xml_scan *s, const char *p, size_t n);

/* 1 if the document is complete. */
int xml_scan_is_whole(const struct xml_scan *s);

/* 1 if all of it so far is UTF-8 and of characters that XML 1.0 has: of the
 * control characters tab, LF and CR alone, not U+FFFE nor U+FFFF. */
int xml_scan_is_text(const struct xml_scan *s);

/* Reads the library's file at path to its end. Every part must have the length
 * and CRC of the zip's directory, tags that open and close in balance, and only
 * characters of XML; a sheet must have as many rows and cells as were written
 * (1.1.4 reports success when cells are missing). Fails with 74 if anything is
 * missing, with 70 if what we wrote is not XML. */
int package_verify(const char *path, struct writer *const *sheets, size_t count,
	struct kis_err *err);

/* Writes the library's file at path, which was verified, to out, with rows and
 * links. Fails with 70, 74. */
int package_splice(const char *path, struct writer *const *sheets, size_t count,
	struct deflate *deflate, struct kis_output *out, struct kis_err *err);

#endif
