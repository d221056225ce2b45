#include "lib/input_files.h"
#include "lib/cli.h"
#include "lib/ndjson.h"

#include <string.h>
#include <unistd.h>

int kis_input_files_check(
	char *const *files, const char *hint, struct kis_err *err)
{
	for (; *files; files++) {
		if (strcmp(*files, "-") == 0) {
			if (kis_cli_require_pipe(hint, err) < 0)
				return -1;
		} else if (access(*files, F_OK) != 0) {
			return kis_ndjson_open_error(*files, err);
		}
	}
	return 0;
}
