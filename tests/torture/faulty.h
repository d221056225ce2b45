/*
 * Defines the content of the file $FAULTY_PAGE, a page of memory that the
 * driver (torture.c) shares with the preloaded library (faulty.c).
 */
#ifndef TORTURE_FAULTY_H
#define TORTURE_FAULTY_H

enum faulty_way {
	FAULTY_MEMORY,    /* malloc() and similar functions return NULL */
	FAULTY_CALLS,     /* any other function fails with a typical error */
	FAULTY_INTERRUPT, /* a function that a signal can interrupt returns
			     EINTR */
	FAULTY_SHORT, /* a read or write transfers fewer bytes than requested */
};

enum { FAULTY_NAME = 32 };

struct faulty_page {
	int way;
	int lasting;    /* 1: later calls of this function fail too */
	unsigned at;    /* number of the call that fails; 0: none */
	unsigned count; /* number of calls so far that can fail in this "way" */
	unsigned hits;  /* number of calls that failed */
	char name[FAULTY_NAME]; /* name of the function that failed first */
};

#endif
