#include "cmd/kis-toxlsx/record_keys.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdlib.h>
#include <string.h>

static const char *const keys[ROLE_COUNT] = {
	[ROLE_MARKET] = "market",
	[ROLE_PERIOD] = "period",
	[ROLE_LIST] = "list",
	[ROLE_LIST_ROWS] = "list_rows",
	[ROLE_FILTER] = "filter",
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

int keys_column(enum role role)
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

void keys_learn(struct keys *k, const struct kis_member *members, size_t count,
	const char *sheet_by)
{
	if (count > k->room) {
		k->column = kis_mem_resize(k->column, count, sizeof(int));
		k->room = count;
	}
	k->count = count;
	k->serial++;
	for (int i = 0; i < ROLE_COUNT; i++)
		k->member[i] = find(members, count, keys[i]);
	k->member[ROLE_SHEET] = find(members, count, sheet_by);
	k->ours = k->member[ROLE_CODE] >= 0;
	for (size_t i = 0; i < count; i++)
		k->column[i] = k->ours ? kis_record_find(members[i].key,
						 members[i].key_len)
				       : -1;
}

void keys_release(struct keys *k)
{
	free(k->column);
	memset(k, 0, sizeof(*k));
}
