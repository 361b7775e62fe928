"""The split of one order: five plans, each factory's own consent, deals of all parts at once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.choices import CompanyKind
from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.core.trade_day import trade_week
from matchmaking.deals import handlers
from matchmaking.deals.models import Intention, SplitPart, SplitPlan
from matchmaking.deals.services import plans
from matchmaking.listings import ledger
from matchmaking.listings.models import Category
from matchmaking.matching.services import answers
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.deals.test_pages import text
from tests.factories import CompanyFactory, MembershipFactory, OfferFactory, OrderFactory
from tests.matching.conftest import propose as propose_match


class Round:
    """A brand with an order of 100,000 pairs in four weeks, and factories that talk with it."""

    RATES = {"A": 12_000, "B": 10_000, "C": 4_000}

    def __init__(self, at, *, smallest=10_000, most=3):
        self.at = at
        self.brand = CompanyFactory(kind=CompanyKind.BRAND)
        self.buyer = MembershipFactory(company=self.brand).user
        now = trade_week()
        self.order = OrderFactory(
            company=self.brand,
            pairs=100_000,
            earliest_start=now,
            due_week=now + dt.timedelta(weeks=3),
            splittable=True,
            smallest_part=smallest,
            most_factories=most,
        )
        self.makers, self.offers, self.matches = {}, {}, {}
        for name, rate in self.RATES.items():
            self.join(name, rate)

    def join(self, name, rate):
        factory = CompanyFactory(
            kind=CompanyKind.FACTORY, name_zh=f"{name} 厂", name_en=f"Plant {name}"
        )
        maker = self.makers[name] = MembershipFactory(company=factory).user
        offer = OfferFactory(company=factory, rate=0, min_order_pairs=None,
                             price_low_cny=Decimal(45), price_high_cny=Decimal(47))  # fmt: skip
        ledger.publish_weeks(
            offer=offer, first_week=trade_week(), pairs=[rate] * 12, by=maker, at=self.at
        )
        offer.refresh_from_db()
        match = propose_match(self.order, offer)
        for side, by in (("order", self.buyer), ("offer", maker)):
            answers.answer_match(match=match, side=side, kind="interested", by=by, at=self.at)
        match.refresh_from_db()
        self.offers[name], self.matches[name] = offer, match

    def ask(self):
        plan = plans.ask_plans(order=self.order, by=self.buyer, at=self.at)
        return self.work(plan)

    def work(self, plan):
        """Do what the worker does with the outbox rows of the plan."""
        rows = OutboxMessage.objects.filter(kind=plans.SPLIT, subject__split_plan=plan.pk)
        handlers.split_order(list(rows))
        plan.refresh_from_db()
        return plan

    def choose(self, plan, aim="cheapest"):
        plans.choose(plan=plan, aim=aim, number=plan.round, by=self.buyer, at=self.at)
        plan.refresh_from_db()
        return plan

    def part(self, plan, name):
        return plan.parts.live().get(factory=self.offers[name].company)

    def accept(self, plan, name):
        plans.accept_part(part=self.part(plan, name), by=self.makers[name], at=self.at)
        plan.refresh_from_db()

    def refuse(self, plan, name, note=""):
        plans.refuse_part(part=self.part(plan, name), by=self.makers[name], at=self.at, note=note)
        plan.refresh_from_db()


@pytest.fixture
def talks(db, at):
    return Round(at)


def placed(plan, aim="cheapest"):
    chosen = next(each for each in plan.figures["plans"] if each["aim"] == aim)
    return sum(part["pairs"] for part in chosen["parts"]), chosen["short"]


def page(client, user, name, thing):
    client.force_login(user)
    return text(client.get(reverse(f"deals:{name}", args=[thing.code])))


def test_worker_answers_with_five_plans_that_place_all_pairs(talks):
    plan = talks.ask()

    assert plan.state == "ready"
    assert len(plan.figures["plans"]) == 5
    assert {placed(plan, each["aim"]) for each in plan.figures["plans"]} == {(100_000, 0)}
    assert plan.job.state == "done"


def test_two_factories_place_88000_and_the_page_lists_what_would_help(at, db, client):
    talks = Round(at, most=2)
    plan = talks.ask()

    assert placed(plan) == (88_000, 12_000)
    shown = page(client, talks.buyer, "plan-detail", plan)
    assert "12,000" in shown
    assert "3 factories instead of 2: 12,000 pairs more are placed." in shown


def test_every_part_is_at_least_the_smallest(at, db):
    plan = Round(at, smallest=15_000).ask()

    assert placed(plan) == (100_000, 0)
    parts = [part["pairs"] for each in plan.figures["plans"] for part in each["parts"]]
    assert min(parts) >= 15_000


def test_factory_of_the_wrong_category_is_named_with_its_reason(talks, client):
    talks.join("D", 30_000)
    other = Category.objects.exclude(pk=talks.order.category_id).first()
    talks.offers["D"].categories.set([other])

    shown = page(client, talks.buyer, "plan-detail", talks.ask())

    assert "Plant D It does not offer this category." in shown.replace("</dt> <dd>", " ").replace(
        "</dt><dd>", " "
    )


def test_factory_sees_its_own_part_and_nothing_of_the_others(talks, client):
    plan = talks.choose(talks.ask())
    part = talks.part(plan, "A")

    shown = page(client, talks.makers["A"], "part-detail", part)

    assert f"{part.pairs:,}" in shown
    for other in ("Plant B", "Plant C", "100,000"):
        assert other not in shown
    client.force_login(talks.makers["A"])
    for name, thing in (("plan-detail", plan), ("part-detail", talks.part(plan, "B"))):
        assert client.get(reverse(f"deals:{name}", args=[thing.code])).status_code == 404


def test_nobody_is_told_before_the_brand_chooses(talks):
    plan = talks.ask()
    assert not Notification.objects.filter(kind=plans.PLAN_PART).exists()

    talks.choose(plan)

    told = Notification.objects.filter(kind=plans.PLAN_PART).values_list("recipient", flat=True)
    assert set(told) == {talks.makers[name].pk for name in "ABC"}


def test_last_consent_turns_all_parts_into_confirmed_deals_at_once(talks):
    plan = talks.choose(talks.ask())
    talks.accept(plan, "A")
    talks.accept(plan, "B")
    assert not Intention.objects.exists()

    talks.accept(plan, "C")

    assert plan.state == "all_agreed"
    deals = Intention.objects.filter(order=talks.order)
    assert {deal.state for deal in deals} == {"confirmed"}
    assert sum(deal.confirmed.pairs for deal in deals) == 100_000
    held = {
        part.intention.hold.pairs and sum(part.intention.hold.pairs) for part in plan.parts.all()
    }
    assert sum(part.pairs for part in plan.parts.all()) == 100_000
    assert held == {part.pairs for part in plan.parts.all()}


def test_refusal_keeps_the_consents_plans_the_rest_and_tells_nobody_else(talks, client):
    plan = talks.choose(talks.ask())
    talks.accept(plan, "A")
    kept = talks.part(plan, "A").pairs
    talks.join("E", 20_000)
    before = Notification.objects.filter(kind=plans.PLAN_PART).count()

    talks.refuse(plan, "C", note="四月太满")
    assert plan.state == "computing"
    talks.work(plan)

    assert plan.state == "ready"
    assert talks.part(plan, "A").state == "part_yes"
    assert talks.part(plan, "A").pairs == kept
    standing = sum(part.pairs for part in plan.parts.live())
    assert placed(plan) == (100_000 - standing, 0)
    assert Notification.objects.filter(kind=plans.PLAN_PART).count() == before
    shown = page(client, talks.buyer, "plan-detail", plan)
    assert "四月太满" in shown
    assert "Plant E" in shown

    talks.choose(plan)
    assert {part.factory.name_en for part in plan.parts.live()} == {"Plant A", "Plant B", "Plant E"}
    talks.accept(plan, "B")
    talks.accept(plan, "E")
    assert plan.state == "all_agreed"
    assert Intention.objects.count() == 3


def test_silence_is_a_refusal_after_five_days_and_not_before(talks):
    plan = talks.choose(talks.ask())
    talks.accept(plan, "A")
    talks.accept(plan, "B")

    assert plans.lapse_due(at=talks.at + dt.timedelta(days=4)) == 0
    assert plans.lapse_due(at=talks.at + dt.timedelta(days=5)) == 1

    plan.refresh_from_db()
    assert plan.state == "computing"
    assert {part.state for part in plan.parts.all()} == {"part_yes", "part_still"}


def test_brand_goes_on_with_the_parts_that_stand(talks):
    plan = talks.choose(talks.ask())
    talks.accept(plan, "A")
    talks.accept(plan, "B")
    talks.refuse(plan, "C")
    talks.work(plan)

    plans.choose(plan=plan, aim="", number=plan.round, by=talks.buyer, at=talks.at)

    plan.refresh_from_db()
    assert plan.state == "all_agreed"
    assert Intention.objects.count() == 2


def test_weeks_taken_meanwhile_make_no_deal_at_all_and_the_rest_is_planned_anew(talks):
    plan = talks.choose(talks.ask())
    talks.accept(plan, "A")
    talks.accept(plan, "B")
    ledger.publish_weeks(
        offer=talks.offers["A"], first_week=trade_week(), pairs=[10] * 12, by=talks.makers["A"],
        at=talks.at,
    )  # fmt: skip

    talks.accept(plan, "C")

    assert not Intention.objects.exists()
    assert plan.state == "computing"
    states = {part.factory.name_en: part.state for part in plan.parts.all()}
    assert states == {"Plant A": "part_free", "Plant B": "part_yes", "Plant C": "part_yes"}


def test_choice_from_a_page_that_is_past_is_refused(talks):
    plan = talks.ask()
    old = plan.round
    plans.ask_again(plan=plan, by=talks.buyer, at=talks.at)
    talks.work(plan)

    with pytest.raises(Conflict, match="Other plans have come"):
        plans.choose(plan=plan, aim="cheapest", number=old, by=talks.buyer, at=talks.at)
    assert not SplitPart.objects.exists()


def test_plan_that_is_given_up_tells_who_was_asked_and_frees_the_order(talks):
    plan = talks.choose(talks.ask())
    talks.accept(plan, "A")

    plans.drop(plan=plan, by=talks.buyer, at=talks.at)

    assert {part.state for part in plan.parts.all()} == {"part_free"}
    released = Notification.objects.filter(kind=plans.PLAN_PART, fact__endswith=":released")
    assert released.count() == 3
    assert talks.ask().pk != plan.pk


def test_message_that_comes_twice_or_late_changes_nothing(talks):
    plan = talks.ask()
    talks.work(plan)
    assert plan.round == 1
    plans.drop(plan=plan, by=talks.buyer, at=talks.at)
    talks.work(plan)
    assert (plan.state, plan.round) == ("dropped", 1)


def test_only_the_brand_splits_and_only_the_factory_answers(talks):
    stranger = MembershipFactory().user
    with pytest.raises(NotAllowed):
        plans.ask_plans(order=talks.order, by=stranger, at=talks.at)
    plan = talks.choose(talks.ask())
    with pytest.raises(NotAllowed):
        plans.accept_part(part=talks.part(plan, "A"), by=talks.buyer, at=talks.at)
    with pytest.raises(Conflict, match="has a plan already"):
        plans.ask_plans(order=talks.order, by=talks.buyer, at=talks.at)


def test_order_that_stays_whole_has_no_plan(talks):
    whole = OrderFactory(company=talks.brand)
    with pytest.raises(Conflict, match="may be split"):
        plans.ask_plans(order=whole, by=talks.buyer, at=talks.at)


def test_way_of_a_split_through_the_pages(talks, client):
    order_page = reverse("listings:order-detail", args=[talks.order.code])
    client.force_login(talks.buyer)
    assert "Ask for plans" in text(client.get(order_page))

    client.post(reverse("deals:plan-ask", args=[talks.order.code]))
    plan = SplitPlan.objects.get()
    assert "being worked out" in page(client, talks.buyer, "plan-detail", plan)
    talks.work(plan)
    shown = page(client, talks.buyer, "plan-detail", plan)
    assert "Five ways to place 100,000 pairs" in shown
    assert "<svg" in shown

    client.post(
        reverse("deals:plan-choose", args=[plan.code]), {"aim": "cheapest", "round": plan.round}
    )
    plan.refresh_from_db()
    assert plan.state == "parts_out"
    for name in "AB":
        client.force_login(talks.makers[name])
        client.post(reverse("deals:part-accept", args=[talks.part(plan, name).code]))
    client.force_login(talks.makers["C"])
    part = talks.part(plan, "C")
    client.post(reverse("deals:part-refuse", args=[part.code]), {"note": ""})
    part.refresh_from_db()
    plan.refresh_from_db()
    assert (part.state, plan.state) == ("part_no", "computing")
    assert "no longer asked for" in page(client, talks.makers["C"], "part-detail", part)
    assert (
        "See the plan" in text(client.get(order_page)) or client.get(order_page).status_code == 404
    )


def test_day_page_of_each_side_names_what_waits(talks, client):
    plan = talks.ask()
    client.force_login(talks.buyer)
    home = reverse("home:dashboard")
    assert f"Choose how “{talks.order.title}” is split" in text(client.get(home, follow=True))
    talks.choose(plan)
    client.force_login(talks.makers["A"])
    assert "asks you for a part of its order" in text(client.get(home, follow=True))
