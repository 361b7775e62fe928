"""Answers: interest, consent, declines; what each side may know, and what is refused."""

import datetime as dt

import pytest

from accounts.contacts import contacts_visible_to, open_contacts
from accounts.models import Contact, ContactConsent, ContactDisclosure
from accounts.services import partners, review
from accounts.states import CompanyStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.listings.disclosure import Depth, offer_card, order_card
from matchmaking.listings.states import PostState
from matchmaking.matching import conversations, rules
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.services import answers, endings
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import MembershipFactory, OfferFactory, OrderFactory
from tests.matching.conftest import propose


@pytest.fixture
def match(brand, factory, brand_company, factory_company):
    order = OrderFactory(company=brand_company, title="Own order")
    offer = OfferFactory(company=factory_company, title="SECRET line", notes="SECRET note")
    return propose(order, offer)


@pytest.fixture
def say(match, brand, factory, at):
    """Answer for a side, with the words of a careful person."""

    def answer(side, kind="interested", *, moment=at, **words):
        if kind == "declined":
            words = {"reason": "price"} | words
        by = brand if side == "order" else factory
        return answers.answer_match(match=match, side=side, kind=kind, by=by, at=moment, **words)

    return answer


def told(user):
    return list(Notification.objects.visible_to(user).order_by("pk").values_list("kind", flat=True))


def test_first_interest_waits_for_the_other_side(match, say, brand, factory, at):
    say("order")

    match.refresh_from_db()
    assert (match.state, match.order_rank, match.offer_rank) == ("interested", None, None)
    assert match.answer_by == at + dt.timedelta(days=7)
    assert (told(factory), told(brand)) == (["match_interest"], [])
    assert rules.depth_of(factory, match, "order") == Depth.CONSENTED
    assert rules.depth_of(brand, match, "offer") == Depth.MATCHED
    assert not ContactConsent.objects.exists()
    mine, theirs = (
        conversations.side_status(match, "order"),
        conversations.side_status(match, "offer"),
    )
    assert (mine.whose_turn, mine.can_answer, mine.can_decline) == ("theirs", False, True)
    assert (theirs.whose_turn, theirs.can_answer) == ("mine", True)
    assert (mine.mine.kind, theirs.theirs_kind) == ("interested", "interested")
    assert OutboxMessage.objects.filter(kind="matching.pair_released").count() == 1


def test_second_interest_opens_names_to_both(match, say, brand, factory, at):
    say("order")
    say("offer")

    match.refresh_from_db()
    assert (match.state, match.mutual_at, match.answer_by) == ("mutual", at, None)
    assert ContactConsent.objects.filter(source=match.code, ended_at=None).count() == 2
    assert told(brand) == ["match_mutual"]
    # Who answered has it before the eyes.
    assert told(factory) == ["match_interest"]
    card = offer_card(match.offer, rules.depth_of(brand, match, "offer"))
    assert (card.company.name, card.title, card.notes, card.held) == (
        match.offer.company.name,
        "SECRET line",
        "SECRET note",
        (),
    )
    assert order_card(match.order, rules.depth_of(factory, match, "order")).title == "Own order"
    assert conversations.side_status(match, "order").can_write


def test_the_same_answer_again_changes_nothing(match, say):
    for _ in range(2):
        say("order")
        say("offer")
    assert Answer.objects.count() == 2

    for _ in range(2):
        with pytest.raises(NotAnswerable) as refused:
            say("order", "declined")
        assert refused.value.code == "mutual"
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("before", [[], ["offer"]])
def test_decline_ends_it_with_its_reason(match, say, brand, factory, before):
    for side in before:
        say(side)
    for _ in range(2):
        say("order", "declined", reason="timing", note="SECRET too late, call 13800138000")

    match.refresh_from_db()
    assert (match.state, match.end_cause, match.ended_by) == ("declined", "declined", brand)
    assert told(factory) == ["match_declined"]
    theirs = conversations.side_status(match, "offer")
    assert (theirs.theirs_kind, theirs.theirs_reason, theirs.theirs_note) == (
        "declined",
        "timing",
        "",
    )
    assert rules.depth_of(factory, match, "order") == Depth.STRANGER
    with pytest.raises(NotAnswerable, match="The other side declined a moment ago"):
        say("offer")


def test_a_side_declines_after_its_interest(match, say, factory):
    say("order")
    say("order", "declined", reason="placed")

    match.refresh_from_db()
    assert match.state == "declined"
    assert told(factory) == ["match_interest", "match_declined"]
    assert list(match.answers.order_by("pk").values_list("kind", flat=True)) == [
        "interested",
        "declined",
    ]
    assert conversations.side_status(match, "offer").theirs_kind == "declined"
    with pytest.raises(NotAnswerable, match="Your company has declined"):
        say("order")


def test_a_note_is_read_by_the_other_side_only_when_shared(match, say):
    say("order", note="call 13800138000", shares_note=True)
    assert (
        conversations.side_status(match, "offer").theirs_note == ""
    )  # interest: not before consent
    say("offer", "declined", note="too thin", shares_note=True)

    assert conversations.side_status(match, "order").theirs_note == "too thin"


@pytest.mark.parametrize(
    ("words", "field"),
    [({"kind": "declined", "reason": ""}, "reason"), ({"kind": "maybe"}, "kind")],
)
def test_an_impossible_answer_is_refused(match, brand, at, words, field):
    with pytest.raises(InvalidInput) as refused:
        answers.answer_match(match=match, side="order", by=brand, at=at, **words)
    assert refused.value.field == field


def change_terms(match):
    match.offer.version += 1
    match.offer.terms_version = match.offer.version
    match.offer.save()


def suspend(match):
    match.offer.company.status = CompanyStatus.SUSPENDED
    match.offer.company.save()


def pause(match):
    match.order.state = PostState.PAUSED
    match.order.save()


def take_back(match):
    match.state, match.withdrawn_at = "withdrawn", match.proposed_at
    match.order_rank = match.offer_rank = None
    match.save()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (change_terms, "changed"),
        (suspend, "paused"),
        (pause, "paused"),
        (take_back, "gone"),
    ],
)
def test_an_answer_is_refused_at_once_when_the_ground_moved(match, say, spoil, code):
    spoil(match)

    with pytest.raises(NotAnswerable) as refused:
        say("order")

    assert (refused.value.code, refused.value.status) == (code, 409)
    assert not Answer.objects.exists()


def test_a_movement_of_the_ledger_is_no_hindrance(match, say):
    match.offer.version += 1
    match.offer.save()

    assert say("order").state == "interested"


def test_an_answer_after_its_time_is_refused(match, say, at):
    say("order")

    with pytest.raises(NotAnswerable, match="run out"):
        say("offer", moment=at + dt.timedelta(days=7))
    match.refresh_from_db()
    assert match.state == "interested"


def test_nobody_else_answers(match, stranger, factory, officer, at):
    for by, side in ((stranger, "order"), (factory, "order"), (officer, "order")):
        with pytest.raises(NotAnswerable) as refused:
            answers.answer_match(match=match, side=side, kind="interested", by=by, at=at)
        assert refused.value.code == "not_yours"
    with pytest.raises(NotAnswerable):
        answers.answer_match(
            match=match, side="offer", kind="interested", by=factory, at=at, on_behalf=True
        )


def test_an_officer_answers_for_a_company_and_it_is_on_record(match, officer, brand, at):
    answers.answer_match(
        match=match, side="order", kind="interested", by=officer, at=at, on_behalf=True
    )

    answer = Answer.objects.get()
    assert (answer.is_on_behalf, answer.answered_by, answer.company) == (
        True,
        officer,
        match.order.company,
    )


def test_an_officer_is_told_that_the_answer_was_given(match, officer, brand, at):
    say = {"match": match, "side": "order", "kind": "interested", "at": at}
    answers.answer_match(by=brand, **say)

    with pytest.raises(NotAnswerable) as refused:
        answers.answer_match(by=officer, on_behalf=True, **say)

    assert refused.value.code == "repeated"
    assert not Answer.objects.get().is_on_behalf


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        (answers.answer_match, {"side": "offer", "kind": "interested", "on_behalf": True}),
        (endings.withdraw_match, {"reason": "Wrong mould"}),
    ],
)
def test_an_officer_acts_on_what_the_page_showed(match, officer, brand, at, act, facts):
    answers.answer_match(match=match, side="order", kind="interested", by=brand, at=at)

    with pytest.raises(Conflict) as refused:
        act(match=match, by=officer, at=at, version=0, **facts)

    match.refresh_from_db()
    assert (refused.value.code, match.state) == ("version_conflict", "interested")


@pytest.fixture
def contacts(match):
    for post, value in ((match.order, "SECRET 1"), (match.offer, "SECRET 2")):
        Contact.objects.create(company=post.company, person="P", kind="phone", value=value)


def seen(user, company):
    return list(contacts_visible_to(user, company).values_list("value", flat=True))


def test_contacts_open_with_the_second_interest_alone(
    match, say, contacts, brand, factory, stranger, at
):
    pairs = [(brand, match.offer.company, "SECRET 2"), (factory, match.order.company, "SECRET 1")]
    for step in (None, "order"):
        if step:
            say(step)
        for user, company, _ in pairs:
            assert (
                seen(user, company),
                list(open_contacts(user=user, company=company, at=at)),
            ) == (
                [],
                [],
            )
    assert not ContactDisclosure.objects.exists()
    say("offer")

    for user, company, value in pairs:
        assert seen(user, company) == [value]
        for _ in range(2):
            assert [row.value for row in open_contacts(user=user, company=company, at=at)] == [
                value
            ]
    assert sorted(ContactDisclosure.objects.values_list("user", flat=True)) == sorted(
        [brand.pk, factory.pk]
    )
    assert seen(stranger, match.offer.company) == []


def test_each_person_who_looks_is_on_record_once(match, say, contacts, brand_company, brand, at):
    colleague = MembershipFactory(company=brand_company).user
    say("order")
    say("offer")

    for user in (brand, colleague, brand):
        open_contacts(user=user, company=match.offer.company, at=at)
    open_contacts(user=brand, company=brand_company, at=at)

    assert ContactDisclosure.objects.count() == 2


def by_a_side(match, brand, officer, at):
    endings.end_match(match=match, side="order", by=brand, at=at, note="placed elsewhere")


def by_the_association(match, brand, officer, at):
    endings.withdraw_match(match=match, by=officer, at=at, reason="complaint")


def by_suspension(match, brand, officer, at):
    review.suspend_company(company=match.offer.company, by=officer, at=at, reason="checks")


def by_block(match, brand, officer, at):
    partners.block_partner(
        company=match.order.company, partner=str(match.offer.company.code), by=brand
    )


@pytest.mark.parametrize("close", [by_a_side, by_the_association, by_suspension, by_block])
def test_contacts_close_at_once(match, say, contacts, brand, factory, officer, at, close):
    say("order")
    say("offer")
    match.refresh_from_db()
    close(match, brand, officer, at)

    assert seen(brand, match.offer.company) == seen(factory, match.order.company) == []
    match = Match.objects.select_related("order__company", "offer__company").get()
    if close is not by_block:
        assert rules.depth_of(brand, match, "offer") < Depth.MUTUAL
    else:
        assert not Match.objects.visible_to(brand).exists()
        assert not Match.objects.visible_to(factory).exists()
