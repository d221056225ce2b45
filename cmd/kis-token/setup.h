/*
 * kis-token --setup: asks for appkey and appsecret, tries them, keeps them.
 */
#ifndef KIS_TOKEN_SETUP_H
#define KIS_TOKEN_SETUP_H

#include "cmd/kis-token/obtain.h"

/* Reads key and secret, on a terminal without echo, else from two lines of
 * stdin; has a token issued (it goes into the cache); saves them in the
 * credentials file under profile (NULL: $KIS_PROFILE, else "default"), other
 * profiles kept. A key that the server rejects is not saved, unless the
 * terminal's user says so. job's config is filled here. Fails with 65
 * (stdin), 66, and as obtain_token(); 73, 74 and 78 for the file. */
int setup_run(const char *profile, struct job *job, struct kis_err *err);

#endif
