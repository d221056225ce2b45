/*
 * The package: the zip file of the workbook (ECMA-376-2).
 *
 * package_verify() checks the file that libxlsxwriter wrote. In that file, the
 * sheets have only their headings and one placeholder link. package_splice()
 * then copies the parts of the file, without decompressing them, and inserts
 * rows and links into the sheets.
 */
#ifndef KIS_PACKAGE_H
#define KIS_PACKAGE_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/stream.h"
#include "lib/output.h"

#include <stddef.h>
#include <stdint.h>

struct zip_part {
	const char *name; /* borrowed; name of the part, in ASCII */
	int method;       /* compression method; 8 is deflate */
	uint32_t crc;     /* CRC-32 of the uncompressed part */
	uint64_t plain;   /* uncompressed size in bytes */
	uint64_t packed;  /* compressed size in bytes */
};

struct zip {
	struct kis_output *out;
	uint64_t at;     /* number of bytes written so far */
	uint64_t parts;  /* number of parts started so far */
	uint64_t wanted; /* offset at which the current part must end */
	struct kis_buf directory; /* zip directory of all parts so far */
};

/* Initialises an empty zip file. Borrows out until zip_release(). */
void zip_init(struct zip *z, struct kis_output *out);

/* zip_begin() writes a part's header. The caller then writes exactly
 * part->packed bytes with zip_write() or zip_advance(). zip_begin() and
 * zip_write() return 0, or -1 and set err (74). zip_begin() also fails with 70
 * if the previous part does not have the length that its header declares. */
int zip_begin(struct zip *z, const struct zip_part *part, struct kis_err *err);
int zip_write(struct zip *z, const char *p, size_t n, struct kis_err *err);

/* zip_room() and zip_advance() write bytes without copying them. zip_room()
 * returns a buffer for n bytes, or NULL and sets err (74). After the caller has
 * filled the buffer, zip_advance() adds its n bytes to the zip file. */
char *zip_room(struct zip *z, size_t n, struct kis_err *err);
void zip_advance(struct zip *z, size_t n);

/* Writes the zip directory after the last part. Returns 0, or -1 and sets err:
 * 74, or 70 if the last part does not have the length that its header
 * declares. */
int zip_end(struct zip *z, struct kis_err *err);

/* Frees the memory of z. Does not close its output. */
void zip_release(struct zip *z);

/*
 * A scanner for XML that is passed in blocks. A block may end anywhere, even
 * within a tag or a character. The scanner checks that tags balance and that
 * all characters are valid XML, and counts rows and cells. It is not a general
 * parser: it reads only what libxlsxwriter writes, without comments, CDATA or
 * `>` in attributes.
 */

/* The state of the scanner. Initialise the struct with zeros. */
struct xml_scan {
	uint64_t rows;  /* number of <row> elements so far */
	uint64_t cells; /* number of <c> elements so far */
	int64_t depth;
	int began; /* 1 if the root element has started */
	/* 1 if there was an end tag without a start tag, or a tag after the
	 * root element */
	int broken;
	char tag[8]; /* first bytes of the current tag, after the < */
	size_t len;  /* length of the current tag so far */
	int in_tag;
	char last; /* last byte of the current tag so far */
	/* 1 if there was a byte that is not UTF-8, or a character that XML does
	 * not allow */
	int foreign;
	/* number of bytes that the current character still needs */
	int wanted;
	uint32_t code; /* bits of the current character so far */
	/* smallest code whose UTF-8 form has as many bytes as the current
	 * character */
	uint32_t least;
};

/* Scans the next n bytes of the document. */
void xml_scan_feed(struct xml_scan *s, const char *p, size_t n);

/* Returns 1 if the document is complete: the root element has ended, and all
 * tags balance. */
int xml_scan_is_whole(const struct xml_scan *s);

/* Returns 1 if all bytes so far are UTF-8 and all characters are valid in XML
 * 1.0: no control characters except tab, LF and CR, and neither U+FFFE nor
 * U+FFFF. */
int xml_scan_is_text(const struct xml_scan *s);

/* Reads and checks the whole file at path, which libxlsxwriter wrote. Every
 * part must match its length and CRC in the zip directory, have balanced tags,
 * and contain only characters valid in XML. Every sheet must contain the rows
 * and cells that were written, because libxlsxwriter 1.1.4 reports success even
 * if cells are missing. sheets and count are the writers of all sheets, in
 * sheet order, and their number. Returns 0, or -1 and sets err: 74 if anything
 * is missing or corrupt, 70 for invalid characters. */
int package_verify(const char *path, struct writer *const *sheets, size_t count,
	struct kis_err *err);

/* Copies the file at path, which package_verify() has accepted, to out and
 * inserts rows and links. `deflate` is the compressor that was prepared last
 * (see deflate.h). Returns 0, or -1 and sets err (70, 71, 74). */
int package_splice(const char *path, struct writer *const *sheets, size_t count,
	struct deflate *deflate, struct kis_output *out, struct kis_err *err);

#endif
