#include "tests/torture/verdict.h"

#include <err.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const int documented[] = {
	0, 1, 64, 65, 66, 69, 70, 71, 73, 74, 75, 76, 77, 78};

static char why[1024];

char *slurp(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	char *data;
	ssize_t got;

	if (fd < 0 || fstat(fd, &st) != 0)
		err(1, "%s", path);
	data = calloc(1, (size_t)st.st_size + 1);
	if (!data || (got = read(fd, data, (size_t)st.st_size)) < 0)
		err(1, "%s", path);
	close(fd);
	*n = (size_t)got;
	return data;
}

static void mask_digits(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] >= '0' && p[i] <= '9')
			p[i] = '0';
}

/* Masks the query time and a token's expiry, because only these differ between
 * the outputs of two successful runs. */
static void mask_times(char *p, size_t n)
{
	static const char key[] = "\"fetched_at\":\"";
	char *end = p + n;

	if (n > 12 && memcmp(p, "valid until ", 12) == 0)
		mask_digits(p, n);
	while ((p = memmem(p, (size_t)(end - p), key, sizeof(key) - 1))) {
		p += sizeof(key) - 1;
		while (p < end && *p != '"')
			*p++ = '-';
	}
}

static int ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

static int same_bytes(
	const char *name, const char *a, size_t n, const char *b, size_t m)
{
	char *x = malloc(n + 1), *y = malloc(m + 1);
	int same;

	if (!x || !y)
		err(1, NULL);
	memcpy(x, a, n);
	memcpy(y, b, m);
	mask_times(x, n);
	mask_times(y, m);
	/* mask the times in a token cache, which differ between runs */
	if (ends_with(name, ".token")) {
		mask_digits(x, n);
		mask_digits(y, m);
	}
	same = n == m && memcmp(x, y, n) == 0;
	free(x);
	free(y);
	return same;
}

/* Returns 1 if "mode" has the same file type as "wanted" and no permission bit
 * that "wanted" lacks. Some bits may be missing, because the call that sets the
 * mode may have failed. output.t checks the exact modes. */
static int is_no_wider(mode_t mode, mode_t wanted)
{
	return (mode & S_IFMT) == (wanted & S_IFMT) &&
	       (mode & 07777 & ~wanted) == 0;
}

static int same_entry(const struct entry *a, const struct entry *b)
{
	/* accept any content of a *.rate file */
	if (a && b && is_no_wider(a->mode, b->mode) &&
		ends_with(a->name, ".rate"))
		return 1;
	return a && b && is_no_wider(a->mode, b->mode) &&
	       same_bytes(a->name, a->data ? a->data : "", a->n,
		       b->data ? b->data : "", b->n);
}

static const char *check_entry(
	const struct promise *p, const struct entry *now, int done, int killed)
{
	const struct entry *old = tree_find(&p->before, now->name);
	const struct entry *new = tree_find(&p->after_good, now->name);
	int is_target = p->target && strcmp(now->name, p->target) == 0;

	if (!old && !new) {
		if (p->leaves || (killed && p->stray &&
					 fnmatch(p->stray, now->name,
						 FNM_EXTMATCH) == 0))
			return NULL;
		snprintf(why, sizeof(why), "'%s' was not removed", now->name);
		return why;
	}
	if (is_target && !killed && !same_entry(now, done ? new : old)) {
		snprintf(why, sizeof(why), "'%s' is not the %s file", now->name,
			done ? "new" : "old");
		return why;
	}
	if (same_entry(now, old) || same_entry(now, new))
		return NULL;
	snprintf(why, sizeof(why), "'%s' is neither the old nor the new one",
		now->name);
	return why;
}

static const char *check_tree(
	const struct promise *p, const char *work, int done, int killed)
{
	const char *bad = NULL;
	struct tree now;

	tree_read(&now, work);
	for (size_t i = 0; !bad && i < now.count; i++)
		bad = check_entry(p, &now.list[i], done, killed);
	for (size_t i = 0; !bad && i < p->before.count; i++)
		if (!tree_find(&now, p->before.list[i].name) &&
			!ends_with(p->before.list[i].name, ".token"))
			bad = "an old file is gone";
	if (!bad && done && p->target && !tree_find(&now, p->target))
		bad = "done, and no file is there";
	tree_release(&now);
	return bad;
}

/* Returns NULL if standard output is correct, else a description of the broken
 * promise. A failed run may have complete output, because the close of standard
 * output can fail. */
static const char *check_stdout(
	const struct promise *p, const struct run *r, int done)
{
	size_t n;
	char *printed = slurp(r->out, &n);
	int whole = same_bytes("", printed, n, p->good, p->good_n);
	const char *bad = NULL;

	if (done && !whole)
		bad = "done, and stdout is not what it should be";
	else if (!done && n && !whole && !p->streams)
		bad = "failed, and something is on stdout";
	else if (!done && n && !whole &&
		 (n > p->good_n || memcmp(printed, p->good, n) != 0 ||
			 printed[n - 1] != '\n'))
		bad = "failed, and stdout is not whole rows";
	free(printed);
	return bad;
}

/* Returns NULL if standard error is correct, else a description of the broken
 * promise. Every line must start with the program's name. If the program
 * succeeded ("done" is 1), all lines must be warnings. If it failed, there must
 * also be exactly one error message. Modifies the string "printed". */
static const char *check_lines(const struct promise *p, char *printed, int done)
{
	size_t len = strlen(p->program);
	int errors = 0;

	for (char *line = strtok(printed, "\n"); line;
		line = strtok(NULL, "\n")) {
		const char *text = line + len + 2;

		if (strncmp(line, p->program, len) != 0 ||
			strncmp(line + len, ": ", 2) != 0) {
			snprintf(why, sizeof(why), "stderr: %.900s", line);
			return why;
		} else if (strncmp(text, "warning: ", 9) != 0) {
			errors++;
		}
	}
	if (errors == !done)
		return NULL;
	snprintf(why, sizeof(why), "%d lines of error", errors);
	return why;
}

static const char *check_stderr(
	const struct promise *p, const struct run *r, int done)
{
	size_t n;
	char *printed = slurp(r->err, &n);
	const char *bad = NULL;

	if (p->secret && *p->secret && strstr(printed, p->secret))
		bad = "a secret is on stderr";
	else
		bad = check_lines(p, printed, done);
	free(printed);
	return bad;
}

static int is_documented(int code)
{
	for (size_t i = 0; i < sizeof(documented) / sizeof(*documented); i++)
		if (documented[i] == code)
			return 1;
	return 0;
}

static const char *check_after(const struct promise *p)
{
	if (!p->after || system(p->after) == 0)
		return NULL;
	snprintf(why, sizeof(why), "afterwards this fails: %s", p->after);
	return why;
}

const char *verdict(
	const struct promise *p, const struct run *r, const char *work)
{
	int killed = r->way != RUN_FAULTY && run_was_hit(r);
	int done = WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0;
	const char *bad = NULL;

	if (r->late)
		return "it hangs";
	if (!killed && WIFSIGNALED(r->status)) {
		snprintf(why, sizeof(why), "ended by signal %d",
			WTERMSIG(r->status));
		return why;
	}
	if (!killed && !is_documented(WEXITSTATUS(r->status))) {
		snprintf(why, sizeof(why), "exit code %d",
			WEXITSTATUS(r->status));
		return why;
	}
	if (!killed)
		bad = check_stderr(p, r, done);
	if (!bad && !killed)
		bad = check_stdout(p, r, done);
	if (!bad)
		bad = check_tree(p, work, done, killed);
	return bad ? bad : check_after(p);
}
