/*
 * What the fuzz targets share: a demand that ends the run, and a file in
 * memory that functions which want a path can be given.
 */
#ifndef FUZZ_DEMAND_H
#define FUZZ_DEMAND_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

/* By descriptor: a program may have put something else in stderr's place. */
#define DEMAND(cond)                                                           \
	do {                                                                   \
		if (!(cond)) {                                                 \
			dprintf(STDERR_FILENO, "not so: %s, line %d\n", #cond, \
				__LINE__);                                     \
			abort();                                               \
		}                                                              \
	} while (0)

/* A file of n bytes, private; its path is written to path. */
static inline int memory_file(const void *data, size_t n, char path[64])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	DEMAND(fd >= 0 && fchmod(fd, 0600) == 0);
	DEMAND(n == 0 || write(fd, data, n) == (ssize_t)n);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
