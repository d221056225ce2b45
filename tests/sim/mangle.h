#ifndef SIM_MANGLE_H
#define SIM_MANGLE_H
/*
 * Damages or delays responses at random for --mangle. A damaged response has
 * flipped bits, replaced bytes, a missing or repeated piece, or lacks its end.
 * The choice depends only on the seed and the number of the response.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/*
 * Damages or delays the rendered reply if --mangle is set and the body is not
 * empty. Stores the resulting body in the file DIR/sent. If the connection is
 * closed early, stores only the part of the body that is sent, in
 * DIR/sent-part.
 */
void sim_mangle(struct sim_call *call, struct sim_reply *reply);

#endif
