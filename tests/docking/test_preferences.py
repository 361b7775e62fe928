"""Whom a company wants to meet, requests that expire, and a "no" of which nobody learns."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matchmaking.core.errors import InvalidInput, NotAllowed
from matchmaking.docking import emails, queries
from matchmaking.docking.models import Preference
from matchmaking.docking.presentation import days, warnings
from matchmaking.docking.services import preferences
from matchmaking.docking.services.base import WrongPhase
from matchmaking.docking.services.preferences import Hours
from matchmaking.docking.states import EventPhase
from matchmaking.docking.suggestions import suggestions_for
from matchmaking.matching.ranking import rescore_posts
from matchmaking.notifications.models import Notification
from tests.docking.conftest import open_to
from tests.factories import OfferFactory, OrderFactory


def asked(person):
    return Notification.objects.filter(recipient=person, kind="docking_request").count()


def page_of(client, hall, who, **query):
    client.force_login(hall.people[who])
    client.cookies["django_language"] = "en"
    url = reverse("docking:partner-list", args=[hall.event.code])
    body = " ".join(client.get(url, query).content.decode().split())
    body = re.sub(r'value="[A-Za-z0-9]{64}"', "", body)  # the token of the form
    return body[body.index('<main id="main"') : body.index("</main>")]


def test_wishes_are_kept_and_told_to_the_other_side_once(hall):
    assert hall.choose("brand0", factory0="must", factory1="would") == 2
    assert hall.choose("brand0", factory0="would") == 1

    assert {row.other_id: row.kind for row in Preference.objects.all()} == {
        hall.rows["factory0"].pk: "would",
        hall.rows["factory1"].pk: "would",
    }
    assert [asked(hall.people[name]) for name in ("factory0", "factory1", "brand1")] == [1, 1, 0]


def test_a_word_is_taken_back(hall):
    hall.choose("brand0", factory0="must")
    hall.choose("brand0", factory0="")

    assert not Preference.objects.exists()


def test_nobody_hears_of_a_no(hall):
    hall.choose("factory0", brand0="no")
    hall.choose("brand0", factory0="must")

    assert asked(hall.people["factory0"]) == 0
    assert asked(hall.people["brand0"]) == 0


@pytest.mark.parametrize("word", ["no", "met", ""])
def test_page_of_the_asker_reads_the_same_whatever_the_other_says(client, hall, word):
    hall.choose("brand0", factory0="must")
    before = page_of(client, hall, "brand0")
    if word:
        hall.choose("factory0", brand0=word)

    assert page_of(client, hall, "brand0") == before
    assert "Asked; not answered yet." in before
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)
    assert "Not answered in time." in page_of(client, hall, "brand0")


def test_both_want_it_is_told_to_both(client, hall):
    hall.choose("brand0", factory0="must")
    assert "Asks to meet you." in page_of(client, hall, "factory0", show="asked")
    hall.choose("factory0", brand0="would")

    for who in ("brand0", "factory0"):
        assert "You both want to meet." in page_of(client, hall, who)


def test_two_brands_do_not_meet_and_strangers_choose_for_nobody(hall, stranger):
    with pytest.raises(InvalidInput):
        hall.choose("brand0", brand1="must")
    with pytest.raises(NotAllowed):
        preferences.choose(
            registration=hall.rows["brand0"],
            choices={hall.rows["factory0"]: "must"},
            by=stranger,
            at=hall.at,
        )

    assert not Preference.objects.exists()


def test_nobody_chooses_once_the_choice_is_closed(hall):
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)

    with pytest.raises(WrongPhase):
        hall.choose("brand0", factory0="must")


def test_hours_narrow_a_wish_and_go_with_it(hall):
    slots = list(queries.slots_of(hall.event))
    common = {"registration": hall.rows["brand0"], "by": hall.people["brand0"]}
    with pytest.raises(InvalidInput, match="Say first"):
        preferences.set_hours(other=hall.rows["factory0"], hours=Hours(), **common)
    hall.choose("brand0", factory0="must", factory1="would")
    hours = Hours(earliest=slots[3].starts_at, after=hall.rows["factory1"])
    row = preferences.set_hours(other=hall.rows["factory0"], hours=hours, **common)
    assert (row.earliest, row.after) == (slots[3].starts_at, hall.rows["factory1"])
    with pytest.raises(InvalidInput, match="No slot"):
        preferences.set_hours(
            other=hall.rows["factory0"],
            hours=Hours(earliest=slots[5].ends_at + dt.timedelta(hours=1)),
            **common,
        )
    hall.choose("brand0", factory0="no")

    row.refresh_from_db()
    assert (row.kind, row.earliest, row.after) == ("no", None, None)


def test_mail_says_that_somebody_asks_and_until_when(hall):
    hall.choose("brand0", factory0="must")
    rows = list(Notification.objects.filter(kind="docking_request"))

    mail = emails.write_request(hall.people["factory0"], rows)

    said = "\n".join(block.plain for block in mail.blocks)
    assert "is asked for meetings at" in mail.subject
    assert "show=asked" in said
    # The name stands on the page alone.
    assert hall.rows["brand0"].company.name not in said
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)
    assert emails.write_request(hall.people["factory0"], rows) is None


def test_a_thin_day_is_warned_of(hall):
    hall.choose("brand0", factory0="must")

    found = warnings.warnings_of(hall.event, hall.at)

    assert "4 companies chose fewer than 3 partners: the day will be thin." in found


def test_suggestions_rest_on_what_both_bring(hall):
    brand, factory = hall.rows["brand0"], hall.rows["factory0"]
    order = OrderFactory(company=brand.company)
    offer = OfferFactory(company=factory.company)
    rescore_posts(orders=[order.pk], offers=[offer.pk], at=hall.at)
    assert suggestions_for(brand, hall.people["brand0"]) == {}
    brand.orders.add(order)
    factory.offers.add(offer)

    (found,) = suggestions_for(brand, hall.people["brand0"]).values()
    (theirs,) = suggestions_for(factory, hall.people["factory0"]).values()

    assert 60 <= found.points <= 100
    assert found.reasons
    assert theirs.match == found.match


class TestPages:
    def test_choices_of_a_page_are_kept(self, client, hall):
        client.force_login(hall.people["brand0"])
        url = reverse("docking:partner-list", args=[hall.event.code])

        client.post(
            url,
            {
                f"partner-{hall.rows['factory0'].code}": "must",
                f"partner-{hall.rows['factory1'].code}": "nonsense",
            },
        )

        assert [(row.other, row.kind) for row in Preference.objects.all()] == [
            (hall.rows["factory0"], "must")
        ]

    def test_list_is_for_those_who_were_let_in(self, client, hall, stranger):
        url = reverse("docking:partner-list", args=[hall.event.code])
        client.force_login(stranger)
        assert client.get(url).status_code in (403, 404)
        client.force_login(hall.officer)
        assert client.get(url).status_code in (403, 404)

    def test_list_has_as_many_queries_for_one_as_for_two(self, client, hall):
        def queries_for(count):
            rows = [hall.rows[name] for name in ("factory0", "factory1")][:count]
            for row in rows:
                row.offers.set([OfferFactory(company=row.company)])
            with CaptureQueriesContext(connection) as told:
                page_of(client, hall, "brand0")
            return len(told)

        queries_for(1)  # what is read once a process
        assert queries_for(1) == queries_for(2)

    def test_hours_are_set_on_a_page_of_their_own(self, client, hall):
        hall.choose("brand0", factory0="must")
        client.force_login(hall.people["brand0"])
        codes = [hall.event.code, hall.rows["factory0"].code]
        url = reverse("docking:partner-hours", args=codes)
        assert client.get(url).status_code == 200
        slot = list(queries.slots_of(hall.event))[2]

        client.post(url, {"earliest": days.local(slot.starts_at).isoformat()})

        assert Preference.objects.get().earliest == slot.starts_at
        codes = [hall.event.code, hall.rows["factory1"].code]
        assert client.get(reverse("docking:partner-hours", args=codes)).status_code == 404
