import datetime as dt

import pytest

from matchmaking.core.errors import Conflict
from matchmaking.core.models import Job
from matchmaking.matching.admin.profiles import previewed
from matchmaking.matching.models import Match, ScoringProfile
from matchmaking.matching.ranking.handlers import preview
from matchmaking.matching.services import profiles
from matchmaking.matching.services.profiles import PREVIEW
from matchmaking.notifications.models import OutboxMessage
from tests.factories import OfferFactory, OrderFactory
from tests.matching.conftest import state_of_market

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(rescore, brand_company, factory_company):
    """An order, an offer that fits it well and one that is dear."""
    order = OrderFactory(company=brand_company, title="Order")
    near = OfferFactory(company=factory_company, title="Fitting")
    dear = OfferFactory(title="Dear", price_low_cny="60.00", price_high_cny="70.00")
    rescore()
    return order, near, dear


def draft(officer, at, **changes):
    active = ScoringProfile.objects.get(state="active")
    return profiles.create_profile(copy=active, name="Draft", by=officer, at=at, **changes)


def run_preview(profile, officer, at):
    job = profiles.request_preview(profile=profile, by=officer, at=at)
    preview(OutboxMessage.objects.filter(kind=PREVIEW))
    job.refresh_from_db()
    return job


def test_preview_of_the_same_figures_changes_nothing(market, officer, at):
    job = run_preview(draft(officer, at), officer, at)

    counted = {name: job.result[name] for name in ("matches", "would_match", "appear", "vanish")}
    assert job.state == "done"
    assert counted == {"matches": 2, "would_match": 2, "appear": 0, "vanish": 0}
    assert (job.result["move"], job.result["rescored"]) == (0, 0)


def test_preview_counts_what_a_higher_bar_takes_away_and_writes_nothing(market, officer, at):
    order, _, dear = market
    before = state_of_market()
    lowest = Match.objects.get(offer=dear).score

    job = run_preview(draft(officer, at, min_score=float(lowest) + 0.5), officer, at)

    assert (job.result["vanish"], job.result["appear"]) == (1, 0)
    (example,) = job.result["examples"]["vanish"]
    assert (example["order"], example["offer"], example["then"]) == (order.title, "Dear", None)
    assert example["now"]["score"] == float(lowest)
    assert state_of_market() == before


def test_preview_says_what_activation_then_does(market, officer, at, rescore):
    profile = draft(officer, at, category=1.0, volume=0.0, lead_time=0.0)
    job = run_preview(profile, officer, at)
    before = set(Match.objects.proposed().values_list("pk", "score"))

    profiles.activate_profile(profile=profile, by=officer, at=at)
    rescore()

    after = set(Match.objects.proposed().values_list("pk", "score"))
    assert job.result["would_match"] == len(after)
    assert job.result["rescored"] + job.result["move"] == len(after - before) > 0


def test_preview_that_was_cancelled_while_it_waited_does_nothing(market, officer, at):
    job = profiles.request_preview(profile=draft(officer, at), by=officer, at=at)
    services_job = Job.objects.get(pk=job.pk)
    services_job.state = "cancelled"
    services_job.save()

    preview(OutboxMessage.objects.filter(kind=PREVIEW))

    job.refresh_from_db()
    assert (job.state, job.result) == ("cancelled", {})


def test_page_of_the_profile_shows_the_preview_of_its_present_figures_alone(market, officer, at):
    profile = draft(officer, at, min_score=85.0)
    assert list(previewed(profile)) == []
    profiles.request_preview(profile=profile, by=officer, at=at)
    (waiting,) = previewed(profile)

    preview(OutboxMessage.objects.filter(kind=PREVIEW))

    figures, examples = previewed(profile)
    assert [row[0] for row in waiting.rows] == ["Waiting"]
    assert [row[1] for row in figures.rows][:4] == ["2", "1", "0", "1"]
    assert {row[2] for row in examples.rows} == {"Dear"}
    profiles.change_profile(profile=profile, by=officer, at=at, min_score=50.0)
    profile.refresh_from_db()
    assert list(previewed(profile)) == []


def test_going_back_activates_the_profile_that_was_active_before(market, officer, at):
    first = ScoringProfile.objects.get(state="active")
    second = draft(officer, at)
    profiles.activate_profile(profile=second, by=officer, at=at)

    job = profiles.return_to_earlier_profile(by=officer, at=at + dt.timedelta(hours=1))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, job.kind) == ("active", "retired", "rescoring")


def test_nobody_goes_back_where_no_profile_was_before(officer, at):
    with pytest.raises(Conflict):
        profiles.return_to_earlier_profile(by=officer, at=at)
    assert list(Job.objects.all()) == []
