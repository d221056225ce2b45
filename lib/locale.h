/*
 * Messages and --help in the user's language, by gettext(3).
 *
 * LC_MESSAGES alone decides; data, numbers and the encoding are never affected.
 * The functions that print a message (lib/err.h, lib/log.h, lib/cli.h)
 * translate their format, so a caller writes the English text. The catalogues
 * are made from cmd/po.
 */
#ifndef KIS_LOCALE_H
#define KIS_LOCALE_H

#include <libintl.h>

/* Translates a text that is not the format of such a function. */
#define _(text) gettext(text)

/* Marks a text of a table for the catalogue; it is translated where it is used.
 */
#define N_(text) text

/* Reads LC_MESSAGES. Without a catalogue for it, or if the locale does not
 * exist, messages are English. */
void kis_locale_start(void);

#endif
