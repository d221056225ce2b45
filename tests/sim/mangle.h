#ifndef SIM_MANGLE_H
#define SIM_MANGLE_H
/*
 * Damages responses at random: flips bits, replaces bytes, removes, repeats
 * or cuts off pieces, or delays the response. The damage depends only on the
 * seed and the number of the response.
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
