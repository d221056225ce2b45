#ifndef SIM_MEMBER_H
#define SIM_MEMBER_H
/*
 * Sets number fields of a response. The fields are strings, because the API
 * writes numbers as strings.
 */
#include <jansson.h>
#include <stdint.h>

/* Sets the field "key" of row to n, written in decimal. */
void sim_set_number(json_t *row, const char *key, int64_t n);

/* Sets the field "key" of row to the number a as a percentage of the number b,
 * with two decimals. Halves are rounded away from zero. If b is 0, the
 * percentage is 0.00. */
void sim_set_percent(json_t *row, const char *key, int64_t a, uint64_t b);

#endif
