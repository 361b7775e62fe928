"""A new area touches settings, urls and pyproject: everything else it declares in its own folder."""

from pathlib import Path

import pytest
from django.apps import AppConfig
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.officer_rights import sync_officer_rights
from matchmaking.core.consequences import Act, consequences_of
from matchmaking.core.models import Job, Visit
from matchmaking.core.registry import isolated
from matchmaking.core.workbench.job_labels import job_label, result_of
from matchmaking.matching import ranking
from matchmaking.matching.models import Match
from matchmaking.notifications import delivery, outbox, periodic, services
from matchmaking.notifications.labels import kind_label, subject_lines
from matchmaking.notifications.models import OutboxMessage
from tests.architecture.pilot.apps import heard
from tests.factories import OfferFactory, OrderFactory

TEMPLATES = Path(__file__).parent / "pilot" / "templates"


@pytest.fixture(autouse=True)
def pilot(settings):
    """Start the area as Django does, and forget it afterwards."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], TEMPLATES]}]
    settings.ROOT_URLCONF = "tests.architecture.pilot.urls"
    cache.clear()
    heard.clear()
    with isolated(), translation.override("en"):
        AppConfig.create("tests.architecture.pilot.apps.PilotConfig").ready()
        yield
    cache.clear()


def shown(user, url):
    client = Client()
    client.cookies["django_language"] = "en"
    if user:
        client.force_login(user)
    page = client.get(url)
    assert page.status_code == 200
    return page.content.decode()


def test_its_figures_and_news_stand_on_the_front_page_and_the_day_page(brand):
    Visit.objects.create(user=brand, seen_at=timezone.now(), before_at="2026-01-01T00:00Z")

    assert "pilot total" in shown(None, "/")
    page = shown(brand, reverse("home:dashboard"))
    words = ("pilot own", "pilot todo", "pilot step", "pilot news", "#star")
    assert [word for word in words if word not in page] == []


def test_its_pages_stand_in_both_menus_and_its_lines_in_the_bell(brand):
    page = shown(brand, reverse("home:how-it-works"))

    # The frame has either menu twice: for wide and for narrow screens.
    assert page.count('href="/pilot/"') == 4
    assert "40" in page.split('class="dot"')[1].split("</a>")[0]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/how-it-works/", "pilot slot of nothing"),
        ("/company/", "pilot slot of company"),
        ("order", "pilot slot of post"),
        ("offer", "pilot slot of post"),
        ("match", "pilot slot of match, side"),
    ],
)
def test_it_fills_slots_on_pages_of_other_areas(
    brand, factory, brand_company, factory_company, url, words
):
    order, offer = OrderFactory(company=brand_company), OfferFactory(company=factory_company)
    ranking.rescore_market(at=timezone.now())
    match = Match.objects.get()
    addresses = {
        "order": reverse("listings:order-detail", args=[order.code]),
        "offer": reverse("listings:offer-detail", args=[offer.code]),
        "match": reverse("matching:match-detail", args=[match.code]),
    }
    reader = factory if url == "offer" else brand

    assert f"<p>{words}</p>" in shown(reader, addresses.get(url, url))


def test_its_states_look_as_it_says_in_every_badge():
    badge = render_to_string("components/badge.html", {"state": "piloted", "label": "", "tone": ""})

    assert "Piloted" in badge
    assert "brand" in badge


def test_it_mails_and_has_its_line_in_the_inbox(brand):
    with transaction.atomic():
        services.notify(
            kind="pilot_mail",
            recipients=[brand.pk],
            fact="f",
            subject={"word": "hello"},
            company_id=None,
        )
    delivery.deliver(OutboxMessage.objects.get().pk)

    assert [(one.subject, "hello" in one.body) for one in mail.outbox] == [("pilot subject", True)]
    assert "pilot line hello" in shown(brand, reverse("notifications:inbox"))
    assert "Pilot mail" in shown(brand, reverse("notifications:preferences"))


@pytest.mark.django_db
def test_it_hears_of_facts_of_other_areas_beside_who_heard_of_them_before():
    with transaction.atomic():
        outbox.publish(
            kind="listings.post_changed", dedupe_key="p", subject={"model": "order", "id": 1}
        )
    row = OutboxMessage.objects.get(kind="listings.post_changed>pilot")
    delivery.deliver(row.pk)

    assert [message.pk for message in heard] == [row.pk]
    assert OutboxMessage.objects.filter(kind="listings.post_changed", state="pending").exists()


def test_the_clock_starts_its_runs():
    assert periodic.beat_schedule()["pilot_run"]["args"] == ["pilot_run"]


def test_officers_find_its_queue_panel_group_page_and_tables(officer, brand_company):
    order = OrderFactory(company=brand_company)
    page = shown(officer, "/admin/")

    words = ("Pilot queue", "Pilot panel", "Pilot group", "Pilot workbench")
    assert [word for word in words if word not in page] == []
    assert "Pilot table" in shown(officer, f"/admin/listings/processingorder/{order.pk}/change/")


def test_officers_have_the_rights_that_it_gives(db):
    sync_officer_rights()

    permissions = Group.objects.get(name="Officers").permissions
    assert permissions.filter(content_type__app_label="admin", codename="view_logentry").exists()


def test_officers_read_its_words_for_messages_and_jobs():
    job = Job(kind="pilot", result={"pilots": 3})

    assert kind_label("pilot.done") == "Pilot message"
    assert list(subject_lines({"pilot": 1})) == [("pilot field", 1)]
    assert (job_label(job), result_of(job)) == ("Pilot job", [("pilot figure", "3")])


def test_it_is_asked_what_a_step_on_a_post_does_to_it(brand_company):
    assert "pilot: pause" in consequences_of(Act.PAUSE, OrderFactory(company=brand_company))


def test_its_routes_stand_in_the_api(client):
    assert reverse("api:pilot-list") == "/api/v1/pilots/"
    assert client.get("/api/v1/pilots/").content == b"pilot route"
