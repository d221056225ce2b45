#ifndef SIM_FAULT_TABLE_H
#define SIM_FAULT_TABLE_H
/*
 * The table of all faults; the last row has no name. A name has several rows if
 * its response depends on the target.
 */
#include "tests/sim/fault.h"

extern const struct sim_fault sim_fault_table[];

#endif
