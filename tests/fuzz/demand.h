/*
 * Helpers of the fuzz targets: a check that aborts the program if it fails, and
 * an in-memory file for functions that require a path.
 */
#ifndef FUZZ_DEMAND_H
#define FUZZ_DEMAND_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

/* Prints a message and aborts if cond is false. The message goes to descriptor
 * 2, because the tested code may replace stderr. */
#define DEMAND(cond)                                                           \
	do {                                                                   \
		if (!(cond)) {                                                 \
			dprintf(STDERR_FILENO, "not so: %s, line %d\n", #cond, \
				__LINE__);                                     \
			abort();                                               \
		}                                                              \
	} while (0)

/* Creates an in-memory file with the n bytes of data and writes its path to
 * path. Returns the descriptor; the caller closes it. */
static inline int memory_file(const void *data, size_t n, char path[64])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	DEMAND(fd >= 0 && fchmod(fd, 0600) == 0);
	DEMAND(n == 0 || write(fd, data, n) == (ssize_t)n);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
