#ifndef SIM_SETUP_H
#define SIM_SETUP_H
/*
 * The files in DIR: what is there before the server listens, and env, which
 * says that it does.
 */
#include "tests/sim/call.h"
#include "tests/sim/cert.h"

/*
 * Makes DIR, removes an old env, draws keys, builds the market, writes the
 * files that were asked for. -1 with a message on stderr.
 */
int sim_setup(struct sim *sim);
void sim_setup_release(struct sim *sim);

int sim_setup_ca(const struct sim *sim, const struct sim_cert *cert);

/* Writes env in one step: who sees it may connect. */
int sim_setup_env(const struct sim *sim);

#endif
