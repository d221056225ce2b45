/*
 * Converts records to groups, groups to sheets, and sheets to a workbook.
 *
 * The caller first passes the first records of the input (the lookahead) to
 * report_look(), then all records to report_add(). The lookahead determines the
 * types of the columns, and which columns a sheet has.
 */
#ifndef KIS_REPORT_H
#define KIS_REPORT_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"

struct report {
	const struct settings *settings;
	/* fields of the records; the caller adds the names given with --text */
	struct kis_fields fields;
	struct groups groups;
	struct keys keys;
	struct book book;
	uint64_t records;
	int is_open; /* 1 after book_open() was called */
};

/* Initialises r, which then has no records. Borrows settings until
 * report_release(). */
void report_init(struct report *r, const struct settings *settings);

/* Learns fields, types and columns from the last record that the reader `in`
 * has read, without writing the record. members and count are the fields of the
 * record and their number. same_keys is the value that kis_ndjson_next() set
 * for the record. Returns 0, or -1 and sets err (65). */
int report_look(struct report *r, const struct kis_ndjson *in,
	const struct kis_member *members, size_t count, int same_keys,
	struct kis_err *err);

/* Adds to the workbook the last record that the reader `in` has read. members,
 * count and same_keys are those that kis_ndjson_next() set for the record.
 * Returns 0, or -1 and sets err (65, 70, 71, 74). */
int report_add(struct report *r, const struct kis_ndjson *in,
	const struct kis_member *members, size_t count, int same_keys,
	struct kis_err *err);

/* Completes the workbook and writes it to out; the caller commits out. Returns
 * 0, or -1 and sets err: 65 if no record has the field of --sheet-by, 66 if
 * there was no record, 70 for a bug in this program, 71 if memory ran out, 74
 * if a file cannot be written or read. */
int report_finish(
	struct report *r, struct kis_output *out, struct kis_err *err);

/* Returns 1 if rank and ratio changes were omitted because base dates were not
 * in ascending order. */
int report_lacks_changes(const struct report *r);

/* Discards all records and the workbook, but keeps the fields and their
 * types. */
void report_reset(struct report *r);

/* Frees the memory of r and removes temporary files. */
void report_release(struct report *r);

#endif
