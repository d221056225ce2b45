#!/usr/bin/python3
"""Generates an archive of simulated short-sale rankings.

    archive_made.py DIR [NIGHTS] [SEED]

NIGHTS is the number of weekdays (default 60); the last one is 2026-11-20. The
same SEED gives the same bytes. The choice of the nights that are holidays or
lack lists, and of the kind of each list, depends only on NIGHTS and SEED.
"""
import datetime
import hashlib
import json
import math
import os
import random
import sys

LAST_NIGHT = datetime.date(2026, 11, 20)
CODES = {'kospi': '0001', 'kosdaq': '1001', 'kospi200': '2001'}
UNIVERSE = 124
COMPLETE_ROWS = 120
KOSPI200_STOCKS = 60
ODD_NAME = 'Odd, "quoted"\nname'


def weekdays_until(last, count):
    days = []
    day = last
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= datetime.timedelta(days=1)
    return [day.strftime('%Y%m%d') for day in reversed(days)]


def half_up_percent(part, whole):
    """Returns part / whole in percent, with two decimals as in KIS."""
    if whole == 0:
        return '0.00'
    hundredths = (abs(part) * 20000 + whole) // (2 * whole)
    sign = '-' if part < 0 and hundredths else ''
    return '%s%d.%02d' % (sign, hundredths // 100, hundredths % 100)


class Stock:
    """A stock whose price and volumes change from night to night."""

    def __init__(self, chance, code, name, size):
        self.chance = chance
        self.code = code
        self.name = name
        self.size = size
        self.drift = chance.gauss(0, 0.3)
        self.price = int(10 ** chance.uniform(3, 5.3))
        self.volume = self.short = self.value = self.short_value = 0
        self.change = 0

    def next_day(self):
        chance = self.chance
        self.drift = 0.93 * self.drift + chance.gauss(0, 0.12)
        before = self.price
        self.price = max(100, round(before * math.exp(chance.gauss(0, 0.02))))
        self.change = self.price - before
        self.volume = int(math.exp(self.size + self.drift) * 1000) + 10
        share = min(0.4, max(0.002, chance.gauss(0.08, 0.02)))
        self.short = max(1, int(self.volume * share))
        mean = self.price * math.exp(chance.gauss(0, 0.008))
        self.value = int(self.volume * mean)
        short_price = mean * math.exp(chance.gauss(0, 0.004))
        self.short_value = int(self.short * short_price)

    def day(self):
        return {
            'code': self.code, 'name': self.name, 'price': self.price,
            'change': self.change, 'volume': self.volume, 'value': self.value,
            'short': self.short, 'short_value': self.short_value,
        }


def make_stocks(chance, market):
    prefix = {'kospi': 0, 'kosdaq': 3}[market]
    stocks = []
    for number in range(UNIVERSE):
        code = '%06d' % (prefix * 100000 + number * 10 + 20)
        if number % 17 == 5:
            code = code[:4] + 'K' + code[5:] if number % 2 else code[:5] + 'L'
        label = {'kospi': '거래', 'kosdaq': '코닥'}[market]
        name = '%s%d호' % (label, number)
        if number == 3:
            name = ODD_NAME + ' ' + market
        stocks.append(Stock(chance, code, name, 8 - 0.045 * number))
    assert len({stock.code for stock in stocks}) == UNIVERSE
    return stocks


def make_ties(day):
    """Gives two stocks the same figures, in three pairs, to test ties."""
    for first, second in ((1, 2), (8, 9), (40, 41)):
        for field in ('price', 'change', 'volume', 'value', 'short', 'short_value'):
            day[second][field] = day[first][field]


def no_short_sales(stock):
    stock['short'] = stock['short_value'] = 0


def simulate(chance, market, nights):
    """Returns, for each night, the figures of all stocks."""
    stocks = make_stocks(chance, market)
    days = []
    for night in range(nights):
        for stock in stocks:
            stock.next_day()
        day = [stock.day() for stock in stocks]
        make_ties(day)
        # remove the short sales of three stocks on every night and of a fourth
        # on some nights, so that they get the last ranks
        for stock in day[20:21] + day[60:63]:
            if stock is not day[20] or night % 7 == 3:
                no_short_sales(stock)
        # one stock is renamed after two thirds of the nights
        if night >= nights * 2 // 3:
            day[5]['name'] += ' (신)'
        days.append(day)
    return days


def week_of(days, night):
    """Returns each stock's sums over five weekdays and its newest price."""
    week = []
    for number, newest in enumerate(days[night]):
        total = dict(newest)
        for field in ('volume', 'value', 'short', 'short_value'):
            total[field] = sum(day[number][field] for day in days[night - 4:night + 1])
        week.append(total)
    return week


def ranked(day, rows):
    return sorted(day, key=lambda stock: (-stock['short'], stock['code']))[:rows]


def record(market, period, first, last, rank, stock, kind, rows):
    change = stock['change']
    before = stock['price'] - change
    result = {'market': CODES[market], 'period': period, 'rank': str(rank)}
    if kind is not None:
        result.update(list=kind, list_rows=str(rows))
    day = '%s-%s-%s' % (last[:4], last[4:6], last[6:])
    result.update({
        'fetched_at': day + 'T20:40:%02d+09:00' % (len(market) + len(kind or '')),
        'mksc_shrn_iscd': stock['code'],
        'hts_kor_isnm': stock['name'],
        'stck_prpr': str(stock['price']),
        'prdy_vrss': str(change),
        'prdy_vrss_sign': '2' if change > 0 else '5' if change < 0 else '3',
        'prdy_ctrt': half_up_percent(change, before),
        'acml_vol': str(stock['volume']),
        'acml_tr_pbmn': str(stock['value']),
        'ssts_cntg_qty': str(stock['short']),
        'ssts_vol_rlim': half_up_percent(stock['short'], stock['volume']),
        'ssts_tr_pbmn': str(stock['short_value']),
        'ssts_tr_pbmn_rlim': half_up_percent(stock['short_value'], stock['value']),
        'stnd_date1': first,
        'stnd_date2': last,
        'avrg_prc': str(stock['short_value'] // stock['short'] if stock['short'] else 0),
    })
    return result


def write_list(folder, market, period, first, last, day, kind, rows):
    os.makedirs(folder, exist_ok=True)
    stocks = ranked(day, rows)
    path = os.path.join(folder, '%s-%s.ndjson' % (market, period))
    with open(path, 'w', encoding='utf-8', newline='\n') as file:
        for rank, stock in enumerate(stocks, 1):
            line = record(market, period, first, last, rank, stock, kind, len(stocks))
            file.write(json.dumps(line, ensure_ascii=False, separators=(',', ':')) + '\n')


def write_checksums(folder):
    with open(os.path.join(folder, 'SHA256SUMS'), 'w', newline='\n') as sums:
        for name in sorted(os.listdir(folder)):
            if name.endswith('.ndjson'):
                with open(os.path.join(folder, name), 'rb') as file:
                    digest = hashlib.sha256(file.read()).hexdigest()
                sums.write('%s  %s\n' % (digest, name))


def choose_nights(chance, nights):
    """Returns the nights of each special kind; a night has at most one kind."""
    free = list(range(1, nights - 1))
    chance.shuffle(free)
    special = {'holiday': free[:3], 'no_kospi': free[3:4], 'no_kosdaq': free[4:5],
               'nothing': free[5:6], 'short': free[6:10]}
    later = [night for night in free[10:] if night >= 10]
    special['partial'] = later[:1]
    # about every fifth night has complete lists, so that the archive contains
    # complete and truncated lists
    special['complete'] = ([night for night in free[10:] + [nights - 1]
                            if night % 5 == 4 and night not in later[:1]])
    return special


def class_of_night(special, night):
    """Returns the kind of a night's lists (or None) and their row limit."""
    if night in special['complete']:
        kind, rows = 'complete', COMPLETE_ROWS
    elif night in special['partial']:
        kind, rows = 'partial', 80
    elif night in special['short']:
        kind, rows = 'top', 12
    else:
        kind, rows = 'top', 30
    return (None if night < 10 else kind), rows


def lists_of_night(special, figures, night):
    """Yields the market, period and figures of each list of the night."""
    if night in special['holiday'] or night in special['nothing']:
        return
    kospi, kosdaq = figures['kospi'], figures['kosdaq']
    if night not in special['no_kospi']:
        yield 'kospi', '1d', kospi[night]
    if night not in special['no_kosdaq']:
        yield 'kosdaq', '1d', kosdaq[night]
    if night >= 20:
        yield 'kospi200', '1d', kospi[night][:KOSPI200_STOCKS * 2:2]
    if night >= 30:
        yield 'kosdaq', '1w', week_of(kosdaq, night)


def write_bystanders(raw, date):
    """Writes files that kis-archive must ignore because of their names."""
    path = os.path.join(raw, date, 'kosdaq-1d.ndjson')
    if os.path.exists(path):
        with open(path, encoding='utf-8') as file:
            lines = file.readlines()
        with open(path + '.' + date + 'T190000', 'w', encoding='utf-8', newline='\n') as file:
            file.writelines(line.replace('"market":"1001"', '"market":"1001","x":"y"')
                            for line in lines[:5])
    with open(os.path.join(raw, 'README'), 'w') as file:
        file.write('not a date\n')


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    root = sys.argv[1]
    nights = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    dates = weekdays_until(LAST_NIGHT, nights)
    figures = {market: simulate(chance, market, nights) for market in ('kospi', 'kosdaq')}
    special = choose_nights(chance, nights)
    raw = os.path.join(root, 'raw')
    for night, date in enumerate(dates):
        folder = os.path.join(raw, date)
        kind, rows = class_of_night(special, night)
        for market, period, day in lists_of_night(special, figures, night):
            first = dates[night - 4] if period == '1w' else date
            # write complete lists, so that kospi200 has a month without
            # truncated lists
            if market == 'kospi200' and night < 23:
                write_list(folder, market, period, first, date, day, 'complete', COMPLETE_ROWS)
            else:
                write_list(folder, market, period, first, date, day, kind, rows)
        # the first ten nights have no checksums, like lists of earlier releases
        if os.path.isdir(folder) and night >= 10:
            write_checksums(folder)
    with open(os.path.join(root, 'holidays'), 'w') as file:
        for night in sorted(special['holiday']):
            file.write(dates[night] + '\n')
    write_bystanders(raw, dates[-1])


if __name__ == '__main__':
    main()
