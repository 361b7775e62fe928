"""Effects of a step on others are said before it is done."""

import pytest
from django.urls import reverse

from matchmaking.core import registry
from matchmaking.core.consequences import Act, providers
from matchmaking.listings.states import PostState

pytestmark = pytest.mark.django_db


@pytest.fixture
def unfelt():
    with registry.isolated():
        providers.reset()
        yield


@pytest.fixture
def felt(unfelt):
    """Let somebody feel each act; return what was asked."""
    asked = []

    def provider(act, subject):
        asked.append((act, subject))
        return ["A firm waits."]

    providers.register(provider)
    return asked


def step(client, order, **data):
    return client.post(reverse("listings:order-step", args=[order.code]), {"step": "pause"} | data)


def test_pause_asks_first_where_somebody_feels_it(as_brand, order, felt):
    html = step(as_brand, order).content.decode()

    order.refresh_from_db()
    assert "A firm waits." in html
    assert order.state == PostState.PUBLISHED
    assert felt == [(Act.PAUSE, order)]


def test_pause_is_done_once_confirmed(as_brand, order, felt):
    step(as_brand, order, confirmed="1")

    order.refresh_from_db()
    assert order.state == PostState.PAUSED


def test_pause_is_done_at_once_where_nobody_feels_it(as_brand, order, unfelt):
    step(as_brand, order)

    order.refresh_from_db()
    assert order.state == PostState.PAUSED


@pytest.mark.parametrize(("name", "act"), [("close", Act.CLOSE), ("edit", Act.CHANGE)])
def test_closing_and_changing_say_what_they_do(as_brand, order, felt, name, act):
    html = as_brand.get(reverse(f"listings:order-{name}", args=[order.code])).content.decode()

    assert "A firm waits." in html
    assert felt == [(act, order)]


def test_blocking_asks_first_where_somebody_feels_it(as_brand, brand_company, felt):
    typed = {"partner": "91350300MA2XXXXX0X"}

    html = as_brand.post(reverse("accounts:blocks"), typed).content.decode()
    assert "A firm waits." in html
    assert not brand_company.blocks.exists()

    as_brand.post(reverse("accounts:blocks"), typed | {"confirmed": "1"})
    assert brand_company.blocks.exists()


# --- a change that an address proposes ---------------------------------------------------


def edit(client, post, **query):
    kind = "order" if hasattr(post, "due_week") else "offer"
    return client.get(reverse(f"listings:{kind}-edit", args=[post.code]), query)


def test_an_address_fills_in_one_change_and_says_so(as_brand, order, unfelt):
    html = edit(as_brand, order, pairs="40000").content.decode()

    order.refresh_from_db()
    assert "One change is filled in for you" in html
    assert 'value="40,000"' in html
    assert order.pairs != 40_000


@pytest.mark.parametrize(
    "query", [{"pairs": "many"}, {"title": "Mine"}, {"due_week": "2027-W99"}, {"version": "9"}]
)
def test_nonsense_and_other_fields_are_ignored(as_brand, order, unfelt, query):
    html = edit(as_brand, order, **query).content.decode()

    assert "One change is filled in" not in html
    assert 'value="Mine"' not in html
    assert f'name="version" value="{order.version}"' in html
