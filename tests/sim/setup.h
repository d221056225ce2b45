#ifndef SIM_SETUP_H
#define SIM_SETUP_H
/*
 * Creates the files in DIR. The file env is written last: its existence
 * means that the server listens.
 */
#include "tests/sim/call.h"
#include "tests/sim/cert.h"

/*
 * Creates DIR, removes the env of an earlier run, generates credentials and
 * the market, and writes the files that the options select. Returns 0, or -1
 * with a message on standard error.
 */
int sim_setup(struct sim *sim);
void sim_setup_release(struct sim *sim);

/* Writes ca.pem. Returns 0, or -1 with a message on standard error. */
int sim_setup_ca(const struct sim *sim, const struct sim_cert *cert);

/* Writes env atomically. A client that has read env can connect. Returns 0, or
 * -1 with a message on standard error. */
int sim_setup_env(const struct sim *sim);

#endif
