/*
 * Converts the records of all input files, in the order of the arguments, to
 * rows of CSV.
 */
#ifndef TOCSV_CONVERT_H
#define TOCSV_CONVERT_H

#include "cmd/kis-tocsv/columns.h"
#include "cmd/kis-tocsv/csv.h"
#include "lib/err.h"
#include "lib/output.h"
#include "lib/log.h"

struct job {
	/* borrowed; receives warnings and progress */
	const struct kis_log *logger;
	/* borrowed; names of the input files, then NULL; "-" is standard
	 * input */
	char **files;
	enum csv_header header;
	int ignore_extra; /* 1: ignore fields that have no column */
	int allow_empty;  /* 1: accept input without records */
	struct kis_fields fields;
	struct columns columns;
	struct csv csv;
	size_t records; /* number of records written so far */
};

/* Writes the header and all records to out, which stays open. Returns 0, or -1
 * and sets err: 64 if -c names a field twice; 65 if a record is invalid or has
 * a field without a column (the message begins with FILE:LINE), a name of -c is
 * unknown, or the columns cannot be decided; 66 if a file does not exist, or if
 * there are no records and allow_empty is 0; 74 if reading or writing fails. */
int convert(struct job *job, struct kis_output *out, struct kis_err *err);

#endif
