#ifndef SIM_FAULT_H
#define SIM_FAULT_H
/*
 * What the server can do wrong. One table (fault.c) names every fault, says
 * what it may strike and when on a request's way it acts; the acts themselves
 * are in fault_json.c (a good answer with other members) and fault_bytes.c
 * (other bytes, or another manner of sending them).
 */
#include <stdio.h>

struct sim_call;
struct sim_reply;
struct sim_fault;

/* what a fault strikes: bits */
enum {
	SIM_ON_RANKING = 1,
	SIM_ON_TOKEN = 2,
	SIM_ON_CONNECTION = 4, /* before anybody knows what is asked */
	SIM_ON_SERVER = 8,     /* the whole run: takes no COUNT */
	SIM_ON_DAILY = 16
};

/* when: bits */
enum {
	SIM_FIRST = 1, /* instead of an answer, nothing checked */
	SIM_ASKED = 2, /* the request was good: change it */
	SIM_JSON = 4,  /* change the good answer's members */
	SIM_BYTES = 8, /* change its bytes or the sending */
	SIM_SETUP = 16 /* server and connection: looked up by name */
};

struct sim_fault {
	const char *name;
	const char *what; /* for --list-faults */
	unsigned on;
	unsigned stage;
	void (*act)(struct sim_call *call, struct sim_reply *reply,
		const struct sim_fault *f);
	unsigned status; /* what act answers, where it is an error */
	const char *code;
	const char *text;
};

enum { SIM_MAX_FAULTS = 64 };

struct sim_faults {
	struct {
		const struct sim_fault *fault;
		unsigned on;
		long left; /* requests still to strike; -1: always */
	} all[SIM_MAX_FAULTS];
	int n;
};

/* Reads [token.|ranking.|daily.]NAME[:COUNT]; NAME may also be CODE@STATUS, an
 * error of any code with any HTTP status. -1 with a message. */
int sim_fault_add(struct sim_faults *faults, const char *text);

/*
 * The fault that is due on a target, if its stage is among those given, counted
 * as used. Faults of one target come in order: one that waits for a
 * later stage keeps those behind it waiting. NULL: none.
 */
const struct sim_fault *sim_fault_take(
	struct sim_faults *faults, unsigned on, unsigned stages);

/* Acts, and notes the name for the log. f may be NULL. */
void sim_fault_act(const struct sim_fault *f, struct sim_call *call,
	struct sim_reply *reply);

/* Whether a fault of the whole server is asked for. */
int sim_fault_has(const struct sim_faults *faults, const char *name);

void sim_fault_list(FILE *f);

#endif
