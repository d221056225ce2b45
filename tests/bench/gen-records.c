/*
 * gen-records writes records like those of kis-fetch to standard output: lists
 * of 30 rows, each list for one market and day, with 19 fields and values like
 * those of the API. The same seed always gives the same bytes.
 *
 *	gen-records COUNT [SEED]
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

/* Returns the next number of the generator xorshift64*, which gives the same
 * numbers on every machine. */
static uint64_t draw(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(2685821657736338717);
}

static uint64_t below(uint64_t n)
{
	return (draw() >> 11) % n;
}

/* Returns a random number from 2^low_bits to 2^(high_bits + 1) - 1. Like the
 * sizes of trades, the numbers are spread evenly over powers of two. */
static uint64_t spread(int low_bits, int high_bits)
{
	int bits = low_bits + (int)below((uint64_t)(high_bits - low_bits) + 1);

	return (UINT64_C(1) << bits) + below(UINT64_C(1) << bits);
}

/* Parts of stock names. The combined names resemble real names: they contain
 * spaces, parentheses and ampersands, and have 2 to about 25 characters. */
static const char *const fronts[] = {"삼성", "한국", "대한", "코스모", "에코",
	"두산", "현대", "LG", "SK", "KB", "카카오", "셀트리온", "포스코",
	"한화", "롯데", "HD현대", "NAVER", "BNK", "동국", "신라", "유한",
	"제일", "KODEX ", "TIGER ", "엘앤에프", "클래시스"};
static const char *const backs[] = {"전자", "바이오", "화학", "중공업",
	"금융지주", "에너지솔루션", "생명과학", "홀딩스", "머티리얼즈", "건설",
	"제약", "전자우", "(주)", "F&B", "엔터테인먼트", "반도체장비ETF",
	"200선물인버스2X", "텔레콤", "이노베이션", ""};
static const char *const markets[] = {"0001", "1001", "2001", "4001", "3003"};
static const char *const periods[] = {"1d", "1d", "1w", "1m"};

/* Writes one of 2700 stock codes, about as many as the market has. One code in
 * 20 contains a letter, at the end (preferred stocks) or in the middle. */
static void write_code(void)
{
	unsigned stock = (unsigned)below(2700);

	if (stock % 40 == 0)
		printf("%05uK", stock * 37);
	else if (stock % 40 == 1)
		printf("00%02u%c0", stock % 100, (int)('A' + stock % 26));
	else
		printf("%06u", stock * 137 + 20);
}

static void write_prices(void)
{
	static const int signs[] = {2, 3, 5};
	uint64_t price = spread(9, 18) / 10 * 10;
	uint64_t move = below(price / 20 + 1);
	int sign = signs[below(3)];
	const char *minus = sign == 5 && move ? "-" : "";
	uint64_t rate = sign == 3 ? 0 : move * 10000 / price;

	if (sign == 3)
		move = 0;
	printf("\"stck_prpr\":\"%llu\",\"prdy_vrss\":\"%s%llu\","
	       "\"prdy_vrss_sign\":\"%d\",\"prdy_ctrt\":\"%s%llu.%02llu\",",
		(unsigned long long)price, minus, (unsigned long long)move,
		sign, minus, (unsigned long long)(rate / 100),
		(unsigned long long)(rate % 100));
}

static void write_sums(void)
{
	uint64_t volume = spread(14, 25), price = spread(10, 17);
	uint64_t sold = volume * (1 + below(3000)) / 10000 + 1;
	uint64_t share = sold * 10000 / volume;

	printf("\"acml_vol\":\"%llu\",\"acml_tr_pbmn\":\"%llu\","
	       "\"ssts_cntg_qty\":\"%llu\",\"ssts_vol_rlim\":\"%llu.%02llu\","
	       "\"ssts_tr_pbmn\":\"%llu\",\"ssts_tr_pbmn_rlim\":\"%llu.%"
	       "02llu\","
	       "\"stnd_date1\":\"2024%02llu%02llu\","
	       "\"stnd_date2\":\"2024%02llu%02llu\",\"avrg_prc\":\"%llu\"}\n",
		(unsigned long long)volume,
		(unsigned long long)(volume * price), (unsigned long long)sold,
		(unsigned long long)(share / 100),
		(unsigned long long)(share % 100),
		(unsigned long long)(sold * price),
		(unsigned long long)(share / 100),
		(unsigned long long)(share % 100),
		(unsigned long long)(1 + below(12)),
		(unsigned long long)(1 + below(28)),
		(unsigned long long)(1 + below(12)),
		(unsigned long long)(1 + below(28)), (unsigned long long)price);
}

static void write_record(unsigned long i)
{
	unsigned long list = i / 30;

	printf("{\"market\":\"%s\",\"period\":\"%s\",\"rank\":\"%lu\","
	       "\"fetched_at\":\"2024-%02lu-%02luT18:40:%02lu+09:00\","
	       "\"mksc_shrn_iscd\":\"",
		markets[list % 5], periods[list % 4], i % 30 + 1,
		list / 140 % 12 + 1, list / 5 % 28 + 1, list % 60);
	write_code();
	printf("\",\"hts_kor_isnm\":\"%s%s\",",
		fronts[below(sizeof(fronts) / sizeof(*fronts))],
		backs[below(sizeof(backs) / sizeof(*backs))]);
	write_prices();
	write_sums();
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

	if (count == 0) {
		fputs("usage: gen-records COUNT [SEED]\n", stderr);
		return 64;
	}
	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	if (state == 0)
		state = 1;
	for (unsigned long i = 0; i < count; i++)
		write_record(i);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 74;
}
