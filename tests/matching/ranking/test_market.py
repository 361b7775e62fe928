"""The market as the engine gets it, against the rows as Django reads them."""

import datetime as dt
import math
from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.models import Certificate, Certification, Cluster, CompanyGroup
from matchmaking.core import weeks
from matchmaking.listings.models import Category, CategoryLikeness, Construction
from matchmaking.listings.states import PostState
from matchmaking.matching.ranking.blocks import blocks_of
from matchmaking.matching.ranking.market import Loader, MarketSlice
from matchmaking.matching.ranking.taxonomy import load_taxonomy
from tests.engine.reference.posts import offer_at, order_at
from tests.factories import CompanyFactory, OfferFactory, OrderFactory, category, this_monday


@pytest.fixture
def loader(db):
    return Loader(taxonomy=load_taxonomy(), today=timezone.localdate())


def bits(codes, known):
    return sum(1 << known.index(code) for code in codes)


def test_orders_come_as_the_rows_say(loader):
    group = CompanyGroup.objects.create(name="Group")
    company = CompanyFactory(group=group, division_code="440300")
    asked = list(Certification.objects.order_by("pk")[1:3])
    order = OrderFactory(
        company=company,
        construction=Construction.objects.get(code="cemented"),
        splittable=True,
        smallest_part=20_000,
        most_factories=3,
        version=4,
    )
    order.certifications.set(asked)
    OrderFactory(state=PostState.PAUSED)
    OrderFactory(company__status="suspended")

    side = loader.orders()
    loaded = order_at(MarketSlice.of(side, loader.offers()).market, 0)

    assert (side.ids.tolist(), side.versions.tolist()) == ([order.pk], [4])
    assert (loaded.company, loaded.group, loaded.cluster) == (
        company.pk,
        group.pk,
        company.cluster_id,
    )
    assert loader.taxonomy.category_codes[loaded.category] == "athletic"
    assert loader.taxonomy.construction_codes[loaded.construction] == "cemented"
    known = loader.taxonomy.certification_codes
    assert loaded.certificates == bits([row.code for row in asked], known)
    assert (loaded.pairs, loaded.smallest_part, loaded.most_factories) == (60_000, 20_000, 3)
    assert loaded.start_week == weeks.week_number(this_monday())
    assert loaded.due_week == weeks.week_number(this_monday()) + 20
    assert (loaded.price_cny, loaded.province) == (46.5, 44)


def test_offers_come_as_the_rows_say(loader):
    offer = OfferFactory(
        company__cluster=None,
        rate=700,
        price_low_cny=None,
        confirmed_at=timezone.now() - dt.timedelta(days=3),
        categories=[category("sandals"), category("athletic")],
    )
    offer.constructions.set(Construction.objects.filter(code="cemented"))
    OfferFactory(state=PostState.DRAFT)

    side = loader.offers()
    loaded = offer_at(MarketSlice.of(loader.orders(), side).market, 0)

    assert side.ids.tolist() == [offer.pk]
    assert {loader.taxonomy.category_codes[index] for index in loaded.categories} == {
        "sandals",
        "athletic",
    }
    assert loaded.constructions == bits(["cemented"], loader.taxonomy.construction_codes)
    assert loaded.free == (700,) * 104
    assert loaded.first_week == weeks.week_number(this_monday())
    assert (loaded.min_order, loaded.lead_days, loaded.age_days) == (3_000, 14, 3)
    assert math.isnan(loaded.price_low_cny)
    assert (loaded.price_high_cny, loaded.cluster, loaded.province) == (52.0, 0, 0)


def test_an_order_that_says_little_is_not_bounded(loader):
    OrderFactory(earliest_start=None, company__cluster=Cluster.objects.get(code="350300"))

    loaded = order_at(MarketSlice.of(loader.orders(), loader.offers()).market, 0)

    assert (loaded.start_week, loaded.construction, loaded.certificates) == (0, -1, 0)
    assert (loaded.smallest_part, loaded.province) == (60_000, 35)


def test_only_certificates_that_hold_on_the_day_count(loader):
    offer = OfferFactory()
    held, expired = Certification.objects.order_by("pk")[:2]
    for certification, days in ((held, 1), (expired, 0)):
        Certificate.objects.create(
            company=offer.company,
            certification=certification,
            expires_on=loader.today + dt.timedelta(days=days),
            reviewed_at=timezone.now(),
        )
    tomorrow = replace(loader, today=loader.today + dt.timedelta(days=1))

    loaded = offer_at(MarketSlice.of(tomorrow.orders(), tomorrow.offers()).market, 0)

    assert loaded.certificates == bits([held.code], loader.taxonomy.certification_codes)


def test_likeness_is_one_family_override_or_nothing(db):
    first, second = sorted(
        Category.objects.filter(code__in=["athletic", "sandals"]), key=lambda row: row.pk
    )
    CategoryLikeness.objects.create(first=first, second=second, likeness="0.25")

    taxonomy = load_taxonomy()

    at = taxonomy.category_codes.index
    like = taxonomy.likeness
    assert like[at("athletic"), at("athletic")] == 1
    assert like[at("athletic"), at("casual_sport")] == pytest.approx(0.6)
    assert like[at("athletic"), at("sandals")] == like[at("sandals"), at("athletic")] == 0.25
    assert like[at("athletic"), at("safety")] == 0


def test_candidates_are_what_any_likeness_reaches(loader):
    near = OrderFactory(category=category("casual_sport"))
    OrderFactory(category=category("safety"))
    OfferFactory()

    offers = loader.offers()

    assert loader.orders_for(offers).ids.tolist() == [near.pk]
    assert loader.offers_for(loader.orders([near.pk])).ids.tolist() == offers.ids.tolist()


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_loading_takes_the_same_queries_for_any_market(rows, django_assert_num_queries, db):
    OrderFactory.create_batch(rows)
    OfferFactory.create_batch(rows)
    with django_assert_num_queries(8):
        loader = Loader(taxonomy=load_taxonomy(), today=timezone.localdate())
        MarketSlice.of(loader.orders(), loader.offers())
        blocks_of(timezone.localdate())


def test_companies_are_apart_from_the_day_after_a_block(brand_company, factory_company):
    today = timezone.localdate()
    brand_company.blocks.create(partner_code=factory_company.code)

    assert blocks_of(today).apart == set()
    assert blocks_of(today + dt.timedelta(days=1)).apart == {(brand_company.pk, factory_company.pk)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rain_boots", "boots_leather"),
        ("skate_vulcanised", "athletic"),
        ("rubber_liberation", "safety"),
        ("eva_clog", "sandals"),
    ],
)
def test_categories_of_unlike_lines_are_not_alike(one, other):
    taxonomy = load_taxonomy()
    rows = {code: row for row, code in enumerate(taxonomy.category_codes)}

    assert taxonomy.likeness[rows[one], rows[other]] == 0
    assert taxonomy.likeness[rows["boots_leather"], rows["boots_women"]] > 0
