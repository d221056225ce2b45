/*
 * The fields of the records of a run, and the type of each: one decision for
 * a whole column, never for a cell.
 *
 * A field of the record's table has the table's type (kis_fields_known()). Any
 * other is numeric if
 * all its values are plain numbers (lib/number.h), logical if all are true or
 * false, else text; empty values and null do not decide. --text makes a field
 * text. The values that decide are those that were learnt: the lookahead, and
 * the first value of a field that has had none there.
 */
#ifndef KIS_FIELDS_H
#define KIS_FIELDS_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/names.h"
#include "lib/ndjson.h"

#include <stdint.h>

enum kis_type {
	KIS_TYPE_UNDECIDED, /* no value has decided */
	KIS_TYPE_NUMBER,
	KIS_TYPE_TRUTH,
	KIS_TYPE_TEXT,
	KIS_TYPE_TABLE, /* as kis_record_columns says */
};

enum { KIS_NO_FIELD = -1 };

struct kis_field {
	int known; /* its name's index in kis_record_columns, or -1 */
	enum kis_type type;
	int is_text;     /* by --text, whatever the table says */
	uint64_t strays; /* values against the type */
};

/* A member of the records learnt last whose field has no final type yet. */
struct kis_field_open {
	size_t member;
	size_t field;
};

struct kis_fields {
	struct kis_names names; /* the number of a name is that of its field */
	struct kis_field *list; /* owned; of each */
	size_t cap;
	struct kis_names text;       /* of --text */
	struct kis_field_open *open; /* owned; open_count in use */
	size_t open_count, open_cap;
	int has_kis;  /* a field has a name that KIS gave */
	int *of_name; /* owned; the field of each name of the reader,
			 or KIS_NO_FIELD, as far as known */
	size_t of_name_count;
	unsigned epoch;
};

/* Adds the names of one --text. Returns 0, or -1 and sets err (64). */
int kis_fields_set_text(
	struct kis_fields *f, const char *names, struct kis_err *err);

/* Returns the field of a member of the reader's last record, which is added
 * if it is new; find returns KIS_NO_FIELD instead. */
size_t kis_fields_add(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m);
int kis_fields_find(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m);

/* Returns the field's index in kis_record_columns, or -1. The names of context
 * fields (market, rank, list …) are common words: they mean the table's fields
 * only beside one that KIS named. */
int kis_fields_known(const struct kis_fields *f, size_t field);

/* Adds the field of a key, if it is new; returns it. */
size_t kis_fields_add_key(struct kis_fields *f, const char *key, size_t n);

/* Adds the fields of a record and lets its values decide. */
void kis_fields_learn(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count, int same_keys);

/* Returns the type that the value alone would give a field: UNDECIDED, NUMBER,
 * TRUTH or TEXT. */
enum kis_type kis_fields_type_of(const struct kis_member *m);

/* Splits a list of names: separated by commas, whitespace around a name
 * removed, a name with a comma in double quotes ("a,b", "" for a quote). Writes
 * the next name to out, an initialised buffer, and moves *p past its comma.
 * Returns 1; 0 at the end; -1 if a name is empty or a quote is not closed. */
int kis_fields_next_name(const char **p, struct kis_buf *out);

/* Writes a warning about values against their column's type, if there are any,
 * to out. Returns 1 if it did. */
int kis_fields_strays(const struct kis_fields *f, struct kis_buf *out);

/* Frees everything. */
void kis_fields_release(struct kis_fields *f);

#endif
