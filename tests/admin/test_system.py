"""Outbox, jobs, scoring profiles, terms and the landing page."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import CompanyClaim, User
from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.imports.models import ImportBatch
from matchmaking.listings.models import Category, CategoryFamily, CategoryLikeness
from matchmaking.matching.models import Scoring, ScoringProfile
from matchmaking.matching.states import ProfileState
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage, SentMail
from matchmaking.notifications.states import OutboxState
from tests.admin.conftest import said, signed_in, waiting_companies, waiting_posts
from tests.factories import OrderFactory, UserFactory

OUTBOX = "/admin/notifications/outboxmessage/"
PROFILES = "/admin/matching/scoringprofile/"


def dead(count=1, error="550 <person@example.com>: no such user"):
    return [
        OutboxMessage.objects.create(
            kind="mail",
            dedupe_key=f"mail:{number}",
            state=OutboxState.DEAD,
            attempts=9,
            last_error=error,
            settled_at=timezone.now(),
        )
        for number in range(count)
    ]


def test_the_landing_page_counts_every_queue(desk):
    waiting_companies(2)
    waiting_posts("order", 1)
    dead(3)

    page = desk.get("/admin/")

    counts = {row.queue.key: row.count for row in page.context["standings"]}
    assert counts == {
        "companies": 2,
        "processingorder": 1,
        "capacityoffer": 0,
        "postedit": 0,
        "companyclaim": 0,
        "usccdispute": 0,
        "blockrequest": 0,
        "docking": 0,
        "objections": 0,
        "invitation": 0,
        "certificates": 0,
        "matches": 0,
        "dead": 3,
    }
    panels = {str(panel.title): list(panel.figures) for panel in page.context["panels"]}
    assert panels["Outbox"][4].value == 3
    assert [figure.value for figure in panels["The market in exact figures"][:2]] == [0, 0]
    assert "offers" in {total.key for total in page.context["totals"]}


def test_officers_read_the_pairs_of_the_market_exactly(desk):
    for pairs in (61_237, 64_111):
        OrderFactory(pairs=pairs)

    panels = {str(panel.title): panel for panel in desk.get("/admin/").context["panels"]}
    figures = {
        str(figure.label): figure.value for figure in panels["The market in exact figures"].figures
    }

    assert (figures["open orders"], figures["firms that ask"]) == (2, 2)
    assert figures["pairs asked"] == "125,348"


def test_every_queue_leads_to_the_rows_that_it_counts(desk):
    waiting_companies(1)
    waiting_posts("order", 1)
    waiting_posts("offer", 1)
    dead()

    for row in desk.get("/admin/").context["standings"]:
        shown = desk.get(row.queue.url).context["cl"].result_count
        assert (row.queue.key, shown) == (row.queue.key, row.count)


def test_dead_letters_are_sent_again_one_by_one(desk):
    [message] = dead()

    answer = desk.post(f"{OUTBOX}{message.pk}/step/resend/", follow=True)

    message.refresh_from_db()
    assert (message.state, message.attempts) == (OutboxState.PENDING, 0)
    assert said(answer) == [f"Send again: “{message}”."]


def test_many_dead_letters_are_sent_again_and_living_ones_are_named(desk):
    rows = dead(2)
    alive = OutboxMessage.objects.create(kind="mail", dedupe_key="mail:alive")
    chosen = {"action": "resend", "_selected_action": [*(row.pk for row in rows), alive.pk]}

    answer = desk.post(OUTBOX, {**chosen, "confirmed": "yes"}, follow=True)

    done, refused = said(answer)
    assert done == "Send again: done for 2 rows."
    assert str(alive) in refused
    assert not OutboxMessage.objects.filter(state=OutboxState.DEAD).exists()


def test_errors_are_shown_without_addresses(desk):
    [message] = dead()

    for url in (OUTBOX, f"{OUTBOX}{message.pk}/change/"):
        page = desk.get(url).content.decode()
        assert "no such user" in page
        assert "person@example.com" not in page


@pytest.mark.parametrize("state", [OutboxState.DEAD, OutboxState.PENDING])
def test_only_what_is_tried_again_says_when(desk, state):
    [message] = dead()
    at = timezone.now().replace(year=2067)
    OutboxMessage.objects.update(state=state, next_at=at)

    for url in (OUTBOX, f"{OUTBOX}{message.pk}/change/"):
        assert ("2067" in desk.get(url).content.decode()) is (state == OutboxState.PENDING)


def test_dead_letters_are_for_officers(db, settings):
    settings.OFFICERS_NEED_TOTP = False
    [message] = dead()

    answer = signed_in(UserFactory(is_staff=True)).post(f"{OUTBOX}{message.pk}/step/resend/")

    message.refresh_from_db()
    assert (answer.status_code, message.state) == (404, OutboxState.DEAD)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_messages_asks_the_database_so_often(desk, count, django_assert_num_queries):
    dead(count)
    desk.get(OUTBOX)

    with django_assert_num_queries(21):
        desk.get(OUTBOX)


def test_sent_mails_name_their_subject_recipient_and_company(desk, brand, brand_company):
    company = brand.companies.get()
    SentMail.objects.create(
        message_id="<1@site>",
        recipient_id=brand.pk,
        kind="post_approved",
        title="“Trail shoe” is published",
        company_id=company.pk,
    )

    page = desk.get("/admin/notifications/sentmail/").content.decode()

    assert (str(brand) in page, brand.email in page) == (True, False)
    assert "“Trail shoe” is published" in page
    assert f"/admin/accounts/company/{company.pk}/change/" in page
    User.objects.filter(pk=brand.pk).update(name="")
    assert brand.email in desk.get("/admin/notifications/sentmail/").content.decode()


def test_a_job_shows_its_progress_and_is_stopped(desk, officer):
    job = jobs.start_job(kind="rescoring", by=officer, total=10)
    with transaction.atomic():
        job = jobs.begin(job)
    jobs.advance(job, 4)

    page = desk.get(f"/admin/core/job/{job.pk}/change/").content.decode()
    desk.post(f"/admin/core/job/{job.pk}/step/stop/")

    job.refresh_from_db()
    assert ('max="10"' in page, 'value="4"' in page) == (True, True)
    assert 'hx-trigger="every 2s"' in page
    assert job.cancel_requested is True


def test_a_job_that_ended_is_not_asked_for_again(desk):
    job = Job.objects.create(kind="rescoring", state=JobState.DONE)

    page = desk.get(f"/admin/core/job/{job.pk}/change/").content.decode()

    assert 'hx-trigger="every 2s"' not in page


def profile_form(desk, profile, name):
    form = desk.get(f"{PROFILES}{profile.pk}/step/{name}/").context["form"]
    return {field.name: field.value() for field in form}


def test_a_profile_is_copied_edited_and_activated_and_the_market_scored(desk, officer):
    active = ScoringProfile.objects.get(state=ProfileState.ACTIVE)

    desk.post(
        f"{PROFILES}{active.pk}/step/copy/",
        {**profile_form(desk, active, "copy"), "name": "Spring"},
    )
    draft = ScoringProfile.objects.get(name="Spring")
    desk.post(
        f"{PROFILES}{draft.pk}/step/edit/",
        {**profile_form(desk, draft, "edit"), "volume": "0.4"},
    )
    answer = desk.post(f"{PROFILES}{draft.pk}/step/activate/")

    draft.refresh_from_db()
    active.refresh_from_db()
    job = Job.objects.get(kind="rescoring")
    outbox.handler_of("matching.rescore_market")(
        list(OutboxMessage.objects.filter(kind="matching.rescore_market"))
    )
    job.refresh_from_db()
    assert (draft.version, draft.volume, draft.state) == (
        active.version + 1,
        0.4,
        ProfileState.ACTIVE,
    )
    assert (active.state, draft.activated_by) == (ProfileState.RETIRED, officer)
    assert answer.url == f"/admin/core/job/{job.pk}/change/"
    assert job.state == JobState.DONE


def test_a_profile_below_the_announced_share_is_refused(desk):
    active = ScoringProfile.objects.get(state=ProfileState.ACTIVE)

    page = desk.post(
        f"{PROFILES}{active.pk}/step/copy/",
        {**profile_form(desk, active, "copy"), "name": "Price first", "price": "1"},
    )

    assert "at least 70%" in str(page.context["form"].errors["volume"])
    assert not ScoringProfile.objects.filter(name="Price first").exists()


def test_an_active_profile_is_not_edited(desk):
    active = ScoringProfile.objects.get(state=ProfileState.ACTIVE)
    data = {
        **{name: getattr(active, name) for name in ("name", "category", "lead_time", "price")},
        **{name: getattr(active, name) for name in ("place", "freshness", "min_score")},
        "price_tolerance": 0.3,
        "wished_buffer_days": 21,
        "volume": "0.9",
    }

    answer = desk.post(f"{PROFILES}{active.pk}/step/edit/", data, follow=True)

    before = active.volume
    active.refresh_from_db()
    assert active.volume == before
    assert "copy it to change it" in said(answer)[0]


def test_impossible_weights_are_refused_at_their_field(desk):
    active = ScoringProfile.objects.get(state=ProfileState.ACTIVE)
    data = {**profile_form(desk, active, "copy"), "name": "Odd", "volume": "1.5"}

    page = desk.post(f"{PROFILES}{active.pk}/step/copy/", data)

    assert list(page.context["form"].errors) == ["volume"]
    assert not ScoringProfile.objects.filter(name="Odd").exists()


def test_the_market_is_scored_again_on_demand(desk):
    active = ScoringProfile.objects.get(state=ProfileState.ACTIVE)

    desk.post(f"{PROFILES}{active.pk}/step/rescore/")

    assert Job.objects.get().kind == "rescoring"


def test_a_likeness_is_entered_in_any_order_and_the_market_scored(desk):
    first, second = Category.objects.order_by("pk")[:2]
    CategoryLikeness.objects.filter(first=first, second=second).delete()

    desk.post(
        "/admin/listings/categorylikeness/add/",
        {"first": second.pk, "second": first.pk, "likeness": "0.35"},
    )

    entry = CategoryLikeness.objects.get(first=first, second=second)
    messages = list(OutboxMessage.objects.filter(kind="listings.terms_changed"))
    outbox.handler_of("listings.terms_changed")(messages)
    assert str(entry.likeness) == "0.35"
    assert len(messages) == 1
    assert Scoring.objects.get().scored_at is not None


def test_a_category_is_not_like_itself(desk):
    first = Category.objects.order_by("pk")[0]

    page = desk.post(
        "/admin/listings/categorylikeness/add/",
        {"first": first.pk, "second": first.pk, "likeness": "0.35"},
    )

    assert page.context["adminform"].form.errors == {"second": ["Choose two different categories."]}


def test_an_exception_is_taken_back_and_the_market_told(desk):
    first, second = Category.objects.order_by("pk")[:2]
    entry, _made = CategoryLikeness.objects.get_or_create(
        first=first, second=second, defaults={"likeness": "0.35"}
    )

    desk.post(f"/admin/listings/categorylikeness/{entry.pk}/delete/", {"post": "yes"})

    assert not CategoryLikeness.objects.filter(pk=entry.pk).exists()
    assert OutboxMessage.objects.filter(kind="listings.terms_changed").count() == 1


@pytest.mark.parametrize(("likeness", "told"), [("0.60", 0), ("0.45", 1)])
def test_the_market_is_told_of_a_family_only_when_scores_change(desk, likeness, told):
    family = CategoryFamily.objects.order_by("pk")[0]
    CategoryFamily.objects.filter(pk=family.pk).update(likeness="0.60")
    data = {
        "name_zh": "改名",
        "name_en": "Renamed",
        "likeness": likeness,
        "position": 1,
        "is_active": "on",
    }

    desk.post(f"/admin/listings/categoryfamily/{family.pk}/change/", data)

    family.refresh_from_db()
    assert (family.name_en, str(family.likeness)) == ("Renamed", likeness)
    assert OutboxMessage.objects.filter(kind="listings.terms_changed").count() == told


def test_the_code_of_a_term_stays(desk):
    family = CategoryFamily.objects.order_by("pk")[0]

    desk.post(
        f"/admin/listings/categoryfamily/{family.pk}/change/",
        {"code": "other", "name_zh": "改", "name_en": "R", "likeness": "0.5", "position": 1},
    )

    code = family.code
    family.refresh_from_db()
    assert (family.code, family.name_en) == (code, "R")


def test_a_new_cluster_is_added(desk):
    desk.post(
        "/admin/accounts/cluster/add/",
        {"code": "999999", "name_zh": "新", "name_en": "New", "position": 1, "is_active": "on"},
    )

    assert desk.get("/admin/accounts/cluster/", {"q": "999999"}).context["cl"].result_count == 1


def test_changed_terms_have_somebody_who_handles_them():
    assert "listings.terms_changed" in outbox.known_kinds()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/admin/imports/importbatch/", 21),
        ("/admin/core/job/", 22),
        ("/admin/accounts/companyclaim/", 21),
        ("/admin/notifications/sentmail/", 22),
    ],
)
def test_the_other_lists_ask_the_database_so_often(
    desk, officer, path, queries, count, django_assert_num_queries
):
    for number in range(count):
        company = waiting_companies(1)[0]
        person = company.members.get()
        job = jobs.start_job(kind="rescoring", by=person)
        ImportBatch.objects.create(
            kind="orders", company=company, created_by=person, name="a.xlsx", job=job
        )
        CompanyClaim.objects.create(company=company, claimed_by=person, note="ours")
        SentMail.objects.create(message_id=f"<{number}@site>", kind="post_approved")
    desk.get(path)

    with django_assert_num_queries(queries):
        assert desk.get(path).context["cl"].result_count == count


def test_an_import_leads_to_its_own_page(desk, brand, brand_company):
    batch = ImportBatch.objects.create(
        kind="orders", company=brand_company, created_by=brand, name="a.xlsx"
    )

    page = desk.get(f"/admin/imports/importbatch/{batch.pk}/change/")

    assert [notice.url for notice in page.context["wb_notices"]] == [f"/imports/{batch.code}/"]


def test_what_stands_for_left_out_pages_leads_nowhere(desk, monkeypatch):
    monkeypatch.setattr(WorkbenchAdmin, "list_per_page", 1)
    dead(22)

    page = desk.get(OUTBOX, {"p": 11}).content.decode()

    assert page.count("<span>…</span>") == 2
    assert "p=%E2%80%A6" not in page
