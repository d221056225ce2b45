#ifndef SIM_REPLY_H
#define SIM_REPLY_H
/*
 * Builds a response before it is sent: status, headers, body, and how the body
 * is sent. The body is JSON (root) before sim_reply_render(), and bytes (body)
 * afterwards.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum sim_wire {
	SIM_WIRE_WHOLE,
	SIM_WIRE_SLOW,  /* sends the body in pieces over three seconds */
	SIM_WIRE_STALL, /* sends half of the body, then nothing */
	SIM_WIRE_CUT,   /* sends cut_at bytes, then closes the connection */
	SIM_WIRE_HANG,  /* sends nothing, not even headers */
	SIM_WIRE_FLOOD  /* sends flood_size bytes of ranking rows */
};

struct sim_reply {
	unsigned status;
	const char *code;        /* error code for the log, or NULL; borrowed */
	const char *type;        /* Content-Type, or NULL for none */
	const char *encoding;    /* value of Content-Encoding, or NULL */
	const char *retry_after; /* value of Retry-After, or NULL */
	char location[96];       /* value of Location; empty: no such header */
	const char *tr_id;       /* value of the header tr_id; NULL: do not send
				    tr_id, tr_cont and gt_uid */
	json_t *root;            /* body as JSON, or NULL; owned */
	char *body;              /* body as bytes, or NULL; owned */
	size_t size;
	enum sim_wire wire;
	size_t flood_size; /* bytes to send; 0: endless rows, chunked */
	size_t cut_at;     /* bytes to send; 0: half of the body */
};

extern const char sim_type_json[];
extern const char sim_type_html[];

/* Sets status 200 and the Content-Type of JSON; all other fields are empty. */
void sim_reply_init(struct sim_reply *r);
void sim_reply_release(struct sim_reply *r);

/* Sets the status, error code and JSON of the response. Takes ownership of root
 * and frees the previous root. Borrows code until the reply is released. */
void sim_reply_json(
	struct sim_reply *r, unsigned status, const char *code, json_t *root);

/* Set the response with which KIS reports an error of a token request (the
 * first function) or of a data request (the second function). */
void sim_reply_token_error(struct sim_reply *r, unsigned status,
	const char *code, const char *text);
void sim_reply_error(struct sim_reply *r, unsigned status, const char *rt_cd,
	const char *code, const char *text);

/* Replaces the body with an HTML page like the error pages of gateways. Sets
 * the status and removes the header tr_id. */
void sim_reply_html(struct sim_reply *r, unsigned status);

/* Renders root to bytes as KIS does: one line, with unescaped Korean. Frees
 * root. Does nothing if root is NULL. */
void sim_reply_render(struct sim_reply *r);

/* Replaces root or the rendered body with the "size" bytes at body. Takes
 * ownership of body, which must be from malloc(). */
void sim_reply_bytes(struct sim_reply *r, char *body, size_t size);

/* Inserts the first "size" bytes of text into the rendered body at the offset
 * "at", or at its end if the body is shorter. */
void sim_reply_insert(
	struct sim_reply *r, size_t at, const char *text, size_t size);

#endif
