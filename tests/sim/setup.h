#ifndef SIM_SETUP_H
#define SIM_SETUP_H
/*
 * Creates the files in DIR. The file env is written last: its existence
 * means that the server listens.
 */
#include "tests/sim/call.h"
#include "tests/sim/cert.h"

/*
 * Creates DIR unless it exists, removes the env of an earlier run, generates
 * credentials and the market, opens the log, and writes the files that the
 * options select. Returns 0, or -1 with a message on standard error.
 */
int sim_setup(struct sim *sim);

/* Removes env and frees what sim_setup() stored in sim. Call this even after
 * sim_setup() failed. */
void sim_setup_release(struct sim *sim);

/* Writes ca.pem. Returns 0, or -1 with a message on standard error. */
int sim_setup_ca(const struct sim *sim, const struct sim_cert *cert);

/* Writes env atomically. Call this after sim_server_start(), so that a client
 * that has read env can connect. Returns 0, or -1 with a message on standard
 * error. */
int sim_setup_env(const struct sim *sim);

#endif
