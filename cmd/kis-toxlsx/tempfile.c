#include "cmd/kis-toxlsx/tempfile.h"
#include "lib/mem.h"
#include "lib/process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static const char *folder(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

int tempfile_open(struct tempfile *t, struct kis_err *err)
{
	char *name = kis_mem_printf("%s/kis-toxlsx.XXXXXX", folder());

	t->folder = kis_mem_dup(folder());
	t->fd = mkostemp(name, O_CLOEXEC);
	if (t->fd < 0) {
		kis_fail_errno(err, KIS_EX_IO,
			"cannot create a temporary file in '%s' (TMPDIR)",
			t->folder);
		free(name);
		return -1;
	}
	t->path = kis_mem_printf("/proc/self/fd/%d", t->fd);
	if (access(t->path, R_OK | W_OK) == 0) {
		unlink(name);
		free(name);
		return 0;
	}
	free(t->path);
	t->path = name;
	t->named = 1;
	kis_process_remove_on_signal(name);
	return 0;
}

void tempfile_release(struct tempfile *t)
{
	if (t->named) {
		unlink(t->path);
		kis_process_remove_on_signal(NULL);
	}
	if (t->fd >= 0)
		close(t->fd);
	free(t->path);
	free(t->folder);
	*t = (struct tempfile)TEMPFILE_INIT;
}
