#ifndef SIM_MANGLE_H
#define SIM_MANGLE_H
/*
 * Damage by chance to a good answer's bytes, the same for the same seed: bits
 * flipped, bytes replaced, pieces lost, repeated or cut off, a delay.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/*
 * Damages the rendered reply if --mangle was given, and writes the body that
 * goes out to DIR/sent, or to DIR/sent-part the part of it that will arrive.
 */
void sim_mangle(struct sim_call *call, struct sim_reply *reply);

#endif
