#ifndef SIM_MEMBER_H
#define SIM_MEMBER_H
/*
 * Numbers as the API writes them: strings.
 */
#include <jansson.h>
#include <stdint.h>

void sim_set_number(json_t *row, const char *key, int64_t n);

/* a as percent of b, two decimals, halves away from zero; 0.00 if b is 0 */
void sim_set_percent(json_t *row, const char *key, int64_t a, uint64_t b);

#endif
