/*
 * What the user chose, as main read it.
 */
#ifndef KIS_SETTINGS_H
#define KIS_SETTINGS_H

struct settings {
	const char *title;    /* instead of the standing one; NULL */
	const char *sheet_by; /* member that tells sheets apart; NULL */
	long top;             /* rows of a chart; 0: no charts */
	int plain;            /* typed sheets only, for machines */
};

#endif
