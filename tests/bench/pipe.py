"""Fetches a ranking, or the daily short sales of a stock, and writes a workbook.

    pipe.py ranking|CODE TOKEN-FILE OUTPUT

For a comparison with kis-token, kis-fetch and kis-toxlsx: gets a token, unless
TOKEN-FILE has one, sends the requests, gives the columns their types, and
writes a table with number formats.
"""
import os
import sys

import pandas
import requests

what, token_file, output = sys.argv[1:]
base = os.environ["KIS_BASE_URL"]
session = requests.Session()
session.trust_env = False  # no other CA, no proxy
session.verify = os.environ["KIS_CACERT"]
key = {"appkey": os.environ["KIS_APPKEY"], "appsecret": os.environ["KIS_APPSECRET"]}
if os.path.exists(token_file):
    token = open(token_file).read()
else:
    token = session.post(base + "/oauth2/tokenP", json=dict(
        key, grant_type="client_credentials")).json()["access_token"]
    with open(token_file, "w") as file:
        file.write(token)


def get(path, tr_id, query):
    answer = session.get(base + "/uapi/domestic-stock/v1/" + path, params=query,
                         headers=dict(key, tr_id=tr_id, custtype="P", **{
                             "authorization": "Bearer " + token,
                             "content-type": "application/json; charset=utf-8",
                         })).json()
    if answer["rt_cd"] != "0":
        sys.exit(answer["msg1"])
    return answer


if what == "ranking":
    rows = get("ranking/short-sale", "FHPST04820000", {
        "FID_COND_MRKT_DIV_CODE": "J", "FID_COND_SCR_DIV_CODE": "20482",
        "FID_INPUT_ISCD": "1001", "FID_PERIOD_DIV_CODE": "D",
        "FID_INPUT_CNT_1": "0", "FID_APLY_RANG_VOL": "", "FID_TRGT_CLS_CODE": "",
        "FID_TRGT_EXLS_CLS_CODE": "", "FID_APLY_RANG_PRC_1": "",
        "FID_APLY_RANG_PRC_2": ""})["output"]
    dates = ["stnd_date1", "stnd_date2"]
else:
    rows, to = [], "20261120"
    while True:
        page = get("quotations/daily-short-sale", "FHPST04830000", {
            "FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": what,
            "FID_INPUT_DATE_1": "20251121", "FID_INPUT_DATE_2": to})["output2"]
        rows += [row for row in page if row["stck_bsop_date"] >= "20251121"]
        if not page or page[-1]["stck_bsop_date"] <= "20251121":
            break
        last = pandas.Timestamp(page[-1]["stck_bsop_date"])
        to = (last - pandas.Timedelta(days=1)).strftime("%Y%m%d")
    dates = ["stck_bsop_date"]
frame = pandas.DataFrame(rows)
texts = {"mksc_shrn_iscd", "hts_kor_isnm", "prdy_vrss_sign"}
for name in frame:
    if name in dates:
        frame[name] = pandas.to_datetime(frame[name], errors="coerce")
    elif name not in texts:
        frame[name] = pandas.to_numeric(frame[name])
with pandas.ExcelWriter(output, engine="xlsxwriter",
                        datetime_format="yyyy-mm-dd") as writer:
    frame.to_excel(writer, index=False, sheet_name="data")
    sheet = writer.sheets["data"]
    sheet.add_table(0, 0, len(frame), len(frame.columns) - 1,
                    {"columns": [{"header": name} for name in frame]})
    sheet.freeze_panes(1, 0)
