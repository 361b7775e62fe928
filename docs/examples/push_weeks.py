"""Push the weeks of a capacity from a sheet: ``python3 push_weeks.py weeks.csv``.

Python 3.9 or newer and nothing else. The sheet is a CSV file with a row a week: its Monday
(2026-12-07), a comma, its pairs. Address, secret and capacity stand on the site's pages
"Connections" and of the capacity; put them into the environment:

    PUSH_URL=https://…/api/v1/pushes/…/weeks/  PUSH_SECRET=whsec_…  PUSH_OFFER=…
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request

WEEK = dt.timedelta(weeks=1)


def read_weeks(path: str) -> dict[dt.date, int]:
    """Return pairs by Monday; a line whose first cell is no date is a heading.

    :raises ValueError: for pairs that are no number
    """
    weeks: dict[dt.date, int] = {}
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - as clerks know it
        for row in csv.reader(file):
            try:
                day = dt.date.fromisoformat(row[0].strip().replace("/", "-"))
            except (IndexError, ValueError):
                continue
            monday = day - dt.timedelta(days=day.weekday())
            weeks[monday] = weeks.get(monday, 0) + int(row[1].replace(",", "").strip() or 0)
    return weeks


def plan_of(offer: str, weeks: dict[dt.date, int]) -> str:
    """Return the body: the whole plan from the first week on, 0 where the sheet has no row."""
    first, last = min(weeks), max(weeks)
    count = (last - first) // WEEK + 1
    year, week, _day = first.isocalendar()
    pairs = [weeks.get(first + number * WEEK, 0) for number in range(count)]
    return json.dumps({"offer": offer, "first_week": f"{year}-W{week:02}", "pairs": pairs})


def headers_of(secret: str, body: str, now: float) -> dict[str, str]:
    """Return the headers that sign ``body``. Its id is made of it: the same sheet is sent once a day."""
    day = int(now) // 86400
    message_id = "sheet_" + hashlib.sha256(f"{day}{body}".encode()).hexdigest()[:32]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{int(now)}.{body}".encode()
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": f"v1,{signature}",
    }


def main() -> None:
    if len(sys.argv) != 2:  # noqa: PLR2004 - the name of the script and of the sheet
        sys.exit(__doc__)
    body = plan_of(os.environ["PUSH_OFFER"], read_weeks(sys.argv[1]))
    headers = headers_of(os.environ["PUSH_SECRET"], body, time.time())
    request = urllib.request.Request(os.environ["PUSH_URL"], body.encode(), headers)  # noqa: S310 - the site's own
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            print("sent:", answer.status)  # noqa: T201 - what the clerk reads
    except urllib.error.HTTPError as error:
        sys.exit(f"refused ({error.code}): {error.read().decode()}")


if __name__ == "__main__":
    main()
