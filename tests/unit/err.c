/* Tests lib/err: kis_err_redact() masks secrets in error messages, and
 * kis_err_redact_likely() masks text that looks like a secret. */
#include "lib/err.h"
#include "tests/unit/tap.h"

#include <stdio.h>
#include <string.h>

static const char secret[] = "PSab/cd+Ef0123456789ghIJkl";

static void masks(const char *message, const char *hidden, const char *wanted)
{
	struct kis_err err;

	kis_fail(&err, 69, "%s", message);
	kis_err_redact(err.msg, hidden);
	ok(strcmp(err.msg, wanted) == 0, "kis_err_redact: '%s' becomes '%s'",
		message, err.msg);
}

static void masks_likely(const char *message, const char *wanted)
{
	char text[256];

	snprintf(text, sizeof(text), "%s", message);
	kis_err_redact_likely(text);
	ok(strcmp(text, wanted) == 0,
		"kis_err_redact_likely: '%s' becomes '%s'", message, text);
}

int main(void)
{
	struct kis_err err;
	char long_secret[2000], wanted[sizeof(err.msg)];

	masks_likely("'PSabcdefghijklmnopqrstuvwxyz012345AB'",
		"'************************************'");
	masks_likely("PSabcdefghijklmnopqrstuvwxyz012345A",
		"PSabcdefghijklmnopqrstuvwxyz012345A");
	masks_likely("/home/Kim/2026/Reports/ShortSales/Kosdaq-1d.ndjson",
		"/home/Kim/2026/Reports/ShortSales/Kosdaq-1d.ndjson");
	masks_likely("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b");
	masks_likely("base64 UFNhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NQ==",
		"base64 ************************************************");
	masks("a PSab/cd+Ef0123456789ghIJkl b", secret,
		"a ************************** b");
	masks("without its first: Sab/cd+Ef0123456789ghIJkl", secret,
		"without its first: *************************");
	masks("its second half: 456789ghIJkl", secret,
		"its second half: ************");
	masks("from its middle: cd+Ef012 x", secret,
		"from its middle: ******** x");
	masks("seven: cd+Ef01 x", secret, "seven: cd+Ef01 x");
	masks("another case: psAB/CD+eF0123", secret,
		"another case: **************");
	masks("percent: PSab%2Fcd%2bEf0123", secret,
		"percent: ******************");
	masks("all percent: %50%53%61%62%2F%63%64%2B x", secret,
		"all percent: ************************ x");
	masks("escaped: PSab\\/cd+Ef0123", secret, "escaped: ***************");
	masks("escaped: PSab\\u002Fcd\\u002bEf01", secret,
		"escaped: **********************");
	masks("twice PSab/cd+ and 9ghIJkl8 9ghIJkl", secret,
		"twice ******** and 9ghIJkl8 9ghIJkl");
	masks("a short one: abc, abcd", "abc", "a short one: ***, ***d");
	masks("100 % sure %2 \\", secret, "100 % sure %2 \\");
	masks("literal: ABCDEF\\GHIJKL x", "ABCDEF\\GHIJKL\\MNOPQR",
		"literal: ************* x");
	masks("literal: ABCDEFG%2BHIJK x", "ABCDEFG%2BHIJKLMN%2FOPQ",
		"literal: ************** x");
	masks("short: x%20yz%", "x%20yz%", "short: *******");
	masks("nothing", "", "nothing");
	masks("nothing", NULL, "nothing");
	memset(long_secret, 'x', sizeof(long_secret) - 1);
	long_secret[sizeof(long_secret) - 1] = '\0';
	kis_fail(&err, 69, "%s", long_secret);
	kis_err_redact(err.msg, long_secret);
	memset(wanted, '*', sizeof(wanted) - 1);
	wanted[sizeof(wanted) - 1] = '\0';
	ok(strcmp(err.msg, wanted) == 0, "kis_err_redact: masks a secret that "
					 "the end of the message cuts off");
	return done();
}
