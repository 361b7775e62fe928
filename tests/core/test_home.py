"""The front page, the dashboard, the theme and who may see the gallery."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.urls import reverse

from matchmaking.core import dashboard_registry
from matchmaking.core.dashboard_registry import News, NextStep, Todo, Total
from matchmaking.core.models import Visit
from matchmaking.core.registry import isolated
from matchmaking.core.visits import note_visit


@pytest.fixture
def bare_registries():
    """No area has registered anything."""
    cache.clear()
    with isolated():
        for registry in (
            dashboard_registry.total_providers,
            dashboard_registry.todo_providers,
            dashboard_registry.step_providers,
            dashboard_registry.own_total_providers,
            dashboard_registry.news_providers,
            dashboard_registry.unread_counters,
            dashboard_registry.company_providers,
        ):
            registry.reset()
        yield
    cache.clear()


@pytest.mark.parametrize("name", ["front", "how-it-works"])
def test_public_pages_open_for_everybody(client, db, name):
    assert client.get(reverse(f"home:{name}")).status_code == 200


def test_front_page_shows_the_registered_totals(client, db, bare_registries):
    dashboard_registry.total_providers.register(
        lambda: [Total("pairs", 6_510_000, "pairs asked", "pairs")]
    )

    page = client.get(reverse("home:front")).content.decode()

    assert "651 万" in page
    assert "pairs asked" in page


def test_totals_are_asked_once_in_fifteen_seconds(db, bare_registries):
    asked = []
    dashboard_registry.total_providers.register(
        lambda: asked.append(1) or [Total("firms", 6, "firms")]
    )

    first, second = dashboard_registry.totals(), dashboard_registry.totals()

    assert first == second == [Total("firms", 6, "firms")]
    assert asked == [1]


def test_todos_come_heaviest_first_then_oldest(bare_registries):
    old, new = dt.datetime(2027, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    dashboard_registry.todo_providers.register(
        lambda user, company: [
            Todo("order", "light", "/c", weight=10),
            Todo("order", "new", "/b", at=new, weight=80),
            Todo("order", "old", "/a", at=old, weight=80),
        ]
    )

    assert [todo.title for todo in dashboard_registry.todos_for(None, None)] == [
        "old",
        "new",
        "light",
    ]


def test_dashboard_asks_strangers_to_sign_in(client, db):
    response = client.get(reverse("home:dashboard"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_dashboard_groups_by_urgency(client, brand, bare_registries):
    dashboard_registry.todo_providers.register(
        lambda user, company: [
            Todo("match", "answer the match", "/m", weight=90),
            Todo("offer", "renew the offer", "/o", weight=50),
        ]
    )
    client.force_login(brand)

    response = client.get(reverse("home:dashboard"))

    assert [[todo.title for todo in group.todos] for group in response.context["groups"]] == [
        ["answer the match"],
        ["renew the offer"],
    ]


def test_dashboard_names_the_next_step_only(client, brand, bare_registries):
    steps = [
        NextStep(2, "post an order", "", done=False, url="/new", label="post"),
        NextStep(1, "register", "", done=True),
    ]
    dashboard_registry.step_providers.register(lambda user, company: steps)
    client.force_login(brand)

    response = client.get(reverse("home:dashboard"))

    assert response.context["next_step"] == steps[0]


def test_dashboard_forgets_the_steps_when_all_are_done(client, brand, bare_registries):
    dashboard_registry.step_providers.register(
        lambda user, company: [NextStep(1, "register", "", done=True)]
    )
    client.force_login(brand)

    assert client.get(reverse("home:dashboard")).context["steps"] == []


def test_theme_is_kept_in_a_cookie_and_shown_without_javascript(client, db):
    response = client.post(reverse("home:theme"), {"theme": "dark", "next": "/how-it-works/"})

    assert response["Location"] == "/how-it-works/"
    assert 'data-theme="dark"' in client.get("/how-it-works/").content.decode()


def test_theme_of_the_device_forgets_the_cookie(client, db):
    client.post(reverse("home:theme"), {"theme": "dark"})
    client.post(reverse("home:theme"), {"theme": "device"})

    assert "data-theme" not in client.get("/how-it-works/").content.decode().split("<body")[0]


def test_theme_leads_to_no_other_site(client, db):
    response = client.post(
        reverse("home:theme"), {"theme": "dark", "next": "https://evil.example/"}
    )

    assert response["Location"] == "/"


def test_an_unknown_theme_in_the_cookie_is_ignored(client, db):
    client.cookies["theme"] = '"><script>'

    assert "<script>" not in client.get("/how-it-works/").content.decode()


def test_gallery_is_for_staff(client, brand):
    client.force_login(brand)

    assert client.get(reverse("home:gallery")).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_gallery_shows_every_component(client, officer, language):
    client.force_login(officer)
    client.cookies["django_language"] = language

    assert client.get(reverse("home:gallery")).status_code == 200


MORNING = dt.datetime(2026, 2, 2, 1, 0, tzinfo=dt.UTC)


def minutes(number):
    return MORNING + dt.timedelta(minutes=number)


def test_the_first_visit_has_nothing_before_it(brand):
    assert note_visit(by=brand, at=MORNING) is None
    assert note_visit(by=brand, at=minutes(20)) is None


def test_a_visit_goes_on_until_nothing_was_looked_at_for_half_an_hour(brand):
    note_visit(by=brand, at=MORNING)
    note_visit(by=brand, at=minutes(20))

    assert [note_visit(by=brand, at=minutes(n)) for n in (49, 79, 80, 200)] == [
        None,
        minutes(49),
        minutes(49),
        minutes(79),
    ]


def test_no_visit_ends_after_it_was_seen(brand):
    with pytest.raises(IntegrityError, match="visit_before_is_earlier"):
        Visit.objects.create(user=brand, seen_at=MORNING, before_at=minutes(1))


def test_dashboard_tells_what_happened_since_the_last_visit(client, brand, bare_registries):
    asked = []
    dashboard_registry.news_providers.register(
        lambda user, company, since: (
            asked.append(since)
            or [
                News("mail", "older", "/a", at=minutes(5)),
                News("mail", "newer", "/b", minutes(9)),
            ]
        )
    )
    client.force_login(brand)
    first = client.get(reverse("home:dashboard"))
    Visit.objects.filter(user=brand).update(seen_at=MORNING)

    second = client.get(reverse("home:dashboard"))

    assert (first.context["since"], first.context["changes"]) == (None, [])
    assert asked == [MORNING]
    assert [change.title for change in second.context["changes"]] == ["newer", "older"]


def test_looking_at_the_head_alone_is_no_visit(client, brand):
    client.force_login(brand)
    client.head(reverse("home:dashboard"))

    assert not Visit.objects.exists()
