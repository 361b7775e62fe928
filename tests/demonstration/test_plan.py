"""The plan is made up, the same each time, and drawn from the committed distributions."""

import datetime as dt
from collections import Counter

from accounts.choices import CompanyKind
from matchmaking.demonstration.capacity_plans import is_stopped, steady_weeks
from matchmaking.demonstration.plan import BIG_ORDER, Scale, make_plan
from matchmaking.listings.states import PostState

PLAN = make_plan(Scale(), year=2027)


def test_plan_has_the_promised_numbers():
    kinds = Counter(company.kind for company in PLAN.companies)
    assert kinds[CompanyKind.BRAND] + kinds[CompanyKind.BOTH] == 40
    assert kinds[CompanyKind.FACTORY] == 200
    assert (len(PLAN.orders), len(PLAN.offers)) == (300, 400)


def test_plan_is_the_same_each_time():
    assert make_plan(Scale(), year=2027) == PLAN


def test_every_state_and_every_fate_is_shown():
    for posts in (PLAN.orders, PLAN.offers):
        assert {post.state for post in posts} == set(PostState)
    assert {company.outcome for company in PLAN.companies} == {
        "active", "pending", "returned", "suspended", "disputed", "listed",
    }  # fmt: skip


def test_the_sign_ins_companies_have_posts_in_every_state():
    first_factory = next(
        index for index, company in enumerate(PLAN.companies) if company.kind == CompanyKind.FACTORY
    )
    for posts, company in ((PLAN.orders, 0), (PLAN.offers, first_factory)):
        assert {post.state for post in posts if post.company == company} == set(PostState)


def test_names_are_made_up_and_never_twice():
    for company in PLAN.companies:
        assert company.name_zh.startswith("示例·")
        assert company.name_en.startswith("Example ")
    assert len({company.name_zh for company in PLAN.companies}) == len(PLAN.companies)


def test_an_order_of_a_million_and_a_quarter_is_among_them():
    assert max(order.fields["pairs"] for order in PLAN.orders) == BIG_ORDER == 1_250_000


def test_sizes_follow_the_lists():
    bands = Counter(c.size_band for c in PLAN.companies if c.kind == CompanyKind.FACTORY)
    listed = {"under_100": 41, "100_499": 59, "500_1999": 53, "2000_plus": 29}
    for band, count in listed.items():
        assert abs(bands[band] / 200 - count / 182) < 0.08


def test_no_pair_is_made_in_the_week_of_the_spring_festival():
    festival = dt.date(2027, 2, 1)  # the Monday of the week of 6 February 2027
    first = festival - dt.timedelta(weeks=2)
    assert steady_weeks(first, 5, 800) == [800, 0, 0, 0, 800]
    assert is_stopped(festival)
