#include "lib/input_files.h"
#include "lib/cli.h"
#include "lib/ndjson.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_standard(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static int look(const char *path, int standard, struct stat *st)
{
	return is_standard(path) ? fstat(standard, st) : stat(path, st);
}

int kis_input_is_output(
	const char *input, const char *output, struct kis_err *err)
{
	struct stat in, out;

	if (look(input, STDIN_FILENO, &in) != 0 ||
		look(output, STDOUT_FILENO, &out) != 0)
		return 0;
	if (!S_ISREG(in.st_mode) || in.st_dev != out.st_dev ||
		in.st_ino != out.st_ino)
		return 0;
	if (is_standard(input) && is_standard(output))
		kis_cli_usage_error(err,
			"standard input and standard output are the same file");
	else
		kis_cli_usage_error(err, "'%s' is both input and output",
			is_standard(output) ? input : output);
	return 1;
}

int kis_input_files_check(char *const *files, const char *output,
	const char *hint, struct kis_err *err)
{
	for (; *files; files++) {
		if (kis_input_is_output(*files, output, err))
			return -1;
		if (strcmp(*files, "-") == 0) {
			if (kis_cli_require_pipe(hint, err) < 0)
				return -1;
		} else if (access(*files, F_OK) != 0) {
			return kis_ndjson_open_error(*files, err);
		}
	}
	return 0;
}
