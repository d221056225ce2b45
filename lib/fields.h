/*
 * The fields of the records of a run and their types. A type applies to the
 * whole column, never to a single cell.
 *
 * A field of kis_record_columns has the type of that table (see
 * kis_fields_known()). --text makes any field text. Otherwise a field is a
 * number if all its values are plain numbers (lib/number.h), a boolean if all
 * are true or false, and text in any other case; null and empty values are
 * ignored. Only the records passed to kis_fields_learn() decide: the lookahead.
 * If a field has no value there, its first value decides.
 */
#ifndef KIS_FIELDS_H
#define KIS_FIELDS_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/names.h"
#include "lib/ndjson.h"

#include <stdint.h>

enum kis_type {
	KIS_TYPE_UNDECIDED, /* no value has been seen */
	KIS_TYPE_NUMBER,
	KIS_TYPE_TRUTH,
	KIS_TYPE_TEXT,
	KIS_TYPE_TABLE, /* given by kis_record_columns */
};

enum { KIS_NO_FIELD = -1 };

struct kis_field {
	int known; /* index in kis_record_columns, or -1 */
	enum kis_type type;
	int is_text;     /* set by --text */
	uint64_t strays; /* number of values of another type */
};

/* A field of the last record learnt whose type may still change. */
struct kis_field_open {
	size_t member;
	size_t field;
};

struct kis_fields {
	struct kis_names names; /* fields are numbered as their names */
	struct kis_field *list; /* owned; one entry for each name */
	size_t cap;
	struct kis_names text;       /* field names given by --text */
	struct kis_field_open *open; /* owned; open_count are in use */
	size_t open_count, open_cap;
	int has_kis; /* at least one field is named by KIS */
	/* Owned. The field of each name of the reader, KIS_NO_FIELD, or another
	 * negative value if it was not looked up yet. */
	int *of_name;
	size_t of_name_count;
	unsigned epoch;
};

/* Adds the field names of one --text option, as kis_fields_next_name() parses
 * them. Returns 0, or -1 and sets err (64). */
int kis_fields_set_text(
	struct kis_fields *f, const char *names, struct kis_err *err);

/* Return the field of m, a member of the reader's last record. If the field is
 * new, kis_fields_add() adds it, and kis_fields_find() returns KIS_NO_FIELD. */
size_t kis_fields_add(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m);
int kis_fields_find(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m);

/* Returns the field's index in kis_record_columns, or -1. The names of the
 * context fields (market, rank, list …) are common words, so they count only if
 * the records also have a field that KIS named. */
int kis_fields_known(const struct kis_fields *f, size_t field);

/* Adds the field with this name if it is new. Returns the field. */
size_t kis_fields_add_key(struct kis_fields *f, const char *key, size_t n);

/* Adds the fields of a record and updates their types from its values.
 * same_keys is what kis_ndjson_next() set. */
void kis_fields_learn(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count, int same_keys);

/* Returns the type that a field would have if this were its only value:
 * UNDECIDED, NUMBER, TRUTH or TEXT. */
enum kis_type kis_fields_type_of(const struct kis_member *m);

/* Parses the next name of a comma-separated list. Whitespace around a name is
 * removed. A name may be in double quotes, as "a,b"; a quote in it is doubled.
 * Writes the name to out, an initialised buffer, and sets *p after the comma,
 * or to NULL after the last name. Returns 1; 0 if *p is NULL; -1 if an unquoted
 * name is empty, a quote is not closed, or text follows a closing quote. */
int kis_fields_next_name(const char **p, struct kis_buf *out);

/* Appends to out a warning about values whose type differs from their column's.
 * Returns 1, or 0 if there are none. */
int kis_fields_strays(const struct kis_fields *f, struct kis_buf *out);

/* Frees everything. f is then empty. */
void kis_fields_release(struct kis_fields *f);

#endif
