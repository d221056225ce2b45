/*
 * From records to the workbook: the first ones are held until it is known
 * whether the input is short; then all are written as they come.
 */
#ifndef KIS_REPORT_H
#define KIS_REPORT_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/record_first.h"
#include "cmd/kis-toxlsx/settings.h"
#include "cmd/kis-toxlsx/sheet.h"

struct report {
	const struct settings *settings;
	struct groups groups;
	struct keys keys;
	struct first_records first;
	struct book book;
	uint64_t records;
	int writing; /* the book is open: nothing is held any more */
};

void report_init(struct report *r, const struct settings *settings);

/* Takes a record. Fails with 65, 70, 71, 74. */
int report_add(struct report *r, const struct kis_member *members, size_t count,
	int same_keys, struct kis_err *err);

/* Ends the workbook and hands its bytes to out; 66 if there was no record. */
int report_finish(
	struct report *r, struct kis_output *out, struct kis_err *err);

void report_release(struct report *r);

#endif
