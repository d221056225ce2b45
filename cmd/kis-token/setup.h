/*
 * Implements kis-token --setup, which prompts for appkey and appsecret, and
 * verifies and saves them.
 */
#ifndef KIS_TOKEN_SETUP_H
#define KIS_TOKEN_SETUP_H

#include "cmd/kis-token/obtain.h"

/* Reads appkey and appsecret from the terminal without echo, or from two lines
 * of standard input if standard input is not a terminal. Verifies the
 * credentials by requesting a token, which is cached. Saves the credentials in
 * the credentials file and keeps the other profiles. The argument "profile" is
 * the name of the profile to save (NULL: $KIS_PROFILE, or "default" if that is
 * not set). If no token is issued, saves nothing unless the user at the
 * terminal confirms. Fills and releases job->config. Returns 0, or -1 and sets
 * err: like obtain_token(); 64 for an invalid profile name, 65 or 66 for
 * invalid or missing input, 74 if reading or writing fails, or 73, 75 or 78 for
 * a problem with the credentials file. */
int setup_run(const char *profile, struct job *job, struct kis_err *err);

#endif
