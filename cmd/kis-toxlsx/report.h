/*
 * The whole conversion: records to groups, groups to sheets, sheets to a
 * workbook.
 *
 * The first records are looked at before any is written: by them the types of
 * columns are decided, and which columns a sheet has.
 */
#ifndef KIS_REPORT_H
#define KIS_REPORT_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"

struct report {
	const struct settings *settings;
	struct kis_fields fields; /* --text is set by the caller */
	struct groups groups;
	struct keys keys;
	struct book book;
	uint64_t records;
	int is_open;
};

void report_init(struct report *r, const struct settings *settings);

/* Looks at the reader's last record. Fails with 65. */
int report_look(struct report *r, const struct kis_ndjson *in,
	const struct kis_member *members, size_t count, int same_keys,
	struct kis_err *err);

/* Writes the reader's last record. Fails with 65, 70, 71, 74. */
int report_add(struct report *r, const struct kis_ndjson *in,
	const struct kis_member *members, size_t count, int same_keys,
	struct kis_err *err);

/* Ends the workbook and sends its bytes to out; 66 if there was no record. */
int report_finish(
	struct report *r, struct kis_output *out, struct kis_err *err);

/* 1 if changes from date to date were left out because dates did not ascend. */
int report_lacks_changes(const struct report *r);

/* Forgets what was written, but not the fields. */
void report_reset(struct report *r);

void report_release(struct report *r);

#endif
