#include "tests/sim/fault.h"

#include <err.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/call.h"
#include "tests/sim/fault_act.h"
#include "tests/sim/fault_table.h"

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

static const struct {
	const char *prefix;
	unsigned on;
} targets[] = {
	{"ranking.", SIM_ON_RANKING},
	{"daily.", SIM_ON_DAILY},
	{"token.", SIM_ON_TOKEN},
};

enum {
	NO_TARGET = SIM_ON_CONNECTION | SIM_ON_SERVER,
	ANYTHING = SIM_ON_RANKING | SIM_ON_DAILY | SIM_ON_TOKEN | NO_TARGET,
	NTARGETS = sizeof(targets) / sizeof(targets[0])
};

/* Returns the fault with this name that acts on the server, on connections, or
 * on one of the targets in the set "on". If there is none, returns the fault
 * with this name that acts on any other target. Returns NULL if no fault has
 * this name. */
static const struct sim_fault *find(const char *name, size_t n, unsigned on)
{
	const struct sim_fault *f;

	for (f = sim_fault_table; f->name; f++)
		if ((f->on & (on | NO_TARGET)) && strlen(f->name) == n &&
			strncmp(f->name, name, n) == 0)
			return f;
	return on == ANYTHING ? NULL : find(name, n, ANYTHING);
}

static int parse_count(const char *text, long *left)
{
	char *end;

	*left = -1;
	if (*text == '\0')
		return 0;
	*left = strtol(text + 1, &end, 10);
	return *end || end == text + 1 || *left < 1 ? -1 : 0;
}

static unsigned split_target(const char **name)
{
	for (int i = 0; i < NTARGETS; i++) {
		size_t n = strlen(targets[i].prefix);

		if (strncmp(*name, targets[i].prefix, n) == 0) {
			*name += n;
			return targets[i].on;
		}
	}
	return 0;
}

static int refuse(const char *text, const char *why)
{
	warnx("fault '%s': %s; the faults are:", text, why);
	sim_fault_list(stderr);
	return -1;
}

/* Returns a new fault for a name of the form CODE@STATUS, or NULL if the name
 * does not have that form. The fault is never freed, because faults are used
 * until the process ends. */
static const struct sim_fault *make_error(const char *name, size_t n)
{
	const char *at = memchr(name, '@', n);
	struct sim_fault *f;
	long status;

	if (at == NULL || at == name)
		return NULL;
	status = strtol(at + 1, NULL, 10);
	if (status < 100 || status > 599 || n != (size_t)(at - name) + 4)
		return NULL;
	f = calloc(1, sizeof(*f));
	if (f == NULL)
		err(EXIT_FAILURE, "fault");
	f->name = strndup(name, n);
	f->code = strndup(name, (size_t)(at - name));
	f->what = "an error of this code and status";
	f->on = SIM_ON_RANKING | SIM_ON_DAILY | SIM_ON_TOKEN;
	f->stage = SIM_FIRST;
	f->act = sim_act_error;
	f->status = (unsigned)status;
	f->text = "시험용 오류입니다.";
	return f;
}

int sim_fault_add(struct sim_faults *faults, const char *text)
{
	const char *name = text;
	unsigned on = split_target(&name);
	size_t n = strcspn(name, ":");
	const struct sim_fault *f = find(name, n, on ? on : SIM_ON_RANKING);
	long left;

	if (f == NULL)
		f = make_error(name, n);

	if (f == NULL)
		return refuse(text, "unknown");
	if (on && !(f->on & (on | NO_TARGET)))
		return refuse(text, "not of this target");
	if (parse_count(name + n, &left) < 0 ||
		(left >= 0 && (f->on & SIM_ON_SERVER)))
		return refuse(text, "wrong COUNT");
	if (faults->n == SIM_MAX_FAULTS)
		return refuse(text, "too many");
	if (on == 0 && (f->on & SIM_ON_RANKING))
		on = SIM_ON_RANKING;
	faults->all[faults->n].fault = f;
	faults->all[faults->n].on = on ? f->on & (on | NO_TARGET) : f->on;
	faults->all[faults->n++].left = left;
	return 0;
}

const struct sim_fault *sim_fault_take(
	struct sim_faults *faults, unsigned on, unsigned stages)
{
	const struct sim_fault *f = NULL;
	bool found = false;

	pthread_mutex_lock(&counting);
	for (int i = 0; i < faults->n && !found; i++) {
		if (!(faults->all[i].on & on) || faults->all[i].left == 0)
			continue;
		found = true;
		if (!(faults->all[i].fault->stage & stages))
			break;
		f = faults->all[i].fault;
		if (faults->all[i].left > 0)
			faults->all[i].left--;
	}
	pthread_mutex_unlock(&counting);
	return f;
}

void sim_fault_act(const struct sim_fault *f, struct sim_call *call,
	struct sim_reply *reply)
{
	if (f == NULL)
		return;
	call->fault = f->name;
	f->act(call, reply, f);
}

int sim_fault_has(const struct sim_faults *faults, const char *name)
{
	for (int i = 0; i < faults->n; i++)
		if (strcmp(faults->all[i].fault->name, name) == 0)
			return 1;
	return 0;
}

/* Prints the targets of a fault, such as "ranking,daily". */
static void print_targets(FILE *f, unsigned on)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {
		{SIM_ON_RANKING, "ranking"},
		{SIM_ON_DAILY, "daily"},
		{SIM_ON_TOKEN, "token"},
		{SIM_ON_SERVER, "server"},
		{SIM_ON_CONNECTION, "connection"},
	};
	const char *comma = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(on & names[i].bit))
			continue;
		fprintf(f, "%s%s", comma, names[i].name);
		comma = ",";
	}
}

void sim_fault_list(FILE *f)
{
	for (const struct sim_fault *t = sim_fault_table; t->name; t++) {
		print_targets(f, t->on);
		fprintf(f, "\t%s\t%s\n", t->name, t->what);
	}
	fprintf(f, "ranking,daily,token\tCODE@STATUS\tany error code with any "
		   "HTTP status, such as OPSQ1002@200\n");
}
