#ifndef SIM_FAULT_ACT_H
#define SIM_FAULT_ACT_H
/*
 * Declares the functions that fault_table.c lists, grouped by stage. A function
 * of stage SIM_FIRST fills the reply, SIM_ASKED changes the call, SIM_JSON
 * changes reply->root, and SIM_BYTES changes reply->body or how the body is
 * sent.
 */
#include "tests/sim/fault.h"

#define SIM_ACT(name)                                                          \
	void sim_act_##name(struct sim_call *call, struct sim_reply *reply,    \
		const struct sim_fault *f)

/* Functions of stage SIM_FIRST, defined in fault_first.c. */
SIM_ACT(error);
SIM_ACT(rate);
SIM_ACT(rate_nomsgcd);
SIM_ACT(good_with_code);
SIM_ACT(other_shape);
SIM_ACT(echo);
SIM_ACT(echo_encoded);
SIM_ACT(dead_token);
SIM_ACT(html);
SIM_ACT(nobody);
SIM_ACT(retry_later);
SIM_ACT(hang);
SIM_ACT(redirect);
SIM_ACT(redirect_http);

/* Functions of stage SIM_ASKED, defined in fault_first.c. They change
 * call->issue of a token request, or call->query of any other request. */
SIM_ACT(rows31);
SIM_ACT(rows100);
SIM_ACT(moving);
SIM_ACT(hole);
SIM_ACT(new_token);
SIM_ACT(expired_token);

/* Functions of stage SIM_JSON, defined in fault_json.c. */
SIM_ACT(empty);
SIM_ACT(null_output);
SIM_ACT(no_output);
SIM_ACT(output1);
SIM_ACT(empty_rows);
SIM_ACT(extra_typed);
SIM_ACT(object_output);
SIM_ACT(string_output);
SIM_ACT(numbers);
SIM_ACT(nulls);
SIM_ACT(missing_member);
SIM_ACT(no_code);
SIM_ACT(extra_member);
SIM_ACT(secret_row);
SIM_ACT(token_row);
SIM_ACT(no_rtcd);
SIM_ACT(rtcd_number);
SIM_ACT(rtcd_number_empty);
SIM_ACT(padded);
SIM_ACT(swapped);
SIM_ACT(date_zero);
SIM_ACT(out_of_band);
SIM_ACT(twice);
SIM_ACT(no_date);
SIM_ACT(bad_expiry);
SIM_ACT(token_crlf);
SIM_ACT(empty_token);
SIM_ACT(born_dead);

/* Functions of stage SIM_BYTES, defined in fault_bytes.c. */
SIM_ACT(slow);
SIM_ACT(stall);
SIM_ACT(cut);
SIM_ACT(not_json);
SIM_ACT(array_json);
SIM_ACT(bom);
SIM_ACT(junk_after);
SIM_ACT(duplicate);
SIM_ACT(duplicate_row);
SIM_ACT(huge);
SIM_ACT(endless);
SIM_ACT(gzip_bomb);
SIM_ACT(wrong_type);
SIM_ACT(invalid_utf8);
SIM_ACT(nul_byte);
SIM_ACT(nul_escape);
SIM_ACT(deep);

#endif
