/*
 * Loads any bytes as the token cache. The result must be no token, or a valid
 * token that does not change when it is stored and loaded again.
 */
#include "cmd/kis-token/token_cache.h"
#include "tests/fuzz/demand.h"

#include <fcntl.h>
#include <string.h>

static const char *folder(void)
{
	static char made[] = "/dev/shm/kis-fuzz.XXXXXX";
	static int is_made;

	if (!is_made)
		DEMAND(mkdtemp(made));
	is_made = 1;
	return made;
}

static void check_again(const struct token_entry *st, const char *path)
{
	static const struct kis_log quiet = {.program = "fuzz", .level = -1};
	struct kis_err err = {0};
	struct token_entry back;

	DEMAND(state_store(st, path, "d", &err) == 0);
	state_load(&back, path, "d", &quiet);
	DEMAND(back.token && strcmp(back.token, st->token) == 0);
	DEMAND(back.expires == st->expires && back.issued == st->issued);
	DEMAND(back.returned == st->returned &&
		back.first_seen == st->first_seen);
	state_release(&back);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const struct kis_log quiet = {.program = "fuzz", .level = -1};
	time_t now = 1800000000;
	struct token_entry st;
	char path[64];
	long wait;
	int fd;

	snprintf(path, sizeof(path), "%s/t", folder());
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	DEMAND(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	close(fd);
	state_load(&st, path, "d", &quiet);
	wait = state_seconds_to_wait(&st, now);
	DEMAND(wait >= 0 && wait <= TOKEN_MINUTE_S);
	DEMAND(!state_is_usable(&st, now) || st.token);
	if (st.token) {
		DEMAND(state_token_is_sound(st.token));
		check_again(&st, path);
	}
	state_release(&st);
	unlink(path);
	return 0;
}
