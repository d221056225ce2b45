/*
 * The looks of the workbook's cells, one table.
 */
#ifndef KIS_STYLE_H
#define KIS_STYLE_H

#include "lib/err.h"

#include <xlsxwriter.h>

#define STYLE_FONT "맑은 고딕"

enum { PAPER_A4 = 9 };

enum {
	STYLE_INK = 0x262626,  /* near black, softer in print */
	STYLE_GREY = 0x595959, /* 7:1 on white */
	STYLE_NAVY = 0x1F3864, /* header, title, charts' first series */
	STYLE_UP = 0xC00000,   /* Korean custom: red is up, blue is down */
	STYLE_DOWN = 0x0050B5,
	STYLE_BAND = 0xF4F6FA, /* every second row */
	STYLE_BAR = 0xF7C39E,  /* data bars: a tint that leaves text legible */
};

enum style {
	STYLE_TITLE,
	STYLE_SUBTITLE,
	STYLE_OVER_QUERY, /* above the header: which time the columns are of */
	STYLE_OVER_BASE,
	STYLE_HEADER,
	STYLE_TEXT,
	STYLE_WRAP, /* text of several lines */
	STYLE_CENTRE,
	STYLE_CODE,
	STYLE_LINK,
	STYLE_GENERAL, /* numbers that are not ours, as typed */
	STYLE_LONG,    /* whole ones that General would show as 1.2E+12 */
	STYLE_WHOLE,
	STYLE_MILLION, /* won, shown in millions */
	STYLE_PERCENT,
	STYLE_CHANGE_UP,
	STYLE_CHANGE_DOWN,
	STYLE_CHANGE_FLAT,
	STYLE_RATE_UP,
	STYLE_RATE_DOWN,
	STYLE_RATE_FLAT,
	STYLE_POINTS_UP,
	STYLE_POINTS_DOWN,
	STYLE_POINTS_FLAT,
	STYLE_SIGN_UP,
	STYLE_SIGN_DOWN,
	STYLE_SIGN_FLAT,
	STYLE_DATE,
	STYLE_TIME,
	STYLE_SECTION, /* headings of the info sheet */
	STYLE_LABEL,
	STYLE_NOTE,
	STYLE_NOTE_WHOLE,
	STYLE_NOTE_TIME,
	STYLE_NOTE_LINK,
	STYLE_TIMES, /* 1.23 of a mean */
	STYLE_BAN,   /* for conditional formats: fills only */
	STYLE_ADJUSTED,
	STYLE_STRIPE, /* for a conditional format: fill only */
	STYLE_COUNT,
};

/* Of up, up + 1 (down) and up + 2 (flat), which follow each other in the table
 * of looks, the one for the value's sign. */
enum style style_by_sign(double value, enum style up);

/* The font's name where the library wants a char *; it is not written to. */
extern char style_font[];

struct styles {
	lxw_format *of[STYLE_COUNT]; /* the workbook's */
	int number[STYLE_COUNT];     /* what s= of a cell says, see below */
};

/* Makes the formats, and sets the font of the workbook's Normal style. Fails
 * with 71. */
int styles_make(struct styles *s, lxw_workbook *wb, lxw_format *normal,
	struct kis_err *err);

/* Fixes the numbers of the formats, which the library else gives out as it
 * meets them: for cells that are written before it writes any. */
void styles_number(struct styles *s);

#endif
