#ifndef SIM_MEMBER_H
#define SIM_MEMBER_H
/*
 * Sets number fields of a response. The API writes numbers as strings.
 */
#include <jansson.h>
#include <stdint.h>

/* Sets the field to n in decimal. */
void sim_set_number(json_t *row, const char *key, int64_t n);

/* Sets the field to a as a percentage of b with two decimals, halves rounded
 * away from zero; 0.00 if b is 0. */
void sim_set_percent(json_t *row, const char *key, int64_t a, uint64_t b);

#endif
