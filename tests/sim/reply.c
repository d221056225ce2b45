#include "tests/sim/reply.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

const char sim_type_json[] = "application/json; charset=utf-8";
const char sim_type_html[] = "text/html";

void sim_reply_init(struct sim_reply *r)
{
	memset(r, 0, sizeof(*r));
	r->status = 200;
	r->type = sim_type_json;
}

void sim_reply_release(struct sim_reply *r)
{
	json_decref(r->root);
	free(r->body);
	r->root = NULL;
	r->body = NULL;
	r->size = 0;
}

void sim_reply_json(
	struct sim_reply *r, unsigned status, const char *code, json_t *root)
{
	json_decref(r->root);
	r->root = root;
	r->status = status;
	r->code = code;
}

void sim_reply_token_error(struct sim_reply *r, unsigned status,
	const char *code, const char *text)
{
	sim_reply_json(r, status, code,
		json_pack("{s:s, s:s}", "error_description", text, "error_code",
			code));
}

void sim_reply_error(struct sim_reply *r, unsigned status, const char *rt_cd,
	const char *code, const char *text)
{
	sim_reply_json(r, status, code,
		json_pack("{s:s, s:s, s:s}", "rt_cd", rt_cd, "msg1", text,
			"msg_cd", code));
}

void sim_reply_html(struct sim_reply *r, unsigned status)
{
	char *page;
	int n = asprintf(&page,
		"<html>\r\n<head><title>%u</title></head>\r\n"
		"<body>\r\n<center><h1>%u</h1></center>\r\n<hr><center>gateway"
		"</center>\r\n</body>\r\n</html>\r\n",
		status, status);

	if (n < 0)
		err(EX_OSERR, NULL);
	r->status = status;
	r->type = sim_type_html;
	r->tr_id = NULL;
	sim_reply_bytes(r, page, (size_t)n);
}

void sim_reply_render(struct sim_reply *r)
{
	char *text;

	if (r->root == NULL)
		return;
	text = json_dumps(r->root, JSON_COMPACT | JSON_PRESERVE_ORDER);
	if (text == NULL)
		errx(EX_SOFTWARE, "cannot write JSON");
	sim_reply_bytes(r, text, strlen(text));
}

void sim_reply_bytes(struct sim_reply *r, char *body, size_t size)
{
	sim_reply_release(r);
	r->body = body;
	r->size = size;
}

void sim_reply_insert(
	struct sim_reply *r, size_t at, const char *text, size_t size)
{
	char *body = malloc(r->size + size + 1);

	if (body == NULL)
		err(EX_OSERR, NULL);
	if (at > r->size)
		at = r->size;
	memcpy(body, r->body, at);
	memcpy(body + at, text, size);
	memcpy(body + at + size, r->body + at, r->size - at);
	size += r->size;
	sim_reply_bytes(r, body, size);
}
