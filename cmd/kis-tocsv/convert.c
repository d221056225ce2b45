#include "cmd/kis-tocsv/convert.h"
#include "lib/ndjson.h"
#include "lib/locale.h"

#include <time.h>

enum { PROGRESS_EVERY = 1 << 16 };

/* Reads the first records (the lookahead), or all records if to_end is 1, to
 * learn their fields. Sets job->records to the number of records read. Returns
 * 0, or -1 and sets err. */
static int look_ahead(
	struct job *job, struct kis_ndjson *in, int to_end, struct kis_err *err)
{
	const struct kis_member *members;
	size_t count;
	int same_keys, got = 1;

	job->records = 0;
	while (got > 0 && (to_end || !kis_ndjson_is_far(in))) {
		got = kis_ndjson_next(in, &members, &count, &same_keys, err);
		if (got <= 0)
			break;
		kis_fields_learn(&job->fields, in, members, count, same_keys);
		job->records++;
	}
	return got < 0 ? -1 : 0;
}

static int begin_rows(
	struct job *job, struct kis_output *out, struct kis_err *err)
{
	job->records = 0;
	job->csv.has_begun = 0;
	if (columns_decide(&job->columns, &job->fields, err) < 0)
		return -1;
	return csv_write_header(
		&job->csv, &job->columns, job->header, out, err);
}

static int no_column(const struct kis_member *m, struct kis_err *err)
{
	return kis_fail(err, KIS_EX_DATA,
		"unexpected field '%.*s' (not in the first records); use "
		"--ignore-extra to drop it or -c to choose columns",
		(int)(m->key_len < 200 ? m->key_len : 200), m->key);
}

/* Reports progress every PROGRESS_EVERY records, but only in runs of more than
 * a second. start is the time at which writing began. */
static void show_progress(const struct job *job, time_t start)
{
	if (job->records % PROGRESS_EVERY == 0 && time(NULL) > start + 1)
		kis_log_progress(job->logger, N_("%zu records"), job->records);
}

/* Writes all records as rows. Returns 0; 1 and sets err if a record has a field
 * without a column and ignore_extra is 0; or -1 and sets err on any other
 * error. */
static int write_rows(struct job *job, struct kis_ndjson *in,
	struct kis_output *out, struct kis_err *err)
{
	const struct kis_member *members, *extra;
	time_t start = time(NULL);
	size_t count;
	int same_keys, got;

	while ((got = kis_ndjson_next(in, &members, &count, &same_keys, err)) >
		0) {
		extra = same_keys ? NULL
				  : columns_match(&job->columns, &job->fields,
					    in, members, count);
		if (extra && !job->ignore_extra) {
			no_column(extra, err);
			kis_fail_context(err, "%s", kis_ndjson_position(in));
			return 1;
		}
		if (csv_write_record(&job->csv, &job->columns, members,
			    kis_ndjson_line_bytes(in), out, err) < 0) {
			if (err->code == KIS_EX_DATA)
				kis_fail_context(
					err, "%s", kis_ndjson_position(in));
			return -1;
		}
		job->records++;
		show_progress(job, start);
	}
	return got;
}

/* Handles a record that has a field without a column and follows the first
 * records (the lookahead); err contains the error for this record. If every
 * input is a regular file and the output is the file of -o, reads the input to
 * its end to learn all fields, and writes the rows again from the start.
 * Otherwise leaves err unchanged. Returns 0, or -1 and sets err. */
static int begin_anew(struct job *job, struct kis_ndjson *in,
	struct kis_output *out, struct kis_err *err)
{
	const struct kis_err new_field = *err;
	int rc;

	if (!kis_output_can_reset(out) || !kis_ndjson_restart(in)) {
		*err = new_field;
		return -1;
	}
	kis_fields_fix(&job->fields);
	if (look_ahead(job, in, 1, err) < 0)
		return -1;
	kis_ndjson_restart(in);
	if (kis_output_reset(out, err) < 0 || begin_rows(job, out, err) < 0)
		return -1;
	rc = write_rows(job, in, out, err);
	return rc == 1 ? kis_fail(err, KIS_EX_IO,
				 "input changed while it was being read")
		       : rc;
}

static int convert_records(struct job *job, struct kis_ndjson *in,
	struct kis_output *out, struct kis_err *err)
{
	int rc;

	kis_ndjson_look_ahead(in);
	if (look_ahead(job, in, 0, err) < 0)
		return -1;
	kis_ndjson_rewind(in);
	if (job->records == 0)
		return 0;
	if (begin_rows(job, out, err) < 0)
		return -1;
	rc = write_rows(job, in, out, err);
	return rc == 1 ? begin_anew(job, in, out, err) : rc;
}

static void warn_of_strays(const struct job *job)
{
	struct kis_buf text = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	if (kis_fields_strays(&job->fields, &text))
		kis_log_warn(job->logger, "%s", text.data);
	kis_buf_release(&text);
}

int convert(struct job *job, struct kis_output *out, struct kis_err *err)
{
	struct kis_ndjson *in = kis_ndjson_new(job->files);
	int rc;

	job->csv.fields = &job->fields;
	rc = convert_records(job, in, out, err);
	kis_ndjson_free(in);
	if (rc < 0)
		return -1;
	if (job->records > 0) {
		warn_of_strays(job);
		kis_log_info(job->logger,
			job->records == 1 ? N_("%zu record")
					  : N_("%zu records"),
			job->records);
		return 0;
	}
	if (!job->allow_empty)
		return kis_fail(err, KIS_EX_NOINPUT,
			"no records received: the previous command may have "
			"failed; use --allow-empty to accept empty input");
	columns_decide_empty(&job->columns);
	return csv_write_header(
		&job->csv, &job->columns, job->header, out, err);
}
