/*
 * A look at XML as it comes, in blocks cut anywhere: do its tags balance, is
 * it made of characters that XML has, how many rows and cells are in it. No
 * parser: it reads what the library writes, which has no comments, no CDATA
 * and no > in attributes.
 */
#ifndef KIS_XML_SCAN_H
#define KIS_XML_SCAN_H

#include <stddef.h>
#include <stdint.h>

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

#endif
