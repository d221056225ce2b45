/*
 * A look at XML as it comes, in blocks cut anywhere: do its tags balance,
 * how many rows and cells are in it. No parser: it reads what the library
 * writes, which has no comments, no CDATA and no > in attributes.
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
	char last; /* byte before the > */
};

void xml_scan_feed(struct xml_scan *s, const char *p, size_t n);

/* 1 if the document is complete. */
int xml_scan_is_whole(const struct xml_scan *s);

#endif
