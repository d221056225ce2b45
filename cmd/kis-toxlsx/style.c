#include "cmd/kis-toxlsx/style.h"

char style_font[] = STYLE_FONT;

struct look {
	const char *number;
	int ink;
	int fill; /* fill colour; 0 if there is none */
	unsigned char align;
	unsigned char size;
	unsigned char bold, wrap, border;
};

#define LEFT   LXW_ALIGN_LEFT
#define RIGHT  LXW_ALIGN_RIGHT
#define CENTRE LXW_ALIGN_CENTER
#define INK    STYLE_INK
#define ARROWS "\"▲\" #,##0;\"▼\" #,##0;#,##0"
/* This suffix of a number format leaves a space after the number, so that the
 * number does not touch the data bar of the next column. An indent is not used,
 * because LibreOffice ignores it in some rows. */
#define OFF    "_ "
#define SIGNED "+0.00%;-0.00%;0.00%"
#define POINTS "+0.00%\"p\";-0.00%\"p\";0.00%\"p\""

/* clang-format off */
static const struct look looks[STYLE_COUNT] = {
	[STYLE_TITLE] = {NULL, STYLE_NAVY, 0, LEFT, 16, 1, 0, 0},
	[STYLE_SUBTITLE] = {NULL, STYLE_GREY, 0, LEFT, 10, 0, 0, 0},
	[STYLE_OVER_QUERY] = {NULL, STYLE_NAVY, 0xDEEAF6, CENTRE, 9, 0, 0, 0},
	[STYLE_OVER_BASE] = {NULL, 0x7F3F00, 0xFBE5D6, CENTRE, 9, 0, 0, 0},
	[STYLE_HEADER] = {NULL, 0xFFFFFF, STYLE_NAVY, CENTRE, 9, 1, 1, 0},
	[STYLE_TEXT] = {NULL, INK, 0, LEFT, 10, 0, 0, 0},
	[STYLE_WRAP] = {NULL, INK, 0, LEFT, 10, 0, 1, 0},
	[STYLE_CENTRE] = {NULL, INK, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_CODE] = {"@", INK, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_LINK] = {"@", 0x1F4E79, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_GENERAL] = {NULL, INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_LONG] = {"0", INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_WHOLE] = {"#,##0" OFF, INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_MILLION] = {"#,##0,," OFF, INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_PERCENT] = {"0.00%" OFF, INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_CHANGE_UP] = {ARROWS, STYLE_UP, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_CHANGE_DOWN] = {ARROWS, STYLE_DOWN, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_CHANGE_FLAT] = {ARROWS, INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_RATE_UP] = {SIGNED, STYLE_UP, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_RATE_DOWN] = {SIGNED, STYLE_DOWN, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_RATE_FLAT] = {SIGNED, INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_POINTS_UP] = {POINTS, STYLE_UP, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_POINTS_DOWN] = {POINTS, STYLE_DOWN, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_POINTS_FLAT] = {POINTS, INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_SIGN_UP] = {NULL, STYLE_UP, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_SIGN_DOWN] = {NULL, STYLE_DOWN, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_SIGN_FLAT] = {NULL, STYLE_GREY, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_DATE] = {"yyyy-mm-dd", INK, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_TIME] = {"yyyy-mm-dd hh:mm:ss", INK, 0, CENTRE, 10, 0, 0, 0},
	[STYLE_SECTION] = {NULL, STYLE_NAVY, 0, LEFT, 12, 1, 0, 1},
	[STYLE_LABEL] = {NULL, STYLE_GREY, 0, LEFT, 10, 0, 0, 0},
	[STYLE_NOTE] = {NULL, INK, 0, LEFT, 10, 0, 0, 0},
	[STYLE_NOTE_WHOLE] = {"#,##0", INK, 0, LEFT, 10, 0, 0, 0},
	[STYLE_NOTE_TIME] = {"yyyy-mm-dd hh:mm:ss", INK, 0, LEFT, 10, 0, 0, 0},
	[STYLE_NOTE_LINK] = {NULL, 0x1F4E79, 0, LEFT, 10, 0, 0, 0},
	[STYLE_TIMES] = {"0.00", INK, 0, RIGHT, 10, 0, 0, 0},
	[STYLE_BAN] = {NULL, 0, 0xD9D9D9, 0, 0, 0, 0, 0},
	[STYLE_ADJUSTED] = {NULL, 0, 0xFFE699, 0, 0, 0, 0, 0},
	[STYLE_STRIPE] = {NULL, 0, STYLE_BAND, 0, 0, 0, 0, 0},
};
/* clang-format on */

enum style style_by_sign(double value, enum style up)
{
	return up + (value > 0 ? 0 : value < 0 ? 1 : 2);
}

/* Sets the format's properties. Does not set fill 0, because libxlsxwriter
 * treats colour 0 as black. */
static void set(lxw_format *f, const struct look *l)
{
	format_set_font_name(f, STYLE_FONT);
	format_set_font_size(f, l->size);
	format_set_font_color(f, (lxw_color_t)l->ink);
	format_set_align(f, l->align);
	format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
	if (l->number)
		format_set_num_format(f, l->number);
	if (l->fill)
		format_set_bg_color(f, (lxw_color_t)l->fill);
	if (l->bold)
		format_set_bold(f);
	if (l->wrap)
		format_set_text_wrap(f);
	if (l->border) {
		format_set_bottom(f, LXW_BORDER_THIN);
		format_set_bottom_color(f, STYLE_NAVY);
	}
}

int styles_make(struct styles *s, lxw_workbook *wb, lxw_format *normal,
	struct kis_err *err)
{
	format_set_font_name(normal, STYLE_FONT);
	format_set_font_size(normal, 10);
	for (int i = 0; i < STYLE_COUNT; i++) {
		lxw_format *f = workbook_add_format(wb);

		if (!f)
			return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
		s->of[i] = f;
		if (i >= STYLE_BAN)
			format_set_bg_color(f, (lxw_color_t)looks[i].fill);
		else
			set(f, &looks[i]);
	}
	return 0;
}

void styles_number(struct styles *s)
{
	for (int i = 0; i < STYLE_COUNT; i++)
		if (i < STYLE_BAN)
			s->number[i] = lxw_format_get_xf_index(s->of[i]);
}
