#ifndef SIM_REPLY_H
#define SIM_REPLY_H
/*
 * An answer before it goes out: status, headers, a body as JSON (root) or, from
 * sim_reply_render on, as bytes, and the manner in which it is sent.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum sim_wire {
	SIM_WIRE_WHOLE,
	SIM_WIRE_SLOW,  /* in pieces over three seconds */
	SIM_WIRE_STALL, /* half of it, then nothing */
	SIM_WIRE_CUT,   /* half of it or up to cut_at, then closed */
	SIM_WIRE_HANG,  /* not even headers */
	SIM_WIRE_FLOOD  /* rows without end, or until flood_size */
};

struct sim_reply {
	unsigned status;
	const char *code;        /* for the log; borrows a literal */
	const char *type;        /* Content-Type, or NULL for none */
	const char *encoding;    /* Content-Encoding, or NULL */
	const char *retry_after; /* or NULL */
	char location[96];       /* empty: none */
	const char *tr_id;       /* with tr_cont and gt_uid; or NULL */
	json_t *root;            /* owned */
	char *body;              /* owned, malloc'd */
	size_t size;
	enum sim_wire wire;
	size_t flood_size; /* 0: endless, chunked */
	size_t cut_at;     /* 0: in the middle */
};

extern const char sim_type_json[];
extern const char sim_type_html[];

void sim_reply_init(struct sim_reply *r);
void sim_reply_release(struct sim_reply *r);

/* Takes a JSON answer. */
void sim_reply_json(
	struct sim_reply *r, unsigned status, const char *code, json_t *root);

/* KIS's two error shapes: the gateway's for tokens, the ranking's. */
void sim_reply_token_error(struct sim_reply *r, unsigned status,
	const char *code, const char *text);
void sim_reply_error(struct sim_reply *r, unsigned status, const char *rt_cd,
	const char *code, const char *text);

/* A page of some gateway, which is no JSON. */
void sim_reply_html(struct sim_reply *r, unsigned status);

/* Turns root into bytes, as KIS sends them: one line, Korean unescaped. */
void sim_reply_render(struct sim_reply *r);

/* Takes malloc'd bytes for the body. */
void sim_reply_bytes(struct sim_reply *r, char *body, size_t size);

/* Puts text in at an offset of the rendered body. */
void sim_reply_insert(
	struct sim_reply *r, size_t at, const char *text, size_t size);

#endif
