"""The sample script of the documents: what it sends is taken."""

import importlib.util
import time
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaking.connections.services import sources
from matchmaking.core.trade_day import trade_week
from matchmaking.listings import ledger
from tests.factories import OfferFactory

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "push_weeks.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("push_weeks", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_sheet_of_a_clerk_becomes_the_plan(script, tmp_path, client, factory, factory_company):
    offer = OfferFactory(company=factory_company, rate=0)
    monday = trade_week()
    ledger.publish_weeks(
        offer=offer, first_week=monday, pairs=[5_000] * 8, by=factory, at=timezone.now()
    )
    source, secret = sources.add_source(company=factory_company, name="Sheet", by=factory)
    sheet = tmp_path / "weeks.csv"
    third = monday + 2 * script.WEEK
    sheet.write_text(
        f'\ufeffweek,pairs\n{monday},"4,000"\n{third:%Y/%m/%d},3000\n', encoding="utf-8"
    )

    body = script.plan_of(str(offer.code), script.read_weeks(sheet))
    headers = script.headers_of(secret, body, time.time())
    headers.pop("content-type")
    address = reverse("api:push-weeks", args=[source.code])
    answers = [
        client.post(address, body, content_type="application/json", headers=headers)
        for _time in range(2)
    ]

    offer.refresh_from_db()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotent-Replay"] == "true"
    assert offer.published[:4] == [4_000, 0, 3_000, 0]
