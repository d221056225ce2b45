#ifndef SIM_MANGLE_H
#define SIM_MANGLE_H
/*
 * Damages responses at random for --mangle: flips bits, replaces bytes,
 * removes, repeats or cuts off pieces, or delays the response. The damage
 * depends only on the seed and the number of the response.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/*
 * Damages or delays the rendered reply if --mangle is set and the body is not
 * empty. Stores the resulting body in the file DIR/sent. If the connection is
 * closed early, stores only the part of it that is sent, in DIR/sent-part.
 */
void sim_mangle(struct sim_call *call, struct sim_reply *reply);

#endif
