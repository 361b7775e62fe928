"""The docking day of June 2022, played through services, reads what was read out then."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaking.demonstration.docking_day import DockingDay
from matchmaking.docking.models import DockingEvent

pytestmark = pytest.mark.django_db


def test_the_day_reads_6_firms_6_51_million_pairs_and_300_225_million_yuan(officer, client):
    told = []
    report = DockingDay(officer, timezone.now(), told.append).play()

    assert (report.firms, report.intentions, report.pairs, report.yuan) == (
        6,
        3,
        6_510_000,
        Decimal(300_225_000),
    )
    assert (report.conflicts, report.vetoed) == (0, 0)
    assert report.registered == 17
    assert report.held >= 15
    assert report.refilled >= 1
    assert any("fell free" in line for line in told)
    client.cookies["django_language"] = "en"
    url = reverse("docking:results", args=[DockingEvent.objects.get().code])
    page = " ".join(client.get(url).content.decode().split())
    assert "<b>6</b> firms, <b>3</b> intentions, <b>6.51 million</b> pairs" in page
