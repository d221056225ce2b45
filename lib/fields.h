/*
 * Collects the fields of all records of a run and determines their types. A
 * type applies to a whole column, not to a single cell.
 *
 * A field that kis_record_columns contains has the type given there (see
 * kis_fields_known()). A field named by --text is text. Any other field is a
 * number if all its values are plain numbers (lib/number.h), a boolean if all
 * are true or false, and text in any other case; null and empty values are
 * ignored. Only the records passed to kis_fields_learn(), the lookahead, decide
 * the type. If a field has no value in these records, its first later value
 * decides the type.
 */
#ifndef KIS_FIELDS_H
#define KIS_FIELDS_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/names.h"
#include "lib/ndjson.h"

#include <stdint.h>

enum kis_type {
	KIS_TYPE_UNDECIDED, /* all values so far are null or empty */
	KIS_TYPE_NUMBER,
	KIS_TYPE_TRUTH,
	KIS_TYPE_TEXT,
	KIS_TYPE_TABLE, /* the type is given in kis_record_columns */
};

enum { KIS_NO_FIELD = -1 };

struct kis_field {
	/* index in kis_record_columns, or -1 if that table does not contain the
	 * field */
	int known;
	enum kis_type type;
	int is_text;     /* 1 if --text names the field */
	uint64_t strays; /* number of values not of the field's type */
};

/* A field of the record last passed to kis_fields_learn(), whose type may still
 * change with later values. */
struct kis_field_open {
	size_t member; /* index of the field in the record */
	size_t field;  /* index of the field in kis_fields.list */
};

struct kis_fields {
	/* names of all fields; the number of a name is also the number of its
	 * field */
	struct kis_names names;
	struct kis_field *list; /* owned; indexed by the number of a field */
	size_t cap;             /* fields allocated in list */
	struct kis_names text;  /* field names given by --text */
	struct kis_field_open *open; /* owned; open_count entries are in use */
	size_t open_count, open_cap;
	int is_fixed; /* 1 after kis_fields_fix() */
	/* 1 if any field is in kis_record_columns and is not a context field
	 * (see lib/record.h) */
	int has_kis;
	/* Owned. Indexed by the reader's number of a name (see struct
	 * kis_member). An entry is the number of the field with that name,
	 * KIS_NO_FIELD if there is no such field, or a different negative value
	 * if the name was not looked up yet. */
	int *of_name;
	size_t of_name_count;
	unsigned epoch; /* kis_ndjson_epoch() when `of_name` was filled */
};

/* Sets the type of the fields named in one --text option to text. Call this
 * function before any field is added to f. The argument "names" is a list in
 * the format that kis_fields_next_name() parses; a name in it may also be a
 * column title. Returns 0, or -1 and sets err (64). */
int kis_fields_set_text(
	struct kis_fields *f, const char *names, struct kis_err *err);

/* Return the number (the index in f->list) of the field of m, a member of the
 * reader's last record. If the field is new, kis_fields_add() adds it, and
 * kis_fields_find() returns KIS_NO_FIELD. */
size_t kis_fields_add(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m);
int kis_fields_find(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m);

/* Returns the index of a field in kis_record_columns, or -1 if that table does
 * not contain the field. The argument "field" is an index in f->list. The
 * names of the context fields (market, rank, list …) are common words. These
 * fields are therefore recognised only if the records also have a field of the
 * table that is not a context field. */
int kis_fields_known(const struct kis_fields *f, size_t field);

/* Adds the field with the name of n bytes at key if it is new. Returns the
 * number of the field, which is its index in f->list. */
size_t kis_fields_add_key(struct kis_fields *f, const char *key, size_t n);

/* Adds the fields of the reader's last record and updates the types of these
 * fields from the record's values. same_keys is the value that
 * kis_ndjson_next() set for this record. */
void kis_fields_learn(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count, int same_keys);

/* Keeps the types of all fields: from now on, kis_fields_learn() only adds
 * fields, whose first value decides their type. Sets the counter `strays` of
 * each field to 0. Called before the input is read again from its start. */
void kis_fields_fix(struct kis_fields *f);

/* Returns the type that a field would have if m were its only value: UNDECIDED,
 * NUMBER, TRUTH or TEXT. */
enum kis_type kis_fields_type_of(const struct kis_member *m);

/* Parses the next name of a comma-separated list. Whitespace around a name is
 * removed. A name may be in double quotes, as "a,b"; a quote within such a name
 * is doubled. Writes the name to out, an initialised buffer, and sets *p to the
 * text after the comma, or to NULL after the last name. Returns 1; 0 if *p is
 * NULL; -1 if an unquoted name is empty, a quote is not closed, or text follows
 * a closing quote. */
int kis_fields_next_name(const char **p, struct kis_buf *out);

/* If values did not have the type of their column, appends a warning about them
 * to out and returns 1. Otherwise returns 0. */
int kis_fields_strays(const struct kis_fields *f, struct kis_buf *out);

/* Frees the memory of f. f is then empty. */
void kis_fields_release(struct kis_fields *f);

#endif
