#!/usr/bin/python3
"""Checks the results of `kis-archive history` and `kis-archive report`.

    history_oracle.py ARCHIVE DATABASE [REPORT.xlsx [DATE]]

Computes everything again from the lists in ARCHIVE/raw, by the definitions in
section HISTORY DATABASE of kis-archive(1). Prints one line for each table, view
and kind of sheet, followed by up to three differences. Exits with status 1 if
anything differs. DATE is the --date of the report, which must include all
markets and periods.
"""
import collections
import datetime
import json
import os
import re
import sqlite3
import sys
from fractions import Fraction

MARKETS = {'0000': 'all', '0001': 'kospi', '1001': 'kosdaq',
           '2001': 'kospi200', '4001': 'krx100', '3003': 'kosdaq150'}
KOREAN_MARKETS = {'all': '전체', 'kospi': '코스피', 'kosdaq': '코스닥',
                  'kospi200': '코스피200', 'krx100': 'KRX100', 'kosdaq150': '코스닥150'}
KOREAN_PERIODS = {'1d': '1일', '2d': '2일', '3d': '3일', '4d': '4일', '1w': '1주',
                  '2w': '2주', '3w': '3주', '1m': '1개월', '2m': '2개월', '3m': '3개월'}
FIELDS = {
    'code': 'mksc_shrn_iscd', 'name': 'hts_kor_isnm', 'fetched_at': 'fetched_at',
    'rank': 'rank', 'price': 'stck_prpr', 'change': 'prdy_vrss',
    'direction': 'prdy_vrss_sign', 'change_ratio': 'prdy_ctrt', 'volume': 'acml_vol',
    'trading_value': 'acml_tr_pbmn', 'short_volume': 'ssts_cntg_qty',
    'short_volume_ratio': 'ssts_vol_rlim', 'short_value': 'ssts_tr_pbmn',
    'short_value_ratio': 'ssts_tr_pbmn_rlim', 'average_short_price': 'avrg_prc',
    'first_date': 'stnd_date1', 'date': 'stnd_date2',
}
TEXTS = {'code', 'name', 'fetched_at'}
SUMS = ('volume', 'trading_value', 'short_volume', 'short_value')
ALL_RANKS = 1000000
ROW_KEY = ('date', 'market', 'period', 'code')
UNCHECKED_SHEETS = {'목차', '정보', '차트 데이터'}


def korean_ranks(ranks):
    """Translates ranks such as 'kospi 3, kospi200 2' to Korean."""
    pairs = (pair.rsplit(' ', 1) for pair in ranks.split(', '))
    return ', '.join('%s %s위' % (KOREAN_MARKETS[market], rank) for market, rank in pairs)


class Rounded:
    """A value that the manual defines as rounded to two decimals."""

    def __init__(self, exact):
        self.exact = Fraction(exact)

    def matches(self, got):
        if not isinstance(got, (int, float)):
            return False
        hundredths = self.exact * 100
        above_tie = hundredths - (hundredths // 1) - Fraction(1, 2)
        # the manual does not define the rounding of ties, so accept both
        # neighbours
        if abs(above_tie) / 100 < Fraction(1, 10**9):
            return abs(got - self.exact) <= 0.0101
        return abs(got - round(self.exact, 2)) <= 1e-6

    def __repr__(self):
        return '%.6f rounded' % float(self.exact)


class AnyOf:
    """Equals any of the given values, which come from different lists."""

    def __init__(self, values):
        self.values = list(values)

    def matches(self, got):
        return any(same(value, got) for value in self.values)

    def __repr__(self):
        return ' or '.join(repr(value) for value in sorted(set(self.values)))


def same(due, got):
    if due is None or got is None:
        return due is got
    if isinstance(due, (Rounded, AnyOf)):
        return due.matches(got)
    if isinstance(due, str):
        return due == got
    return isinstance(got, (int, float)) and abs(got - due) <= 1e-6



class List:
    """The list of one market, period and base date."""

    def __init__(self, market, period, date, records):
        self.market, self.period, self.date = market, period, date
        self.count = len(records)
        self.kind = records[0].get('list') or ('complete' if self.count > 30 else 'top')
        self.fetched_at = records[0]['fetched_at']
        self.previous = None
        self.stocks = {}
        for record in records:
            row = row_of(record)
            known = self.stocks.get(row['code'])
            if known is None or row['rank'] < known['rank']:
                self.stocks[row['code']] = row

    def depth(self):
        if self.kind == 'complete' or self.count < 30:
            return ALL_RANKS
        return 30 if self.kind == 'partial' else self.count

    def top(self, n):
        return {code: row for code, row in self.stocks.items() if row['rank'] <= n}


def number(text):
    return int(text) if re.fullmatch(r'[+-]?\d+', text) else Fraction(text)


def row_of(record):
    row = {column: record[field] if column in TEXTS else number(record[field])
           for column, field in FIELDS.items()}
    row['market'] = MARKETS[record['market']]
    row['period'] = record['period']
    return row


def is_weekday(date):
    return datetime.date(date // 10000, date // 100 % 100, date % 100).weekday() < 5


def read_lists(root):
    raw = os.path.join(root, 'raw')
    for folder in sorted(os.listdir(raw)):
        if not re.fullmatch(r'\d{8}', folder):
            continue
        for name in sorted(os.listdir(os.path.join(raw, folder))):
            parts = re.fullmatch(r'([a-z0-9]+)-(\d[dwm])\.ndjson', name)
            if not parts or parts[1] not in KOREAN_MARKETS or parts[2] not in KOREAN_PERIODS:
                continue
            with open(os.path.join(raw, folder, name), encoding='utf-8') as file:
                records = [json.loads(line) for line in file]
            yield List(parts[1], parts[2], int(folder), records)


def read_holidays(root):
    path = os.path.join(root, 'holidays')
    if not os.path.exists(path):
        return set()
    with open(path, encoding='utf-8') as file:
        return {int(day) for day in re.findall(r'^\s*(\d{8})\b', file.read(), re.M)}


class Archive:
    def __init__(self, lists, holidays):
        self.holidays = holidays
        self.lists = {(each.market, each.period, each.date): each for each in lists}
        self.by_kind = collections.defaultdict(list)
        for each in sorted(self.lists.values(), key=lambda each: each.date):
            before = self.by_kind[each.market, each.period]
            each.previous = before[-1] if before else None
            before.append(each)
        self.number_days()

    def number_days(self):
        """Numbers the business days, starting at the first list."""
        dates = {date for _, _, date in self.lists}
        self.days, self.day_of = [], {}
        if not dates:
            return
        day = datetime.datetime.strptime(str(min(dates)), '%Y%m%d').date()
        while int(day.strftime('%Y%m%d')) <= max(dates):
            date = int(day.strftime('%Y%m%d'))
            if date in dates or is_weekday(date) and date not in self.holidays:
                self.days.append(date)
            day += datetime.timedelta(days=1)
        self.day_of = {date: day for day, date in enumerate(self.days)}

    def before(self, each, days):
        """Returns the list `days` business days before `each`, or None."""
        day = self.day_of[each.date] - days
        if day < 0:
            return None
        return self.lists.get((each.market, each.period, self.days[day]))

    def until(self, date):
        lists = [each for each in self.lists.values() if each.date <= date]
        return Archive(lists, self.holidays)

    def newest(self):
        return [lists[-1] for lists in self.by_kind.values()]


# The following functions yield the rows of tables and views as dictionaries.

def list_rows(archive, lists, n):
    for each in lists:
        yield {'market': each.market, 'period': each.period, 'date': each.date,
               'class': each.kind, 'rows': each.count, 'depth': each.depth(),
               'fetched_at': each.fetched_at, 'day': archive.day_of[each.date],
               'previous': each.previous.date if each.previous else None}


def ranking(archive, lists, n):
    for each in lists:
        yield from each.stocks.values()


def new_in_top(archive, lists, n):
    for each in lists:
        if each.previous is None or each.previous.depth() < n:
            continue
        known = each.previous.top(n)
        for code, row in each.top(n).items():
            if code not in known:
                yield dict(row, compared_with=each.previous.date)


def streak(archive, lists, n):
    for each in lists:
        for code, row in each.top(n).items():
            days, first = 1, each
            while True:
                earlier = archive.before(each, days)
                if earlier is None or code not in earlier.top(n):
                    break
                days, first = days + 1, earlier
            gap = archive.before(each, days) is None
            yield dict(row, days=days, since=first.date, gap_before=int(gap))


def ratio_change(archive, lists, n):
    for each in lists:
        for code, row in each.stocks.items():
            result = dict(row)
            for days in (1, 5, 20):
                earlier = archive.before(each, days)
                old = earlier and earlier.stocks.get(code)
                change = old and Rounded(row['short_value_ratio'] - old['short_value_ratio'])
                result['change_%d' % days] = change
                if days == 1:
                    result['ratio_1'] = old and old['short_value_ratio']
            yield result


def price_vs_average(archive, lists, n):
    for each in lists:
        for row in each.stocks.values():
            price, average = row['price'], row['average_short_price']
            if price > 0 and average > 0:
                above = (Fraction(price) / average - 1) * 100
                yield dict(row, price_vs_average=Rounded(above))


def overlap(archive, lists, n):
    found = collections.defaultdict(list)
    for each in lists:
        for code, row in each.top(n).items():
            found[each.date, each.period, code].append(row)
    for (date, period, code), rows in found.items():
        if len(rows) > 1:
            rows.sort(key=lambda row: row['market'])
            yield {'date': date, 'period': period, 'code': code, 'markets': len(rows),
                   'name': AnyOf(row['name'] for row in rows),
                   'ranks': ', '.join('%s %d' % (row['market'], row['rank']) for row in rows),
                   'short_value_ratio': AnyOf(row['short_value_ratio'] for row in rows)}


def month(archive, lists, n):
    months = collections.defaultdict(list)
    for each in sorted(lists, key=lambda each: each.date):
        if each.period == '1d':
            months[each.market, each.date // 100].append(each)
    for (market, number_of_month), of_month in months.items():
        yield from one_month(market, number_of_month, of_month, n)


def one_month(market, number_of_month, lists, n):
    complete = all(each.depth() == ALL_RANKS for each in lists)
    sums = {}
    for each in lists:
        for code, row in (each.stocks if complete else each.top(n)).items():
            total = sums.setdefault(code, collections.Counter())
            total['days'] += 1
            for column in SUMS:
                total[column] += row[column]
            total['name'] = row['name']
    order = sorted(sums, key=lambda code: (-sums[code]['short_value'], code))
    for rank, code in enumerate(order, 1):
        total = sums[code]
        traded = total['trading_value']
        ratio = Rounded(Fraction(100 * total['short_value'], traded)) if traded else None
        yield dict({column: total[column] for column in SUMS + ('name', 'days')},
                   market=market, month=number_of_month, rank=rank, code=code,
                   lists=len(lists), depth='complete' if complete else 'top',
                   short_value_ratio=ratio)


def newest_of_period(archive):
    """Returns the lists of all markets on the newest date of each period."""
    newest = {}
    for _, period, date in archive.lists:
        newest[period] = max(date, newest.get(period, 0))
    return [each for each in archive.lists.values() if each.date == newest[each.period]]


def newest_months(archive):
    """Returns the lists of the newest month of each market and period."""
    return [each for lists in archive.by_kind.values() for each in lists
            if each.date // 100 == lists[-1].date // 100]


VIEWS = [
    # Each tuple contains the name of a view, the function that yields its rows,
    # its key, its columns, and the function that selects the lists from which
    # its newest rows are made. A view with the key of the table "ranking" also
    # has all columns of that table.
    ('new_in_top', new_in_top, ROW_KEY, ['compared_with'], Archive.newest),
    ('streak', streak, ROW_KEY, ['days', 'since', 'gap_before'], Archive.newest),
    ('ratio_change', ratio_change, ROW_KEY,
     ['change_1', 'change_5', 'change_20', 'ratio_1'], Archive.newest),
    ('price_vs_average', price_vs_average, ROW_KEY, ['price_vs_average'], Archive.newest),
    ('overlap', overlap, ('date', 'period', 'code'),
     ['date', 'period', 'code', 'name', 'markets', 'ranks', 'short_value_ratio'],
     newest_of_period),
    ('month', month, ('market', 'month', 'code'),
     ['market', 'month', 'rank', 'code', 'name', 'days', 'lists', 'depth',
      'volume', 'trading_value', 'short_volume', 'short_value', 'short_value_ratio'],
     newest_months),
]
RANKING_COLUMNS = list(FIELDS) + ['market', 'period']
LIST_COLUMNS = ['market', 'period', 'date', 'class', 'rows', 'depth', 'fetched_at',
                'previous', 'day']



class Report:
    def __init__(self):
        self.failed = False

    def line(self, name, rows, differences):
        print('%s: %d rows, %d differences' % (name, rows, len(differences)))
        for difference in differences[:3]:
            print('    ' + difference)
        self.failed = self.failed or bool(differences)


def index(rows, key, what, differences):
    result = {}
    for row in rows:
        values = tuple(row[column] for column in key)
        if values in result:
            differences.append('%r is %s twice' % (values, what))
        result[values] = row
    return result


def compare(want_rows, got_rows, key):
    """Returns the differences as texts; unexpected columns are ignored."""
    differences = []
    due = index(want_rows, key, 'computed', differences)
    got = index(got_rows, key, 'there', differences)
    for values in sorted(set(due) | set(got), key=repr):
        if values not in got:
            differences.append('%r is missing' % (values,))
        elif values not in due:
            differences.append('%r should not be there' % (values,))
        else:
            wrong = ['%s is %r, not %r' % (column, got[values].get(column), value)
                     for column, value in due[values].items()
                     if not same(value, got[values].get(column))]
            if wrong:
                differences.append('%r: %s' % (values, '; '.join(wrong)))
    return differences


def query(database, table):
    cursor = database.execute('SELECT * FROM "%s"' % table)
    columns = [each[0] for each in cursor.description]
    return columns, [dict(zip(columns, values)) for values in cursor]


def compare_table(report, database, name, rows, key, columns):
    try:
        got_columns, got = query(database, name)
    except sqlite3.Error as error:
        report.line(name, 0, [str(error)])
        return
    differences = []
    if sorted(got_columns) != sorted(columns):
        differences.append('columns are %s, not %s' % (sorted(got_columns), sorted(columns)))
    if name == 'list':
        number_from_first(got)
    differences += compare(rows, got, key)
    report.line(name, len(got), differences)


def number_from_first(lists):
    """Makes day numbers start at 0: the manual defines no first number."""
    first = min([row['day'] for row in lists], default=0)
    for row in lists:
        row['day'] -= first


def check_database(report, archive, database, n):
    every = list(archive.lists.values())
    compare_table(report, database, 'ranking', ranking(archive, every, n),
                  ROW_KEY, RANKING_COLUMNS)
    compare_table(report, database, 'list', list_rows(archive, every, n),
                  ('date', 'market', 'period'), LIST_COLUMNS)
    compare_table(report, database, 'course', ranking(archive, every, n),
                  ROW_KEY, RANKING_COLUMNS)
    for name, view, key, columns, newest in VIEWS:
        if key == ROW_KEY:
            columns = RANKING_COLUMNS + columns
        compare_table(report, database, name, view(archive, newest(archive), n), key, columns)
        compare_table(report, database, name + '_history', view(archive, every, n), key, columns)



def dashed(date):
    return '%04d-%02d-%02d' % (date // 10000, date // 100 % 100, date % 100)


def changes_known(row):
    return any(row['change_%d' % days] is not None for days in (1, 5, 20))


def wanted_sheets(archive, n):
    """Returns the expected title, key and rows of each sheet, by sheet name."""
    sheets = {}

    def add(question, key, rows, name_of_row):
        for row, cells in rows:
            name = name_of_row(row) + ' ' + question
            sheets.setdefault(name, (question, key, []))[2].append(cells)

    def kind(row):
        return KOREAN_MARKETS[row['market']] + ' ' + KOREAN_PERIODS[row['period']]

    newest = archive.newest()
    code = ('종목코드',)
    add('상위 %d 신규 진입' % n, code,
        [(row, {'종목코드': row['code'], '비교 기준일': dashed(row['compared_with'])})
         for row in new_in_top(archive, newest, n)], kind)
    add('상위 %d 연속 등재' % n, code,
        [(row, {'종목코드': row['code'], '연속일수': row['days'],
                '연속 시작일': dashed(row['since']),
                '연속 시작 직전 영업일 목록': '없음' if row['gap_before'] else None})
         for row in streak(archive, newest, n)], kind)
    add('비중 증감', code,
        [(row, {'종목코드': row['code'], '전일 비중 (%)': row['ratio_1'],
                '전일 대비 비중 증감 (%p)': row['change_1'],
                '5영업일 전 대비 비중 증감 (%p)': row['change_5'],
                '20영업일 전 대비 비중 증감 (%p)': row['change_20']})
         for row in ratio_change(archive, newest, n) if changes_known(row)], kind)
    add('공매도평균가 하회', code,
        [(row, {'종목코드': row['code']}) for row in price_vs_average(archive, newest, n)
         if row['price'] < row['average_short_price']], kind)
    add('월별', ('월', '종목코드'),
        [(row, {'종목코드': row['code'], '공매도거래대금순위': row['rank'], '공매도거래대금 (백만원)': row['short_value'],
                '월': '%04d-%02d' % divmod(row['month'], 100),
                '등재일수': row['days'], '해당 월 목록 수 (개)': row['lists'],
                '순위 범위': '전체' if row['depth'] == 'complete' else '상위 %d위' % n})
         for row in month(archive, archive.lists.values(), n) if row['rank'] <= n],
        lambda row: KOREAN_MARKETS[row['market']] + ' 1일')
    add('복수 시장 상위 %d' % n, code,
        [(row, {'종목코드': row['code'], '등재 목록 수 (개)': row['markets'],
                '시장별 순위': korean_ranks(row['ranks'])})
         for row in overlap(archive, newest_of_period(archive), n)],
        lambda row: KOREAN_PERIODS[row['period']])
    return sheets


def wanted_overview(archive):
    for each in archive.newest():
        yield {'시장': KOREAN_MARKETS[each.market], '기간': KOREAN_PERIODS[each.period],
               '기준일': dashed(each.date), '목록종목수': each.count}


def as_text(value):
    return value.strftime('%Y-%m-%d') if isinstance(value, datetime.date) else value


def cell(title, value):
    """Returns a cell's displayed value: the workbook stores 12.5 % as 0.125."""
    if title and title.endswith(('(%)', '(%p)')) and isinstance(value, (int, float)):
        return value * 100
    return as_text(value)


def rows_of_sheet(sheet, title):
    """Returns the rows below the first row that contains the title."""
    header, rows = None, []
    for values in sheet.iter_rows(values_only=True):
        if header is None:
            if title in values:
                header = values
        elif any(value is not None for value in values):
            rows.append({name: cell(name, value) for name, value in zip(header, values)
                         if name is not None})
    return rows


def question_of_sheet(name, n):
    questions = ['상위 %d 신규 진입' % n, '상위 %d 연속 등재' % n, '비중 증감', '공매도평균가 하회', '월별', '복수 시장 상위 %d' % n]
    return next((each for each in questions if name.endswith(' ' + each)), '')


def load_workbook(path):
    import warnings
    import openpyxl
    with warnings.catch_warnings():
        # openpyxl warns about Excel extensions that it does not support
        warnings.simplefilter('ignore')
        return openpyxl.load_workbook(path)


def compare_overview(book, archive):
    if '목록 현황' not in book.sheetnames:
        return 0, ['the sheet is missing']
    got = rows_of_sheet(book['목록 현황'], '기준일')
    return len(got), compare(wanted_overview(archive), got, ('시장', '기간'))


def check_workbook(report, archive, path, n, date):
    book = load_workbook(path)
    if date is not None:
        archive = archive.until(date)
    wanted = wanted_sheets(archive, n)
    results = collections.defaultdict(lambda: [0, []])
    for name, (question, key, rows) in wanted.items():
        result = results[question]
        if name not in book.sheetnames:
            result[1].append('%s: the sheet is missing' % name)
            continue
        got = rows_of_sheet(book[name], '종목코드')
        result[0] += len(got)
        result[1] += ['%s: %s' % (name, each) for each in compare(rows, got, key)]
    for name in book.sheetnames:
        if name not in wanted and name not in UNCHECKED_SHEETS and name != '목록 현황':
            question = question_of_sheet(name, n)
            results[question][1].append('%s: should not be there' % name)
    for question, (count, differences) in results.items():
        report.line('workbook ' + (question or 'other sheets'), count, differences)
    report.line('workbook 목록 현황', *compare_overview(book, archive))


def main():
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    archive = Archive(read_lists(sys.argv[1]), read_holidays(sys.argv[1]))
    database = sqlite3.connect('file:%s?mode=ro' % sys.argv[2], uri=True)
    settings = dict(database.execute('SELECT * FROM setting'))
    n = int(settings['top'])
    report = Report()
    check_database(report, archive, database, n)
    if len(sys.argv) > 3:
        date = int(sys.argv[4]) if len(sys.argv) > 4 else None
        check_workbook(report, archive, sys.argv[3], n, date)
    sys.exit(1 if report.failed else 0)


if __name__ == '__main__':
    main()
