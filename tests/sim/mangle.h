#ifndef SIM_MANGLE_H
#define SIM_MANGLE_H
/*
 * Random damage to the bytes of a response, the same for the same seed: bits
 * flipped, bytes replaced, pieces lost, repeated or cut off, or a delay.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/*
 * Damages the rendered reply if --mangle is set. Writes the body that is sent
 * to DIR/sent or, if the connection closes early, the part that arrives to
 * DIR/sent-part.
 */
void sim_mangle(struct sim_call *call, struct sim_reply *reply);

#endif
