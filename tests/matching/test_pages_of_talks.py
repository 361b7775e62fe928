"""Pages on which two sides answer each other and talk: what each of them sees and may do."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Contact, ContactDisclosure
from matchmaking.core.consequences import Act, Partner, consequences_of
from matchmaking.core.home import todos_for
from matchmaking.listings.states import PostState
from matchmaking.matching import services
from matchmaking.matching.models import Answer, Match, Message, ThreadMark
from matchmaking.matching.states import MatchState
from tests.factories import MembershipFactory, OfferFactory, OrderFactory

PDF = b"%PDF-1.4\n%%EOF"
NOTE = "Our line is full in spring"


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company, title="Spring runner", notes="Two colours")


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company, title="Line two")


@pytest.fixture
def match(order, offer, rescore):
    rescore()
    return Match.objects.get()


@pytest.fixture
def say(match, brand, factory):
    """Let a side answer through the service."""

    def run(side, kind="interested", **more):
        by = brand if side == "order" else factory
        services.answer_match(match=match, side=side, kind=kind, by=by, at=timezone.now(), **more)
        match.refresh_from_db()

    return run


@pytest.fixture
def mutual(match, say):
    say("order")
    say("offer")
    return match


def url(name, match, *more):
    return reverse(f"matching:match-{name}", args=[match.code, *more])


def see(client, user, match):
    client.force_login(user)
    return client.get(url("detail", match)).content.decode()


def answer(client, user, match, **data):
    client.force_login(user)
    return client.post(url("answer", match), data)


# --- the answer ---------------------------------------------------------------------------


def test_a_new_match_says_what_to_do_and_how_the_order_fills_the_weeks(client, match, brand):
    html = see(client, brand, match)

    assert "Fits your order with" in html
    assert "We are interested" in html
    assert html.count('name="reason"') == 6
    assert "60,000 pairs fit into" in html
    assert "This order" in html


def test_interest_takes_one_button_and_the_page_says_what_is_next(client, match, brand, factory):
    response = answer(client, brand, match, kind="interested")

    assert response["Location"] == url("detail", match) + "#answer"
    html = see(client, brand, match)
    assert "You are interested. The other side has until" in html
    assert "We are interested" not in html
    assert "Take it back" in html
    assert "A brand is interested in your capacity" in see(client, factory, match)


def test_both_interests_open_names_and_the_conversation(client, mutual, brand, factory):
    html = see(client, brand, mutual)
    assert f"You and {mutual.offer.company.name_en} are both interested" in html
    assert "Line two" in html
    assert 'id="compose"' in html
    assert "Show the contacts" in html

    html = see(client, factory, mutual)
    assert f"You and {mutual.order.company.name_en} are both interested" in html
    assert "Two colours" in html


def test_a_decline_takes_one_reason_and_keeps_its_note_to_itself(
    client, match, say, brand, factory
):
    say("offer")
    answer(client, brand, match, kind="declined", reason="timing", note=NOTE)

    assert Answer.objects.get(kind="declined").note == NOTE
    html = see(client, factory, match)
    assert "The factory declined" not in html
    assert "The brand declined: Timing" in html
    assert NOTE not in html
    assert "You declined on" in see(client, brand, match)


def test_a_note_is_shown_once_its_writer_shares_it(client, match, brand, factory):
    answer(client, brand, match, kind="declined", reason="other", note=NOTE, shares_note="on")

    assert NOTE in see(client, factory, match)


def test_after_the_end_figures_and_reasons_close_again(client, match, say, factory):
    say("order", "declined", reason="price")

    html = see(client, factory, match)
    assert "60,000" not in html
    assert "Why it fits" not in html
    assert "You are not proposed to each other again" in html


def test_a_decline_without_a_reason_keeps_what_was_typed(client, match, brand):
    response = answer(client, brand, match, kind="declined", note=NOTE, shares_note="on")

    html = response.content.decode()
    assert response.status_code == 422
    assert "Tap the reason why it does not fit." in html
    assert NOTE in html
    assert re.search(r'name="shares_note"[^>]*checked', html)
    assert not Answer.objects.exists()


def test_who_comes_too_late_is_told_what_happened(client, match, say, brand):
    say("order")
    say("offer", "declined", reason="price")

    response = answer(client, brand, match, kind="interested")

    html = response.content.decode()
    assert response.status_code == 409
    assert "The other side declined a moment ago." in html
    assert "The factory declined: Price" in html


def test_a_post_that_paused_cannot_be_answered(client, match, order, brand):
    order.state = PostState.PAUSED
    order.save()

    response = answer(client, brand, match, kind="interested")

    assert response.status_code == 409
    assert "not on the market" in response.content.decode()


@pytest.mark.parametrize("name", ["detail", "answer", "end", "messages", "contacts"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_nothing(client, mutual, stranger, name, method):
    client.force_login(stranger)

    status = getattr(client, method)(url(name, mutual)).status_code

    assert status in {404, 405}
    assert status == 404 or (name, method) in {
        ("answer", "get"), ("detail", "post"), ("contacts", "post"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["answer", "end", "messages"])
def test_officers_read_and_do_not_speak_here(client, settings, mutual, officer, name):
    settings.OFFICERS_NEED_TOTP = False
    html = see(client, officer, mutual)
    assert "Both sides are interested since" in html
    assert 'id="compose"' not in html

    response = client.post(url(name, mutual), {"kind": "declined", "reason": "price", "text": "x"})

    assert response.status_code == 403


def test_an_open_page_hears_only_of_news(client, match, say, brand):
    html = see(client, brand, match)
    shown = re.search(r'"X-Shown": "(\w+)"', html)[1]
    assert client.get(url("detail", match), headers={"X-Shown": shown}).status_code == 204

    say("offer")

    response = client.get(url("detail", match), headers={"X-Shown": shown})
    assert "A factory is interested in your order" in response.content.decode()


def test_an_expired_match_says_who_did_not_answer(client, match, say, brand, factory, at):
    say("order")
    Match.objects.update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    assert services.expire_due_matches(at=timezone.now()) == 1
    match.refresh_from_db()

    assert "The factory did not answer in time" in see(client, brand, match)
    assert "You did not answer in time" in see(client, factory, match)


# --- the conversation ---------------------------------------------------------------------


def test_messages_carry_side_author_and_files(client, mutual, brand, factory):
    client.force_login(brand)
    response = client.post(
        url("messages", mutual),
        {"text": "Hello <b>", "uploads": [SimpleUploadedFile("last.pdf", PDF, "application/pdf")]},
    )
    assert response["Location"] == url("detail", mutual) + "#talk-end"

    html = see(client, factory, mutual)
    assert "Hello &lt;b&gt;" in html
    assert brand.name in html
    file = Message.objects.get().files.get()
    response = client.get(url("file", mutual, file.code))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")


def test_files_are_for_the_two_sides(client, mutual, brand, stranger):
    client.force_login(brand)
    upload = SimpleUploadedFile("last.pdf", PDF, "application/pdf")
    client.post(url("messages", mutual), {"uploads": [upload]})
    file = Message.objects.get().files.get()
    client.force_login(stranger)

    assert client.get(url("file", mutual, file.code)).status_code == 404


def test_reading_leaves_a_mark_that_the_writer_sees(client, mutual, brand, factory):
    services.write_message(match=mutual, side="order", text="Hi", by=brand, at=timezone.now())
    assert "Read by the other side" not in see(client, brand, mutual)

    see(client, factory, mutual)

    assert "Read by the other side" in see(client, brand, mutual)
    assert ThreadMark.objects.filter(user=factory).exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": ""}, "Write something, or choose a file."),
        ({"text": "Look", "uploads": SimpleUploadedFile("a.exe", b"MZ", "application/x-dos")},
         "Send a PDF, JPEG, PNG or WebP file."),
        ({"text": "x" * 4001}, "at most 4000"),
    ],
)  # fmt: skip
def test_a_refused_message_keeps_its_text(client, mutual, brand, data, sentence):
    client.force_login(brand)

    response = client.post(url("messages", mutual), data)

    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert data["text"] in html
    assert not Message.objects.exists()


def test_a_fragment_brings_what_is_new_and_nothing_else(client, mutual, brand, factory):
    first = services.write_message(
        match=mutual, side="offer", text="First", by=factory, at=timezone.now()
    )
    client.force_login(brand)
    query, htmx = {"after": str(first.code)}, {"HX-Request": "true"}
    assert client.get(url("messages", mutual), query, headers=htmx).status_code == 204

    services.write_message(match=mutual, side="offer", text="Second", by=factory, at=timezone.now())

    html = client.get(url("messages", mutual), query, headers=htmx).content.decode()
    assert "Second" in html
    assert "First" not in html
    assert 'hx-swap-oob="true"' in html


def test_an_error_in_a_fragment_leaves_the_form_alone(client, mutual, brand):
    client.force_login(brand)

    response = client.post(url("messages", mutual), {"text": ""}, headers={"HX-Request": "true"})

    assert response["HX-Retarget"] == "#compose-errors"
    assert "Write something" in response.content.decode()


def test_there_is_no_conversation_before_both_said_yes(client, match, say, brand):
    say("order")
    client.force_login(brand)

    for name in ("messages", "contacts"):
        assert client.get(url(name, match)).status_code == 404
    assert client.post(url("messages", match), {"text": "Hi"}).status_code == 404


def test_contacts_open_by_one_tap_and_are_recorded_once(client, mutual, brand, factory_company):
    Contact.objects.create(company=factory_company, person="Wu", kind="phone", value="138 0000 1")
    Contact.objects.create(company=factory_company, person="Xu", kind="email", value="x@y.cn")
    assert "138 0000 1" not in see(client, brand, mutual)
    assert not ContactDisclosure.objects.exists()

    for _ in range(2):
        html = client.get(url("contacts", mutual)).content.decode()

    assert 'href="tel:13800001"' in html
    assert 'href="mailto:x@y.cn"' in html
    assert ContactDisclosure.objects.count() == 1


def test_ending_asks_first_and_closes_contacts(client, mutual, brand, factory):
    client.force_login(brand)
    assert "End the conversation?" in client.get(url("end", mutual)).content.decode()
    assert Match.objects.get().state == MatchState.MUTUAL

    client.post(url("end", mutual), {"note": NOTE})

    mutual.refresh_from_db()
    assert (mutual.state, mutual.end_note) == (MatchState.ENDED, NOTE)
    html = see(client, factory, mutual)
    assert "The conversation was ended on" in html
    assert NOTE not in html
    assert client.get(url("contacts", mutual)).status_code == 404


# --- lists, the day, what a step does -----------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "group"),
    [
        ([], "to_answer"),
        (["offer"], "to_answer"),
        (["order"], "waiting"),
        (["order", "offer"], "talking"),
    ],
)
def test_the_list_groups_matches_by_what_they_wait_for(client, match, say, brand, steps, group):
    for side in steps:
        say(side)
    client.force_login(brand)
    for name in ("to_answer", "waiting", "talking", "ended"):
        html = client.get(reverse("matching:match-list"), {"group": name}).content.decode()
        assert (str(match.code) in html) == (name == group), name


def test_an_open_list_hears_only_of_news(client, match, say, brand):
    client.force_login(brand)
    address = reverse("matching:match-list") + "?group=waiting"
    shown = re.search(r'"X-Shown": "(\w+)"', client.get(address).content.decode())[1]
    assert client.get(address, headers={"X-Shown": shown}).status_code == 204

    say("order")

    html = client.get(address, headers={"X-Shown": shown}).content.decode()
    assert "You are interested" in html


def test_a_posts_page_shows_first_who_is_interested(
    client, match, say, factory, offer, brand, order
):
    say("offer")
    client.force_login(brand)

    html = client.get(reverse("matching:order-matches", args=[order.code])).content.decode()

    assert "Somebody is interested" in html
    assert "A factory is interested in your order" in html


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("group", "queries"), [("waiting", 15), ("talking", 15), ("ended", 15)])
def test_groups_take_the_same_queries_for_any_number_of_rows(
    client, brand, order, offer, rescore, django_assert_num_queries, rows, group, queries
):
    for _ in range(rows - 1):
        OfferFactory()
    rescore()
    for match in Match.objects.all():
        other = MembershipFactory(company=match.offer.company).user
        common = {"match": match, "at": timezone.now()}
        services.answer_match(side="order", kind="interested", by=brand, **common)
        if group != "waiting":
            services.answer_match(side="offer", kind="interested", by=other, **common)
        if group == "ended":
            services.end_match(side="offer", by=other, **common)
    client.force_login(brand)
    address = f"{reverse('matching:match-list')}?group={group}"
    client.get(address)
    with django_assert_num_queries(queries):
        html = client.get(address).content.decode()
    assert html.count('class="row-item"') == rows


@pytest.mark.parametrize("messages", [1, 4])
def test_a_conversation_takes_the_same_queries_however_long(
    client, mutual, brand, factory, django_assert_num_queries, messages
):
    for _ in range(messages):
        services.write_message(match=mutual, side="offer", text="x", by=factory, at=timezone.now())
    client.force_login(brand)
    client.get(url("detail", mutual))
    with django_assert_num_queries(27):
        client.get(url("detail", mutual))


def test_the_day_begins_with_who_waits(match, say, brand, brand_company, factory, factory_company):
    services.announce_matches(matches=[match.pk])
    say("order")
    first = todos_for(factory, factory_company)[0]
    assert str(first.title) == "1 firm waits for your answer"

    say("offer")
    services.write_message(match=match, side="order", text="Hi", by=brand, at=timezone.now())

    titles = [str(todo.title) for todo in todos_for(factory, factory_company)]
    assert "New messages in 1 conversation" in titles
    assert "1 firm waits for your answer" not in titles


def test_a_step_says_who_would_feel_it(match, say, order, offer):
    assert consequences_of(Act.PAUSE, order) == []
    say("offer")

    said = [str(text) for text in consequences_of(Act.PAUSE, order)]
    assert said == ["1 firm waits for your answer: it is told that your post left the market."]
    assert "You wait for 1 answer" in str(consequences_of(Act.CLOSE, offer)[0])

    say("order")
    assert [str(text) for text in consequences_of(Act.CHANGE, order)] == ["1 conversation goes on."]


def test_blocking_counts_no_match_whose_name_is_hidden(match, say, order, offer):
    """Who types numbers must not learn whose the hidden name is."""
    offer.company.uscc = "91350300MA2XXXXX0X"
    offer.company.save()
    typed = [
        Partner(order.company, offer.company.uscc.lower()),
        Partner(order.company, str(offer.company.code)),
    ]
    say("offer")
    assert [consequences_of(Act.BLOCK, partner) for partner in typed] == [[], []]

    say("order")
    for partner in typed:
        assert "1 conversation with this partner ends" in str(consequences_of(Act.BLOCK, partner))


def test_a_near_miss_opens_the_form_with_its_change(client, brand, factory_company, order, rescore):
    OfferFactory(company=factory_company, rate=2_000)
    rescore()
    client.force_login(brand)

    html = client.get(reverse("matching:order-matches", args=[order.code])).content.decode()

    edit = reverse("listings:order-edit", args=[order.code])
    link = re.search(rf'href="({edit}\?[^"]+)"', html)[1].replace("&amp;", "&")
    assert "One change is filled in for you" in client.get(link).content.decode()
