#ifndef SIM_FAULT_H
#define SIM_FAULT_H
/*
 * Declares the faults that the server simulates. The table in fault_table.c
 * lists each fault with its targets and the stage of a request at which it
 * acts. fault_first.c contains the faults that replace the response or change
 * the request, fault_json.c those that change fields of the response, and
 * fault_bytes.c those that change the bytes of the response or how the bytes
 * are sent.
 */
#include <stdio.h>

struct sim_call;
struct sim_reply;
struct sim_fault;

/* Bits that select the targets of a fault. */
enum {
	SIM_ON_RANKING = 1,
	SIM_ON_TOKEN = 2,
	SIM_ON_CONNECTION = 4, /* acts before the request is read */
	SIM_ON_SERVER = 8, /* acts during the whole run; COUNT is not allowed */
	SIM_ON_DAILY = 16
};

/* Bits that select the stage at which a fault acts. */
enum {
	SIM_FIRST = 1, /* replaces the response; the request is not checked */
	SIM_ASKED = 2, /* changes a valid request */
	SIM_JSON = 4,  /* changes the fields of a successful response */
	SIM_BYTES = 8, /* changes the bytes of a successful response, or how the
			  bytes are sent */
	SIM_SETUP = 16 /* acts on the server or on a connection */
};

struct sim_fault {
	const char *name;
	const char *what; /* description for --list-faults */
	unsigned on;
	unsigned stage;
	void (*act)(struct sim_call *call, struct sim_reply *reply,
		const struct sim_fault *f);
	unsigned status;  /* HTTP status of an error response, or 0 */
	const char *code; /* error code; may be "" or NULL */
	const char *text; /* error message, value of Retry-After, or NULL */
};

enum { SIM_MAX_FAULTS = 64 };

struct sim_faults {
	struct {
		const struct sim_fault *fault;
		unsigned on;
		long left; /* number of requests or connections that remain
			      to be affected; -1: all */
	} all[SIM_MAX_FAULTS];
	int n;
};

/* Parses [token.|ranking.|daily.]NAME[:COUNT] and adds the fault. Without a
 * target, the fault applies to rankings or, if rankings do not have this fault,
 * to all targets that have it. COUNT is the number of requests to affect; the
 * default is all. NAME may also be CODE@STATUS, an error response with any code
 * and any HTTP status. Returns 0, or -1 with a message and the list of faults
 * on standard error. */
int sim_fault_add(struct sim_faults *faults, const char *text);

/*
 * Returns the next fault of the target and counts the fault as used. Returns
 * NULL if no fault is left, or if "stages" lacks the stage of the next fault.
 * The faults of one target act in the order of the command line, so a fault of
 * a later stage delays the faults after it.
 */
const struct sim_fault *sim_fault_take(
	struct sim_faults *faults, unsigned on, unsigned stages);

/* Applies the fault and sets call->fault to its name, which is written to the
 * log. Does nothing if f is NULL. */
void sim_fault_act(const struct sim_fault *f, struct sim_call *call,
	struct sim_reply *reply);

/* Returns 1 if a fault of this name was added, else 0. */
int sim_fault_has(const struct sim_faults *faults, const char *name);

/* Prints one line for each fault: targets, name and description, separated by
 * tabs. */
void sim_fault_list(FILE *f);

#endif
