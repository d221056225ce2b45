#ifndef SIM_FAULT_TABLE_H
#define SIM_FAULT_TABLE_H
/*
 * The table of all faults, ended by a row without a name. A name may have a
 * row for each target, where the two answer differently.
 */
#include "tests/sim/fault.h"

extern const struct sim_fault sim_fault_table[];

#endif
