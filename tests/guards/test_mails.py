"""Mails of every kind, through the real delivery: nobody reads another's secret."""

import datetime as dt
import uuid
from copy import copy
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import CompanyClaim, CompanyToken, Invitation, UsccDispute
from accounts.services import claims, invitations, partners, review, tokens
from accounts.services.base import notify_members
from accounts.states import InvitationStatus
from matchmaking.connections.services import endpoints
from matchmaking.core import jobs
from matchmaking.deals.models import (
    Intention,
    OrderQuestion,
    Quote,
    SealedRound,
    SplitPart,
    SplitPlan,
)
from matchmaking.deals.quote_terms import QuoteTerms
from matchmaking.deals.services import (
    fulfilment,
    holds,
    intentions,
    objections,
    plans,
    questions,
    quote_answers,
    quote_upkeep,
    quotes,
    rounds,
)
from matchmaking.deals.services.intentions import figures_of
from matchmaking.docking.models import Registration, Seat
from matchmaking.docking.services import events, preferences, registrations
from matchmaking.docking.services.meetings import tell_change
from matchmaking.docking.services.notices import notify_company
from matchmaking.docking.services.refills import TABLE_FREE
from matchmaking.listings import handlers
from matchmaking.listings.models import CapacityOffer, EditReason, PostEdit, ProcessingOrder
from matchmaking.listings.post_locking import POST_PUBLISHED
from matchmaking.listings.services import edit_decisions, scheduled, transitions, weekly
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers, endings
from matchmaking.notifications import delivery, kinds
from matchmaking.notifications.models import Notification, OutboxMessage
from matchmaking.policies.models import Policy
from matchmaking.policies.services import applications
from tests.factories import UserFactory
from tests.guards.routes import ANSWERED, ASKED, PARTNERS, TALKS
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


def answer_in_every_way(market, at):
    """Let a match of brand and factory end in each way; every word of theirs is a secret."""
    officer = market.people["officer"]
    match = Match.objects.proposed().get(order__company=market.companies["brand"])

    def end_by_withdrawal(match):
        endings.withdraw_match(match=match, reason=market.text("brand"), by=officer, at=at)

    def end_by_expiry(match):
        endings.expire_due_matches(at=at + dt.timedelta(days=8))

    def end_by_decline(match):
        say(match, "factory", "declined", reason="price")

    def remind(match):
        endings.remind(match=match, by=officer, at=at)

    def say(match, owner, kind, reason=""):
        answers.answer_match(
            match=match,
            side="order" if owner == "brand" else "offer",
            kind=kind,
            reason=reason,
            note=market.text(owner),
            by=market.people[owner],
            at=at,
        )

    for finish in (end_by_withdrawal, end_by_expiry, end_by_decline, remind):
        again = copy(match)
        if finish is not end_by_withdrawal:
            again.pk, again.code = None, uuid.uuid4()
            again.save()
        say(again, "brand", "interested")
        finish(again)


def decide_edits(market, at):
    """Let a waiting edit of each side be refused and another approved, with secret words."""
    officer = market.people["officer"]
    for owner, kind in (("brand", "order"), ("factory", "offer")):
        posts = [post for company, post in market.posts[kind] if company == owner]
        post = next(post for post in posts if post.state == "published")
        for decide, reason in (
            (edit_decisions.refuse_edit, {"reason": market.text(owner)}),
            (edit_decisions.approve_edit, {}),
        ):
            edit = PostEdit.objects.create(
                **{kind: post}, reason=EditReason.RECHECK, changes={"notes": market.text(owner)}
            )
            decide(edit=edit, by=officer, at=at, **reason)


def object_to_a_record(market, at):
    """Let plant object to a case of its record, and an officer dismiss that with a note."""
    plant = market.people["plant"]
    ((_owner, kwargs),) = market.objects["record_case"]
    objection = objections.raise_objection(
        company=market.companies["plant"],
        fact=kwargs["fact"],
        case=kwargs["code"],
        reason=market.text("plant"),
        by=plant,
        at=at,
    )
    note = market.text("plant")
    objections.decide_objection(
        objection=objection, uphold=False, note=note, by=market.people["officer"], at=at
    )


def take_every_step_of_a_quote(market, at):
    """Let the quote of plant be argued about, un-answered, ended, and another one opened."""
    rival, plant = market.people["rival"], market.people["plant"]
    ((_owners, kwargs),) = market.objects["quote"]
    quote = Quote.objects.select_related("order", "match").get(**kwargs)
    quote_answers.ask_for_revision(quote=quote, wish=market.text("rival", "m"), by=rival, at=at)
    Quote.objects.filter(pk=quote.pk).update(asked={})
    quote_upkeep.follow_orders(orders=[quote.order_id], at=at)
    terms = QuoteTerms.from_document(quote.current.terms)
    quotes.withdraw(quote=quote, note=market.text("plant", "m"), by=plant, at=at)
    Quote.objects.all().delete()
    sealed = rounds.ask_for_sealed(
        order=quote.order, opens_at=at + dt.timedelta(hours=2), by=rival, at=at
    )
    quotes.submit(match=quote.match, terms=terms, by=plant, at=at)
    SealedRound.objects.filter(pk=sealed.pk).update(opens_at=at - dt.timedelta(hours=1))
    assert rounds.open_due() == 1


def close_a_question(market, at):
    """Let an officer close the question of plant, with words that are rival's and plant's alone."""
    kwargs = next(kwargs for owner, kwargs in market.objects["question"] if owner == "rival")
    questions.close(
        question=OrderQuestion.objects.get(**kwargs),
        reason=market.text("plant", "q"),
        by=market.people["officer"],
        at=at,
    )


def strike_a_deal(market, at):
    """Let rival and plant come to a deal of a few pairs, begin it, and break it off."""
    rival, plant = market.people["rival"], market.people["plant"]
    ((_owners, kwargs),) = market.objects["intention"]
    intention = Intention.objects.get(**kwargs)
    figures = replace(figures_of(intention.terms), pairs=market.figure("rival", "m", 137))
    intentions.revise(intention=intention, side="order", figures=figures, by=rival, at=at)
    intentions.confirm(intention=intention, side="offer", number=2, by=plant, at=at)
    holds.remind_due(at=at + dt.timedelta(days=29))
    fulfilment.record_contract(
        intention=intention, side="offer", number=market.text("plant", "m"), by=plant, at=at
    )
    intentions.withdraw(
        intention=intention,
        side="order",
        reason="price",
        note=market.text("rival", "m"),
        by=rival,
        at=at,
    )


def split_an_order(market, at):
    """Let plant refuse its part of rival's order, and rival ask it once more."""
    rival, plant = market.people["rival"], market.people["plant"]
    ((_owners, kwargs),) = market.objects["part"]
    part = SplitPart.objects.in_full().get(**kwargs)
    plans.refuse_part(part=part, by=plant, at=at, note=market.text("plant", "m"))
    plan = SplitPlan.objects.get(pk=part.plan_id)
    pairs = market.figure("rival", "m", 14_219)
    again = {
        "match": str(part.match.code),
        "pairs": pairs,
        "cents": pairs * 4_100,
        "weeks": [pairs],
    }
    one = {"aim": "cheapest", "parts": [again], "short": 0, "is_proved": True}
    figures = {"first_week": part.first_week.isoformat(), "plans": [one]}
    jobs.begin(plan.job)
    plans.record_figures(plan=plan, job_id=plan.job_id, figures=figures)
    plan.refresh_from_db()
    plans.choose(plan=plan, aim="cheapest", number=plan.round, by=rival, at=at)


def let_policies_end_soon(market, at):
    """Let a policy end soon, and another company be asked what came of its application."""
    common = {"level": "national", "topic": "finance", "title": "措施", "source": "s", "trust": "A"}
    valid = {"valid_to": at.date() + dt.timedelta(days=200)}
    ends = at.date() + dt.timedelta(days=3)
    Policy.objects.create(measure="申报截止", deadline=ends, **common, **valid)
    asked = Policy.objects.create(measure="已经申报", **common, **valid)
    applications.start_application(
        policy=asked,
        company=market.companies["factory"],
        by=market.people["factory"],
        at=at - dt.timedelta(days=15),
    )
    applications.remind_deadlines(at=at)
    applications.ask_due(at=at)


def hold_a_docking_day(market, at):
    """Let officers decline a registration, with words that are its company's secret."""
    officer = market.people["officer"]
    day = Registration.objects.filter(event__phase="registration")
    row = day.get(company=market.companies["pending"])
    registrations.decline(registration=row, reason=market.text("pending"), by=officer, at=at)
    event = row.event
    brand, factory = (day.get(company=market.companies[name]) for name in ("brand", "factory"))
    events.move_phase(event=event, target="preferences", by=officer, at=at)
    preferences.choose(
        registration=brand, choices={factory: "must"}, by=market.people["brand"], at=at
    )
    for seat in Seat.objects.filter(meeting__event__phase="running"):
        tell_change(seat.registration, "changed")
        notify_company(seat.registration, TABLE_FREE, "table")


@pytest.fixture
def everything_told(market):
    """Let everything happen of which companies hear by mail, with reasons that are secrets."""
    at, officer = timezone.now(), market.people["officer"]
    take_every_step_of_a_quote(market, at)
    split_an_order(market, at)
    strike_a_deal(market, at)
    hold_a_docking_day(market, at)
    let_policies_end_soon(market, at)
    object_to_a_record(market, at)
    close_a_question(market, at)
    answer_in_every_way(market, at)
    for owner, post in [*market.posts["order"], *market.posts["offer"]]:
        if post.state == "pending":
            transitions.approve_post(post=post, by=officer, at=at)
        elif post.state == "draft" and owner in ("brand", "rival", "factory"):
            transitions.submit_post(post=post, by=market.people[owner], at=at)
            reason = market.text(owner)
            transitions.reject_post(post=post, reason=reason, by=officer, at=at)
    decide_edits(market, at)
    handlers.notify_searches(list(OutboxMessage.objects.filter(kind=POST_PUBLISHED)))
    soon = timezone.localdate() + dt.timedelta(days=3)
    for model in (ProcessingOrder, CapacityOffer):
        model.objects.filter(state="published").update(expires_on=soon)
    scheduled.remind_expiry(at=at)
    old = at - dt.timedelta(days=30)
    CapacityOffer.objects.filter(state="published").update(confirmed_at=old)
    scheduled.begin_market_day(at=at)
    weekly.ask_weekly(at=at)
    for owner in ("brand", "factory"):
        notify_members(market.companies[owner], kind="company_approved")
        invitation = market.companies[owner].invitations.get()
        guest = UserFactory(email=invitation.email, name=market.text(owner, "p"))
        EmailAddress.objects.create(user=guest, email=guest.email, verified=True, primary=True)
        invitations.accept_invitation(invitation=invitation, by=guest, at=at)
        with transaction.atomic():
            endpoints.switch_off_locked(market.companies[owner].endpoints.get(), "failing", at=at)
    ending = CompanyToken.objects.order_by("expiry").first().expiry - dt.timedelta(days=1)
    tokens.remind_ending(at=ending)
    claim = CompanyClaim.objects.create(
        company=market.companies["listed"],
        claimed_by=market.people["rival"],
        note=market.text("rival"),
    )
    claims.decide_claim(claim=claim, accept=False, note=market.text("rival"), by=officer, at=at)
    dispute = UsccDispute.objects.create(
        uscc=market.companies["brand"].uscc,
        holder=market.companies["brand"],
        claimant=market.companies["rival"],
        note=market.text("rival"),
    )
    claims.settle_uscc_dispute(
        dispute=dispute, accept=False, note=market.text("rival"), by=officer, at=at
    )
    brand, owner = market.companies["brand"], market.people["brand"]
    wish = partners.ask_for_blocks(company=brand, more=2, note=market.text("brand"), by=owner)
    partners.decide_block_request(
        request=wish, accept=False, note=market.text("brand"), by=officer, at=at
    )
    held = Invitation.objects.create(
        company=brand,
        email="held@example.org",
        invited_by=owner,
        expires_at=at,
        status=InvitationStatus.HELD,
    )
    invitations.decide_invitation(
        invitation=held, accept=False, note=market.text("brand"), by=officer, at=at
    )
    review.return_company(
        company=market.companies["pending"], reason=market.text("pending"), by=officer, at=at
    )
    review.suspend_company(
        company=market.companies["plant"], reason=market.text("plant"), by=officer, at=at
    )
    review.close_company(
        company=market.companies["suspended"], reason=market.text("suspended"), by=officer, at=at
    )


def test_mails_tell_each_company_its_own_alone(everything_told, market, settings):
    told = set(Notification.objects.values_list("kind", flat=True).distinct())
    assert told == {kind.name for kind in kinds.all_kinds()}

    leaks, seen = [], set()
    with Sink() as sink:
        settings.EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        for row in OutboxMessage.objects.filter(kind__contains="mail").order_by("pk"):
            delivery.deliver(row.pk)
    for mail in sink.kept:
        (reader,) = {label.split(":")[0] for label in market.found_in(mail["To"])}
        seen.add(reader)
        text = "\n".join(
            [
                *(f"{name}: {value}" for name, value in mail.items()),
                mail.get_body(("plain",)).get_content(),
                mail.get_body(("html",)).get_content(),
            ]
        )
        # Who claimed the listed company named it; who came to a deal knows its partner.
        mine = {reader, "listed:name"} | PARTNERS.get(reader, set())
        mine |= ASKED.get(reader, set()) | ANSWERED.get(reader, set())
        mine |= {label for label in TALKS.get(reader, set()) if not label.endswith(":contact")}
        leaks += [
            (reader, mail["Subject"], label)
            for label in market.found_in(text)
            if not {label, label.split(":")[0]} & mine
        ]
    assert leaks == []
    assert seen >= {"brand", "rival", "factory", "plant", "pending", "suspended"}
