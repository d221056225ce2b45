/*
 * Translates messages and --help into the user's language with gettext(3).
 *
 * LC_MESSAGES alone decides the language; it never affects data, numbers or the
 * encoding. The functions that print a message (lib/err.h, lib/log.h,
 * lib/cli.h) translate their format, so their callers write the English text.
 * The build makes the message catalogues from cmd/po.
 */
#ifndef KIS_LOCALE_H
#define KIS_LOCALE_H

#include <libintl.h>

/* Translates a text. Do not use this macro for the format of a function that
 * prints a message, because that function translates the format. */
#define _(text) gettext(text)

/* Marks a text, for example in a table, so that xgettext adds it to the message
 * catalogue. The code that prints the text translates it. */
#define N_(text) text

/* Sets the language of messages from LC_MESSAGES. Messages are English if that
 * locale does not exist or has no catalogue. */
void kis_locale_start(void);

#endif
