#ifndef SIM_FAULT_TABLE_H
#define SIM_FAULT_TABLE_H
/*
 * Declares the table of all faults, which ends with a row without a name. A
 * fault whose response depends on the target has several rows with the same
 * name.
 */
#include "tests/sim/fault.h"

extern const struct sim_fault sim_fault_table[];

#endif
