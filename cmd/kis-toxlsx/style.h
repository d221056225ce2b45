/*
 * The styles of the workbook's cells, in one table.
 */
#ifndef KIS_STYLE_H
#define KIS_STYLE_H

#include "lib/err.h"

#include <xlsxwriter.h>

#define STYLE_FONT "맑은 고딕"

enum { PAPER_A4 = 9 };

enum {
	STYLE_INK = 0x262626,  /* near black: softer than black in print */
	STYLE_GREY = 0x595959, /* contrast of 7:1 on white */
	STYLE_NAVY = 0x1F3864, /* header, titles, line of closing prices */
	STYLE_UP = 0xC00000,   /* Korean custom: red is up, blue is down */
	STYLE_DOWN = 0x0050B5,
	STYLE_BAND = 0xF4F6FA, /* fill of every second row */
	STYLE_BAR = 0xF7C39E,  /* data bars: pale, so that text stays legible */
};

enum style {
	STYLE_TITLE,
	STYLE_SUBTITLE,
	/* The two styles of the basis row above the header: for the query time
	 * and for the base period, or for split-adjusted and as-traded
	 * figures. */
	STYLE_OVER_QUERY,
	STYLE_OVER_BASE,
	STYLE_HEADER,
	STYLE_TEXT,
	STYLE_WRAP, /* text of several lines */
	STYLE_CENTRE,
	STYLE_CODE,
	STYLE_LINK,
	/* numbers in General format, of fields that are not in
	 * kis_record_columns */
	STYLE_GENERAL,
	STYLE_LONG, /* whole numbers too long for the General format */
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
	STYLE_SECTION, /* headings of 정보 and 목차 */
	STYLE_LABEL,
	STYLE_NOTE,
	STYLE_NOTE_WHOLE,
	STYLE_NOTE_TIME,
	STYLE_NOTE_LINK,
	STYLE_TIMES, /* multiple of a mean: 1.23 */
	STYLE_BAN,   /* for conditional formats: fill only */
	STYLE_ADJUSTED,
	STYLE_STRIPE, /* for a conditional format: fill only */
	STYLE_COUNT,
};

/* Returns up, up + 1 (down) or up + 2 (flat), according to the sign of value.
 * The three styles are adjacent in enum style. */
enum style style_by_sign(double value, enum style up);

/* STYLE_FONT for library calls that require char *; they do not modify it. */
extern char style_font[];

struct styles {
	lxw_format *of[STYLE_COUNT]; /* owned by the workbook */
	/* number for the s="…" of a cell; see styles_number() */
	int number[STYLE_COUNT];
};

/* Creates the formats and sets the font of the workbook's Normal style. Returns
 * 0, or -1 and sets err (71). */
int styles_make(struct styles *s, lxw_workbook *wb, lxw_format *normal,
	struct kis_err *err);

/* Numbers the formats, because stream.h writes cells before libxlsxwriter does.
 * Without this call, libxlsxwriter numbers a format when it first uses the
 * format. */
void styles_number(struct styles *s);

#endif
