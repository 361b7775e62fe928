"""A post scored alone leaves the market as a full scoring would."""

import datetime as dt
import random

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.choices import CompanyKind
from accounts.models import Block, Certificate, Certification
from accounts.states import CompanyStatus
from matchmaking.listings.models import CapacityOffer, Category, Construction, ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching.models import Match, NearMiss, Scoring, ScoringProfile
from matchmaking.matching.ranking import (
    market_cache,
    market_changes,
    partitions,
    rescore_market,
    rescore_posts,
    rescoring,
    score_partition,
    start_rescoring,
    sync,
)
from matchmaking.matching.ranking.locks import SCORE_PARTITION
from matchmaking.matching.services import endings
from matchmaking.matching.services.profiles import RESCORE
from matchmaking.notifications.models import OutboxMessage
from tests.factories import CompanyFactory, OfferFactory, OrderFactory, this_monday
from tests.matching.conftest import later, state_of_market

CATEGORIES = ["athletic", "casual_sport", "outdoor_hiking", "sandals"]


class Wild:
    """A market of so many posts a side, in which things happen at random."""

    def __init__(self, seed, posts=0, *, answers=0.0):
        self.random = random.Random(seed)
        self.brands = CompanyFactory.create_batch(3)
        self.factories = CompanyFactory.create_batch(4, kind=CompanyKind.FACTORY)
        self.categories = list(Category.objects.filter(code__in=CATEGORIES))
        self.constructions = list(Construction.objects.order_by("pk")[:2])
        self.orders, self.offers = set(), set()
        self.answers = answers
        for _ in range(posts):
            self.new_order()
            self.new_offer()

    def new_order(self):
        pairs = self.random.choice([3_000, 20_000, 60_000])
        part = self.random.choice([None, pairs // 3])
        order = OrderFactory(
            company=self.random.choice(self.brands),
            category=self.random.choice(self.categories),
            construction=self.random.choice([None, *self.constructions]),
            pairs=pairs,
            splittable=part is not None,
            smallest_part=part,
            most_factories=part and 3,
            target_unit_price_cny=self.random.choice(["38.00", "46.50", "55.00"]),
            due_week=this_monday() + dt.timedelta(weeks=self.random.randint(3, 20)),
        )
        self.orders.add(order.pk)

    def new_offer(self):
        offer = OfferFactory(
            company=self.random.choice(self.factories),
            rate=self.random.choice([500, 2_000, 5_000]),
            min_order_pairs=self.random.choice([1_000, 10_000]),
            lead_days=self.random.choice([0, 14, 40]),
            confirmed_at=timezone.now() - dt.timedelta(days=self.random.randint(0, 20)),
            categories=self.random.sample(self.categories, self.random.randint(1, 2)),
        )
        if self.random.random() < 0.5:
            offer.constructions.set(self.constructions[:1])
        self.offers.add(offer.pk)

    def any_order(self):
        return self.random.choice(ProcessingOrder.objects.order_by("pk"))

    def any_offer(self):
        return self.random.choice(CapacityOffer.objects.order_by("pk"))

    def edit_order(self):
        order = self.any_order()
        order.target_unit_price_cny = self.random.choice(["40.00", "47.00", "60.00"])
        order.due_week = this_monday() + dt.timedelta(weeks=self.random.randint(2, 25))
        order.category = self.random.choice(self.categories)
        order.terms_version = order.version + 1
        self.save(order, self.orders)

    def edit_offer(self):
        offer = self.any_offer()
        offer.min_order_pairs = self.random.choice([500, 5_000, 30_000])
        offer.lead_days = self.random.choice([0, 7, 60])
        offer.terms_version = offer.version + 1
        self.save(offer, self.offers)

    def book(self):
        offer = self.any_offer()
        offer.free = [pairs // 2 for pairs in offer.free]
        offer.booked = [p - f for p, f in zip(offer.published, offer.free, strict=True)]
        self.save(offer, self.offers)

    def toggle(self):
        for post, seen in ((self.any_order(), self.orders), (self.any_offer(), self.offers)):
            was_out = post.state == PostState.PAUSED
            post.state = PostState.PUBLISHED if was_out else PostState.PAUSED
            self.save(post, seen)

    def answer(self):
        """Both sides answer some matches, one or two times, or let them expire."""
        standing = list(Match.objects.proposed().order_by("pk"))
        for match in self.random.sample(standing, min(2, len(standing))):
            said = self.random.choice(["interested", "declined", "expired", "mutual"])
            fields = {
                "interested": {"answer_by": match.scored_at},
                "mutual": {"mutual_at": match.scored_at},
            }.get(said, {"ended_at": match.scored_at, "end_cause": said})
            Match.objects.filter(pk=match.pk).update(
                state=said, order_rank=None, offer_rank=None, **fields
            )
            self.orders.add(match.order_id)
            self.offers.add(match.offer_id)

    def certify(self):
        factory = self.random.choice(self.factories)
        order = self.any_order()
        wanted = self.random.choice(Certification.objects.order_by("pk")[:2])
        order.certifications.add(wanted)
        self.orders.add(order.pk)
        expires = timezone.localdate() + dt.timedelta(days=30)
        Certificate.objects.update_or_create(
            company=factory,
            certification=wanted,
            defaults={"expires_on": expires, "reviewed_at": timezone.now()},
        )
        self.offers.update(factory.capacityoffers.values_list("pk", flat=True))

    def suspend(self):
        factory = self.random.choice(self.factories)
        is_active = factory.status == CompanyStatus.ACTIVE
        factory.status = CompanyStatus.SUSPENDED if is_active else CompanyStatus.ACTIVE
        factory.save()
        self.offers.update(factory.capacityoffers.values_list("pk", flat=True))

    def block(self):
        brand, factory = self.random.choice(self.brands), self.random.choice(self.factories)
        known = Block.objects.filter(company=brand, partner_code=factory.code)
        if not known.delete()[0]:
            block = Block.objects.create(company=brand, partner_code=factory.code)
            # The market heeds what was blocked before its day.
            Block.objects.filter(pk=block.pk).update(
                created_at=timezone.now() - dt.timedelta(days=2)
            )

    def remove(self):
        """Take a post away with its pairs, or a near miss alone, as nobody should."""
        self.random.choice([self.any_order(), self.any_offer()]).delete()
        NearMiss.objects.filter(pk__in=NearMiss.objects.order_by("pk")[:1]).delete()

    def save(self, post, seen):
        post.version += 1
        post.save()
        seen.add(post.pk)

    def step(self):
        news = [self.new_order, self.new_offer] * 2
        edits = [self.edit_order, self.edit_offer, self.book, self.toggle]
        rare = [self.certify, self.suspend]
        if self.random.random() < self.answers:
            self.answer()
        for change in self.random.choices(news + edits * 2 + rare, k=self.random.randint(1, 3)):
            change()

    def score(self, at):
        """Score the market as it is: from now on only what happens is followed."""
        rescore_market(at=at)
        self.orders, self.offers = set(), set()

    def follow(self, at):
        endings.follow_posts(orders=self.orders, offers=self.offers, at=at)
        done = rescore_posts(orders=self.orders, offers=self.offers, at=at)
        self.orders, self.offers = set(), set()
        return done


def full_state(at):
    """Give the state that a full scoring ends in, and undo the scoring."""
    with transaction.atomic():
        rescore_market(at=at)
        state = state_of_market()
        transaction.set_rollback(True)
    return state


@pytest.fixture
def in_memory(monkeypatch):
    """Let the worker keep also a small market, and begin and end without one."""
    monkeypatch.setattr(market_cache, "FEWEST_POSTS", 0)
    market_cache.clear()
    yield
    assert market_cache.clear()


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "answers"), [(0, 0.0), (1, 0.9)])
@pytest.mark.parametrize("is_kept", [False, True], ids=["loaded", "kept"])
def test_rescore_posts_ends_where_a_full_scoring_would(
    seed, answers, is_kept, at, settings, request
):
    settings.MATCHES_PER_POST = 3
    if is_kept:
        request.getfixturevalue("in_memory")
    wild = Wild(seed, 8, answers=answers)
    wild.score(at)
    for _ in range(12):
        wild.step()
        assert wild.follow(at).full is False
        assert state_of_market() == full_state(at)


@pytest.mark.django_db
@pytest.mark.parametrize("is_kept", [False, True], ids=["loaded", "kept"])
def test_what_changed_since_a_full_scoring_is_known_whoever_changed_it(
    is_kept, at, settings, request
):
    settings.MATCHES_PER_POST = 3
    if is_kept:
        request.getfixturevalue("in_memory")
    wild = Wild(5, 8, answers=0.7)
    wild.score(at)
    for _ in range(8):
        wild.step()
        wild.random.choice([wild.block, wild.remove, wild.certify, wild.suspend])()
        endings.follow_posts(orders=wild.orders, offers=wild.offers, at=at)

        assert start_rescoring(at=at).full is False

        assert state_of_market() == full_state(at)
    assert start_rescoring(at=at).matches.judged == 0


@pytest.mark.django_db
def test_another_day_or_very_much_that_changed_is_scored_in_full(at, monkeypatch):
    wild = Wild(6, 6)
    wild.score(at)
    tomorrow = later(at, 1)
    assert start_rescoring(at=at).full is False
    assert start_rescoring(at=tomorrow).full is True
    monkeypatch.setattr(rescoring, "MOST_FOLLOWED", 0)
    assert start_rescoring(at=tomorrow).full is False
    wild.new_order()

    assert start_rescoring(at=tomorrow).full is True


@pytest.mark.django_db
def test_control_a_scoring_that_forgets_what_it_saw_misses_the_change(at):
    wild = Wild(6, 6)
    wild.score(at)
    wild.new_order()
    scored = market_changes.scored_snapshot()
    Scoring.objects.update(seen=scored)

    start_rescoring(at=at)

    assert state_of_market() != full_state(at)


@pytest.mark.django_db
def test_rescore_market_after_posts_scored_alone_writes_nothing(at, settings):
    settings.MATCHES_PER_POST = 3
    wild = Wild(7, 10)
    wild.score(at)
    for _ in range(5):
        wild.step()
        wild.follow(at)

    again = rescore_market(at=at)

    assert (again.matches.written, again.near_misses.written) == (0, 0)


@pytest.mark.django_db
def test_what_one_transaction_leaves_is_scored_in_parts(at, monkeypatch):
    wild = Wild(8, 10)
    whole = full_state(at)
    monkeypatch.setattr(sync, "BATCH", 5)
    monkeypatch.setattr(rescoring, "SAVED_AT_ONCE", 10)

    assert rescore_market(at=at).is_partial
    work_parts(at)

    assert state_of_market() == whole
    assert rescore_posts(orders=wild.orders, offers=wild.offers, at=at).full is False


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_parts_end_where_a_single_scoring_would(seed, at, settings, monkeypatch):
    """Posts change before the first part and between parts, some are scored alone meanwhile."""
    settings.MATCHES_PER_POST = 3
    wild = Wild(seed, 10, answers=0.5)
    wild.score(at)
    for _ in range(4):
        wild.step()
    monkeypatch.setattr(partitions, "SMALL", 0)
    monkeypatch.setattr(partitions, "LISTS_PER_PARTITION", 3)
    tomorrow = later(at, 1)
    ScoringProfile.objects.update(price=0.4)

    start_rescoring(at=tomorrow)
    left = len(Scoring.objects.get().left)
    while asked := parts_asked():
        score_partition(at=tomorrow, **wild.random.choice(asked))
        if wild.random.random() < 0.3:
            wild.step()
            assert wild.follow(tomorrow).full is False
    wild.follow(tomorrow)

    assert left > 10
    assert (Scoring.objects.get().left, Scoring.objects.get().run) == ([], "")
    assert state_of_market() == full_state(tomorrow)


@pytest.mark.django_db
def test_a_large_market_of_another_day_is_scored_in_parts(at, monkeypatch):
    wild = Wild(4, 6)
    wild.score(at)
    monkeypatch.setattr(partitions, "SMALL", 0)
    tomorrow = later(at, 1)
    wild.new_order()

    assert wild.follow(tomorrow).full is False
    work_parts(tomorrow)

    assert state_of_market() == full_state(tomorrow)


@pytest.fixture
def _pair_scored_in_parts(at, monkeypatch, never_scored):
    OrderFactory()
    OfferFactory()
    monkeypatch.setattr(partitions, "SMALL", 0)
    start_rescoring(at=at)


@pytest.mark.django_db
@pytest.mark.usefixtures("_pair_scored_in_parts")
def test_a_part_is_scored_once_however_often_its_message_comes(at):
    first = parts_asked()[0]

    assert score_partition(at=at, **first) is not None
    assert score_partition(at=at, **first) is None


@pytest.mark.django_db
@pytest.mark.usefixtures("_pair_scored_in_parts")
def test_parts_of_an_earlier_cut_and_of_another_day_are_left_alone(at):
    old = parts_asked()[0]
    start_rescoring(at=at)

    assert score_partition(at=at, **old) is None
    assert score_partition(at=later(at, 1), **parts_asked()[0]) is None
    assert OutboxMessage.objects.filter(kind=RESCORE).count() == 1
    assert list(Match.objects.all()) == []


def parts_asked():
    """Give the parts whose messages wait and have something to do."""
    scoring = Scoring.objects.get()
    messages = OutboxMessage.objects.filter(kind=SCORE_PARTITION, subject__run=scoring.run)
    keys = {message.subject["part"] for message in messages} & set(scoring.left)
    return [{"run_code": scoring.run, "key": key} for key in sorted(keys)]


def work_parts(at):
    """Score parts until none is left."""
    moments = (at + dt.timedelta(seconds=second) for second in range(1000))
    while asked := parts_asked():
        score_partition(at=next(moments), **asked[0])
