/*
 * Small whole JSON documents, strictly: credentials, the cache, the server's
 * answers. Duplicate members are refused. Memory that jansson frees is wiped
 * first, because tokens and secrets pass through it, and memory that it does
 * not get ends the process (71).
 */
#ifndef KIS_JSON_H
#define KIS_JSON_H

#include "lib/err.h"

#include <jansson.h>
#include <stddef.h>

/* Parses n bytes that must be one JSON value and nothing else. On failure
 * NULL and err (with code) saying line and column, never the text itself:
 * it may be a secret. Returns-owned (json_decref). */
json_t *kis_json_parse(const char *p, size_t n, int code, struct kis_err *err);

/* 1 if n bytes begin a JSON value and end before its end. */
int kis_json_is_cut(const char *p, size_t n);

/* The value as text, returns-owned; takes value. NULL without memory. What
 * both held is wiped, so the caller frees the text by kis_mem_free_secret(). */
char *kis_json_dump(json_t *value, size_t flags);

/* The member's text; NULL if it is missing or no string. Borrowed from obj. */
const char *kis_json_text(const json_t *obj, const char *key);

#endif
