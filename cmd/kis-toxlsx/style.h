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
	/* near black, which is softer than black in print */
	STYLE_INK = 0x262626,
	STYLE_GREY = 0x595959, /* dark grey with a contrast of 7:1 on white */
	STYLE_NAVY = 0x1F3864, /* header, titles, line of closing prices */
	STYLE_UP = 0xC00000,   /* red: in Korea, red is up and blue is down */
	STYLE_DOWN = 0x0050B5,
	STYLE_BAND = 0xF4F6FA, /* fill of every second row (stripes) */
	STYLE_BAR = 0xF7C39E,  /* data bars: pale, so that text stays legible */
};

enum style {
	STYLE_TITLE,
	STYLE_SUBTITLE,
	/* The two styles of the basis row above the header. In a ranking, they
	 * are for the query time and the base period; in a stock's sheet, for
	 * split-adjusted and as-traded figures. */
	STYLE_OVER_QUERY,
	STYLE_OVER_BASE,
	STYLE_HEADER,
	STYLE_TEXT,
	STYLE_WRAP, /* text of several lines */
	STYLE_CENTRE,
	STYLE_CODE,
	STYLE_LINK,
	/* numbers in Excel's General format, in fields that are not in
	 * kis_record_columns */
	STYLE_GENERAL,
	/* whole numbers that are too long for Excel's General format */
	STYLE_LONG,
	STYLE_WHOLE,
	STYLE_MILLION, /* amounts in won, shown in millions */
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
	STYLE_SECTION, /* section headings of the sheets 정보 and 목차 */
	STYLE_LABEL,
	STYLE_NOTE,
	STYLE_NOTE_WHOLE,
	STYLE_NOTE_TIME,
	STYLE_NOTE_LINK,
	STYLE_TIMES, /* multiple of a mean, such as 1.23 */
	/* days of the short-sale ban; conditional format, fill only */
	STYLE_BAN,
	STYLE_ADJUSTED,
	STYLE_STRIPE, /* every second row; conditional format, fill only */
	STYLE_COUNT,
};

/* Returns the style `up` if value is positive, up + 1 if it is negative, or up
 * + 2 if it is 0. The three styles must be adjacent in enum style. */
enum style style_by_sign(double value, enum style up);

/* STYLE_FONT for library calls that require char * but do not modify the
 * text. */
extern char style_font[];

struct styles {
	/* format of each style; owned by the workbook */
	lxw_format *of[STYLE_COUNT];
	/* number of each format for the s="…" of a cell; see styles_number() */
	int number[STYLE_COUNT];
};

/* Creates the formats and sets the font of the workbook's Normal style. Returns
 * 0, or -1 and sets err (71). */
int styles_make(struct styles *s, lxw_workbook *wb, lxw_format *normal,
	struct kis_err *err);

/* Numbers the formats in advance, because stream.h writes cells before
 * libxlsxwriter does. libxlsxwriter itself numbers a format only when it first
 * uses the format. */
void styles_number(struct styles *s);

#endif
