#include "shape.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdlib.h>
#include <string.h>

static const char *const keys[ROLE_COUNT] = {
	[ROLE_MARKET] = "market",
	[ROLE_PERIOD] = "period",
	[ROLE_FETCHED] = "fetched_at",
	[ROLE_CODE] = "mksc_shrn_iscd",
	[ROLE_NAME] = "hts_kor_isnm",
	[ROLE_PRICE] = "stck_prpr",
	[ROLE_AVERAGE] = "avrg_prc",
	[ROLE_SHORT_VALUE] = "ssts_tr_pbmn",
	[ROLE_SHORT_SHARE] = "ssts_tr_pbmn_rlim",
	[ROLE_DATE1] = "stnd_date1",
	[ROLE_DATE2] = "stnd_date2",
};

int shape_column(enum role role)
{
	return kis_record_find(keys[role], strlen(keys[role]));
}

static int is_key(const struct kis_member *m, const char *key)
{
	return key && strlen(key) == m->key_len &&
	       memcmp(key, m->key, m->key_len) == 0;
}

static int find(const struct kis_member *members, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (is_key(&members[i], key))
			return (int)i;
	return -1;
}

void shape_learn(struct shape *s, const struct kis_member *members,
	size_t count, const char *sheet_by)
{
	if (count > s->room) {
		s->column = kis_mem_resize(s->column, count, sizeof(int));
		s->room = count;
	}
	s->count = count;
	for (int i = 0; i < ROLE_COUNT; i++)
		s->member[i] = find(members, count, keys[i]);
	s->member[ROLE_SHEET] = find(members, count, sheet_by);
	s->ours = s->member[ROLE_CODE] >= 0;
	for (size_t i = 0; i < count; i++)
		s->column[i] = s->ours ? kis_record_find(members[i].key,
						 members[i].key_len)
				       : -1;
}

void shape_release(struct shape *s)
{
	free(s->column);
	memset(s, 0, sizeof(*s));
}
