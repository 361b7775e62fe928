"""State after a scoring, and the rows it writes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Certificate, Certification, CompanyGroup
from accounts.services import certificates, partners
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.transitions import IllegalTransition
from matchmaking.matching.models import Match, NearMiss, Scoring, ScoringProfile
from matchmaking.matching.services import profiles
from matchmaking.notifications.models import OutboxMessage
from tests.factories import OfferFactory, OrderFactory
from tests.matching.conftest import later


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company)


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company)


def row_versions():
    """Give what PostgreSQL changes whenever a row is written."""
    with connection.cursor() as cursor:
        cursor.execute("select id, xmin::text, ctid::text from matching_match order by id")
        return cursor.fetchall()


def test_scoring_again_writes_no_row(order, offer, rescore):
    OrderFactory.create_batch(2)
    OfferFactory.create_batch(2)
    rescore()
    before = row_versions()

    again = rescore(orders=[order], offers=[offer])

    assert (again.full, again.matches.written, again.near_misses.written) == (False, 0, 0)
    assert row_versions() == before
    assert rescore().matches.written == 0
    assert row_versions() == before


def test_a_new_pair_writes_only_its_own_row_and_the_ranks_it_moves(order, offer, rescore):
    rescore()
    known = Match.objects.get()
    better = OfferFactory(rate=9_000)

    done = rescore(offers=[better])

    assert done.matches.new == 1
    moved = Match.objects.get(pk=known.pk)
    assert (moved.assessment, moved.scored_at) == (known.assessment, known.scored_at)


def test_lists_are_no_longer_than_set(order, rescore, settings):
    settings.MATCHES_PER_POST = 2
    OfferFactory.create_batch(4)
    rescore()

    ranks = Match.objects.filter(order_rank__isnull=False).order_by("order_rank")

    assert list(ranks.values_list("order_rank", flat=True)) == [1, 2]
    assert Match.objects.count() == 4  # each offer lists the order


def test_own_company_group_and_blocked_partners_never_match(
    order, offer, brand_company, factory_company, brand, rescore, at
):
    OfferFactory(company=brand_company)
    rescore()
    assert Match.objects.proposed().get().offer == offer
    group = CompanyGroup.objects.create(name="Group")
    for company in (brand_company, factory_company):
        company.group = group
        company.save()
    rescore()
    assert list(Match.objects.proposed()) == []
    factory_company.group = None
    factory_company.save()
    rescore()
    assert Match.objects.proposed().count() == 1

    Match.objects.all().delete()
    partners.block_partner(company=brand_company, partner=str(factory_company.code), by=brand)

    rescore(moment=later(at, 1))
    assert list(Match.objects.proposed()) == []
    assert list(NearMiss.objects.all()) == []


def test_an_expired_certificate_ends_the_match_on_its_day(order, offer, rescore, at):
    wanted = Certification.objects.first()
    order.certifications.add(wanted)
    Certificate.objects.create(
        company=offer.company, certification=wanted, expires_on=at.date(), reviewed_at=at
    )
    rescore()
    assert Match.objects.proposed().count() == 1

    done = rescore(orders=[order], moment=later(at, 1))

    assert done.full  # another day: everything is looked at
    assert list(Match.objects.proposed()) == []
    assert NearMiss.objects.get().change["kind"] == "add_certificate"


def test_a_certificate_counts_once_an_officer_has_seen_its_proof(
    order, offer, rescore, at, officer, settings
):
    wanted = Certification.objects.first()
    order.certifications.add(wanted)
    row = certificates.add_certificate(
        company=offer.company,
        certification=wanted,
        expires_on=at.date() + dt.timedelta(days=300),
        at=at,
    )
    rescore()
    assert list(Match.objects.proposed()) == []
    settings.PROTECTIONS_OFF = ["checked-certificates"]
    rescore()
    assert Match.objects.proposed().count() == 1
    settings.PROTECTIONS_OFF = []

    certificates.review_certificate(certificate=row, by=officer, at=at)
    rescore()

    assert Match.objects.proposed().count() == 1


def test_matches_below_the_profiles_score_are_not_proposed(order, offer, rescore):
    order.target_unit_price_cny = "40.00"
    order.save()
    rescore()
    score = float(Match.objects.get().score)
    for least, state in ((score, "proposed"), (score + 0.01, "withdrawn")):
        ScoringProfile.objects.update(min_score=least)
        rescore()
        assert Match.objects.get().state == state


def test_a_match_knows_what_it_was_scored_from(order, offer, rescore, at):
    rescore()

    match = Match.objects.get()

    assert (match.order_version, match.offer_version) == (order.version, offer.version)
    assert (match.profile.version, match.scored_at) == (1, at)
    assert match.score == Decimal(str(match.assessment["score"]))
    assert match.assessment["terms"]["category"] == "athletic"


def test_a_changed_likeness_scores_everything(order, offer, rescore):
    rescore()
    family = order.category.family
    family.likeness = "0.10"
    family.save()

    assert rescore(orders=[order]).full
    assert not rescore(orders=[order]).full


def test_rescore_posts_takes_the_same_queries_for_any_market(
    order, offer, rescore, django_assert_num_queries
):
    for rows in (1, 3):
        OrderFactory.create_batch(rows)
        OfferFactory.create_batch(rows)
        rescore()
        with django_assert_num_queries(30):
            rescore(orders=[order], offers=[offer])


def test_each_new_match_is_one_fact(order, offer, rescore):
    rescore()
    rescore(orders=[order])

    facts = OutboxMessage.objects.filter(kind="matching.match_found")

    assert [fact.subject for fact in facts] == [{"match": Match.objects.get().pk}]


@pytest.mark.parametrize(
    "values",
    [
        {"order_rank": None, "offer_rank": None},
        {"score": Decimal(101)},
        {"state": "withdrawn"},
    ],
)
def test_the_database_refuses_a_match_that_cannot_be(order, offer, rescore, values):
    rescore()

    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.update(**values)


def test_the_database_keeps_one_scoring_row(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Scoring.objects.create(pk=2)


def test_a_profile_is_copied_and_checked(officer, at):
    first = ScoringProfile.objects.get()

    second = profiles.create_profile(copy=first, name="Second", by=officer, at=at, volume=0.9)

    assert (second.version, second.state, second.price, second.volume) == (2, "draft", 0.17, 0.9)
    for wrong in (
        {"price": 1.5},
        {"price": 0.2},  # the three named factors would keep less than 70 %
        {"price_tolerance": 0.0},
        {"min_score": 101},
        {"wished_buffer_days": 0},
        {"luck": 1},
    ):
        with pytest.raises(InvalidInput):
            profiles.create_profile(copy=first, name="Third", by=officer, at=at, **wrong)
    nothing = dict.fromkeys(("volume", "category", "lead_time", "price", "place", "freshness"), 0.0)
    with pytest.raises(InvalidInput):
        profiles.create_profile(copy=first, name="Third", by=officer, at=at, **nothing)
    assert ScoringProfile.objects.count() == 2


def test_a_profile_that_scores_is_neither_edited_nor_activated_again(officer, at):
    active = ScoringProfile.objects.get()

    with pytest.raises(Conflict):
        profiles.change_profile(profile=active, by=officer, at=at, price=0.2)
    with pytest.raises(IllegalTransition):
        profiles.activate_profile(profile=active, by=officer, at=at)
    assert list(OutboxMessage.objects.all()) == []


def test_a_draft_is_edited_and_a_job_rescores(officer, at):
    draft = profiles.create_profile(
        copy=ScoringProfile.objects.get(), name="Draft", by=officer, at=at
    )
    profiles.change_profile(profile=draft, by=officer, at=at, price=0.15, name="New")

    job = profiles.activate_profile(profile=draft, by=officer, at=at + dt.timedelta(hours=1))

    draft.refresh_from_db()
    assert (draft.name, draft.price, draft.state) == ("New", 0.15, "active")
    assert (job.kind, job.created_by, job.state) == ("rescoring", officer, "queued")
    assert ScoringProfile.objects.get(version=1).state == "retired"
