/*
 * The conversion: the records of all files, one after another, as rows.
 */
#ifndef TOCSV_CONVERT_H
#define TOCSV_CONVERT_H

#include "cmd/kis-tocsv/columns.h"
#include "cmd/kis-tocsv/csv.h"
#include "lib/err.h"
#include "lib/output.h"
#include "lib/log.h"

struct job {
	const struct kis_log *say; /* borrows */
	char **files;              /* borrows; ended by NULL, - is stdin */
	enum csv_header header;
	int ignore_extra; /* fields without a column are ignored */
	int allow_empty;  /* no record is not an error */
	struct kis_fields fields;
	struct columns columns;
	struct csv csv;
	size_t records; /* written so far */
};

/* Writes the header and all records to out, which stays open. Fails with 65
 * (file:line in front), 66, 74. */
int convert(struct job *job, struct kis_output *out, struct kis_err *err);

#endif
