#include "cmd/kis-tocsv/convert.h"
#include "lib/ndjson.h"

#include <string.h>

/* What a record with other keys than the one before asks for. */
static int take_shape(struct job *job, const struct kis_member *members,
	size_t count, struct kis_output *out, struct kis_err *err)
{
	const struct kis_member *extra;

	if (kis_ndjson_is_answer(members, count))
		return kis_fail(err, KIS_EX_DATA,
			"an answer of the API, not a record: " KIS_NDJSON_HINT);
	if (job->records == 0 &&
		(columns_decide(&job->columns, members, count, err) < 0 ||
			csv_write_header(&job->csv, &job->columns, job->header,
				out, err) < 0))
		return -1;
	extra = columns_match(&job->columns, members, count);
	if (extra && !job->ignore_extra)
		return kis_fail(err, KIS_EX_DATA,
			"member '%.*s' has no column: the first record does "
			"not have it; --ignore-extra leaves it out, -c "
			"chooses the columns",
			(int)(extra->key_len < 200 ? extra->key_len : 200),
			extra->key);
	return 0;
}

static int convert_records(struct job *job, struct kis_ndjson *in,
	struct kis_output *out, struct kis_err *err)
{
	const struct kis_member *members;
	size_t count;
	int same_keys, got;

	while ((got = kis_ndjson_next(in, &members, &count, &same_keys, err)) >
		0) {
		if ((!same_keys &&
			    take_shape(job, members, count, out, err) < 0) ||
			csv_write_record(&job->csv, &job->columns, members,
				kis_ndjson_line_bytes(in), out, err) < 0) {
			if (err->code == KIS_EX_DATA)
				kis_fail_context(
					err, "%s", kis_ndjson_where(in));
			return -1;
		}
		job->records++;
	}
	return got;
}

static int convert_file(struct job *job, const char *file,
	struct kis_output *out, struct kis_err *err)
{
	struct kis_ndjson *in = kis_ndjson_open(file, err);
	size_t before = job->records;
	int rc;

	if (!in)
		return -1;
	rc = convert_records(job, in, out, err);
	kis_ndjson_free(in);
	if (rc == 0)
		kis_say_info(job->say, "%s: %zu records",
			strcmp(file, "-") == 0 ? "standard input" : file,
			job->records - before);
	return rc;
}

int convert(struct job *job, struct kis_output *out, struct kis_err *err)
{
	for (char **file = job->files; *file; file++)
		if (convert_file(job, *file, out, err) < 0)
			return -1;
	if (job->records > 0)
		return 0;
	if (!job->allow_empty)
		return kis_fail(err, KIS_EX_NOINPUT,
			"no record arrived: see what the program before said; "
			"--allow-empty makes it no error");
	columns_decide_empty(&job->columns);
	return csv_write_header(
		&job->csv, &job->columns, job->header, out, err);
}
