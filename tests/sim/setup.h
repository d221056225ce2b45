#ifndef SIM_SETUP_H
#define SIM_SETUP_H
/*
 * The files in DIR. env is written last: it shows that the server listens.
 */
#include "tests/sim/call.h"
#include "tests/sim/cert.h"

/*
 * Creates DIR, removes an old env, generates credentials and the market, and
 * writes the files that the options select. Returns 0, or -1 with a message on
 * standard error.
 */
int sim_setup(struct sim *sim);
void sim_setup_release(struct sim *sim);

/* Writes ca.pem. Returns 0, or -1 with a message on standard error. */
int sim_setup_ca(const struct sim *sim, const struct sim_cert *cert);

/* Writes env atomically; a client that reads it can connect. Returns 0, or -1
 * with a message on standard error. */
int sim_setup_env(const struct sim *sim);

#endif
