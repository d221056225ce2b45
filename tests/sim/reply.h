#ifndef SIM_REPLY_H
#define SIM_REPLY_H
/*
 * A response before it is sent: status, headers and a body, which is JSON
 * (root) until sim_reply_render() and bytes afterwards, and how it is sent.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum sim_wire {
	SIM_WIRE_WHOLE,
	SIM_WIRE_SLOW,  /* in pieces over three seconds */
	SIM_WIRE_STALL, /* half the body, then nothing */
	SIM_WIRE_CUT,   /* half or cut_at bytes, then closed */
	SIM_WIRE_HANG,  /* no headers either */
	SIM_WIRE_FLOOD  /* rows up to flood_size, or endless */
};

struct sim_reply {
	unsigned status;
	const char *code;        /* error code for the log; borrows a literal */
	const char *type;        /* Content-Type, or NULL for none */
	const char *encoding;    /* Content-Encoding, or NULL */
	const char *retry_after; /* or NULL */
	char location[96];       /* empty: no header */
	const char *tr_id;       /* sent with tr_cont and gt_uid; or NULL */
	json_t *root;            /* owned */
	char *body;              /* owned */
	size_t size;
	enum sim_wire wire;
	size_t flood_size; /* 0: endless, chunked */
	size_t cut_at;     /* 0: half the body */
};

extern const char sim_type_json[];
extern const char sim_type_html[];

void sim_reply_init(struct sim_reply *r);
void sim_reply_release(struct sim_reply *r);

/* Sets status, code and JSON of the response. Takes ownership of root. */
void sim_reply_json(
	struct sim_reply *r, unsigned status, const char *code, json_t *root);

/* Set an error in one of KIS's two forms: for tokens, or for data requests. */
void sim_reply_token_error(struct sim_reply *r, unsigned status,
	const char *code, const char *text);
void sim_reply_error(struct sim_reply *r, unsigned status, const char *rt_cd,
	const char *code, const char *text);

/* Sets an HTML page like those of gateways. */
void sim_reply_html(struct sim_reply *r, unsigned status);

/* Renders root to bytes as KIS does: one line, with unescaped Korean. */
void sim_reply_render(struct sim_reply *r);

/* Sets the body. Takes ownership of the malloc()ed bytes. */
void sim_reply_bytes(struct sim_reply *r, char *body, size_t size);

/* Inserts size bytes at an offset of the rendered body, at most its end. */
void sim_reply_insert(
	struct sim_reply *r, size_t at, const char *text, size_t size);

#endif
