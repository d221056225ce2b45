#ifndef SIM_SETUP_H
#define SIM_SETUP_H
/*
 * Creates the files in the directory of --dir. The file "env" is written last,
 * so its existence means that the server is listening.
 */
#include "tests/sim/call.h"
#include "tests/sim/cert.h"

/*
 * Creates the directory of --dir unless it exists, locks it, removes the file
 * "env" of an earlier run, generates credentials and the market, opens the log,
 * and writes the files that the options select. Returns 0, or -1 with a message
 * on standard error, also if another kis-sim uses the directory.
 */
int sim_setup(struct sim *sim);

/* Removes the file "env" and frees what sim_setup() stored in sim. Must be
 * called even after sim_setup() failed. */
void sim_setup_release(struct sim *sim);

/* Writes the file ca.pem, the certificate of the certificate authority. Returns
 * 0, or -1 with a message on standard error. */
int sim_setup_ca(const struct sim *sim, const struct sim_cert *cert);

/* Writes the file "env" atomically. Must be called after sim_server_start(), so
 * that a client that has read the file can connect. Returns 0, or -1 with a
 * message on standard error. */
int sim_setup_env(const struct sim *sim);

#endif
