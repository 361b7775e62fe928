"""Policies: the catalogue, what a company may get and how far it is, deadlines, what came of it."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from matchmaking.core.errors import InvalidInput, NotAllowed
from matchmaking.deals.services import fulfilment
from matchmaking.notifications.models import Notification
from matchmaking.policies import eligibility, emails
from matchmaking.policies.conditions import Answer
from matchmaking.policies.models import Application, CompanyFact, Policy
from matchmaking.policies.services import applications, catalogue, facts
from tests.deals.conftest import Talk
from tests.factories import CompanyFactory, MembershipFactory

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def at():
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def company(db):
    return CompanyFactory(kind="factory", division_code="350302")


@pytest.fixture
def person(company):
    return MembershipFactory(company=company, role="owner").user


def policy(at, **changes):
    values = {
        "level": "city",
        "region": "莆田",
        "division_code": "3503",
        "topic": "equipment",
        "title": "若干措施",
        "measure": "机器换工",
        "conditions": "investment_yuan >= 2000000",
        "amount": "投资额的 20%",
        "valid_from": at.date() - 30 * DAY,
        "valid_to": at.date() + 300 * DAY,
        "source": "https://example.gov.cn/1",
        "trust": "A",
    }
    return Policy.objects.create(**{**values, **changes})


def judged(company, row, at):
    (found,) = eligibility.judge_all(company, [row], at=at)
    return found


def tell(company, person, at, **told):
    for key, value in told.items():
        facts.tell_fact(company=company, key=key, value=value, by=person, at=at)


class TestEligibility:
    def test_company_learns_how_far_it_is_and_by_when(self, company, person, at):
        row = policy(
            at,
            conditions="local_purchases_yuan >= 15000000",
            deadline=dt.date(at.year + 1, 6, 30),
            valid_to=dt.date(at.year + 1, 12, 31),
        )
        assert judged(company, row, at).answer == Answer.UNKNOWN

        tell(company, person, at, local_purchases_yuan=14_880_000)

        found = judged(company, row, at)
        assert found.answer == Answer.NO
        (gap,) = found.gaps
        assert gap.startswith(f"¥120,000 more by 30 Jun {at.year + 1}: purchases from local")

        tell(company, person, at, local_purchases_yuan=15_000_000)
        assert judged(company, row, at).answer == Answer.YES

    @pytest.mark.parametrize(
        ("code", "answer"),
        [
            ("350302", Answer.YES),
            ("350300", Answer.YES),
            ("350000", Answer.UNKNOWN),
            ("330300", Answer.NO),
        ],
    )
    def test_place_decides_as_far_as_it_is_known(self, at, code, answer, db):
        company = CompanyFactory(kind="factory", division_code=code)
        row = policy(at, conditions="kind in brand,factory")

        assert judged(company, row, at).answer == answer

    def test_what_the_source_does_not_say_is_never_in_force(self, company, at):
        for until in (None, at.date() - DAY):
            row = policy(at, conditions="", measure=f"until {until}", valid_to=until)
            assert judged(company, row, at).answer == Answer.NO
        assert judged(company, policy(at, conditions=""), at).answer == Answer.YES

    def test_deals_of_the_year_count_by_themselves(self, at, db):
        talk = Talk(at)
        deal = talk.agree(pairs=10_000, price="50")
        act = {"intention": deal, "side": "offer", "by": talk.maker}
        fulfilment.record_contract(**act, number="", at=at)
        fulfilment.record_delivery(**act, pairs=4_000, delivered_on=at.date(), at=at)

        known = eligibility.facts_of(talk.factory, at=at)

        assert (known["confirmed_yuan"], known["delivered_yuan"]) == (500_000, 200_000)

    def test_facts_are_the_companys_to_tell_and_only_what_is_asked(
        self, company, person, stranger, at
    ):
        policy(at, conditions="? 当年入选")
        with pytest.raises(NotAllowed):
            tell(company, stranger, at, investment_yuan=1)
        for key, value in (
            ("kind", 1),
            ("nothing", 1),
            ("investment_yuan", True),
            ("? 当年", True),
        ):
            with pytest.raises(InvalidInput):
                facts.tell_fact(company=company, key=key, value=value, by=person, at=at)
        with pytest.raises(InvalidInput):
            tell(company, person, at, investment_yuan=-1)
        facts.tell_fact(company=company, key="? 当年入选", value=True, by=person, at=at)
        tell(company, person, at, investment_yuan=5)
        tell(company, person, at, investment_yuan=None)

        assert list(CompanyFact.objects.values_list("key", "flag")) == [("? 当年入选", True)]


class TestCatalogue:
    def test_18_measures_come_with_the_site_and_doubtful_ones_are_not_in_force(self, db):
        loaded = catalogue.load_sample()
        assert (loaded.created, loaded.problems) == (18, [])

        again = catalogue.load_sample()

        assert (again.created, again.changed, again.unchanged) == (0, 0, 18)
        today = dt.date(2027, 3, 1)
        current = [row for row in Policy.objects.all() if row.is_current(today)]
        # Three of Putian (January 2025) and two of Fujian (March 2024), all until the end of 2028.
        assert len(current) == 5
        assert {row.valid_to for row in current} == {dt.date(2028, 12, 31)}
        assert not Policy.objects.get(measure__startswith="品牌并购").is_current(today)
        assert all(row.groups for row in Policy.objects.all())

    def csv(
        self, *rows, header="level,region,topic,title,measure,conditions,source,trust,valid_to"
    ):
        return SimpleUploadedFile("p.csv", "\n".join([header, *rows]).encode(), "text/csv")

    def test_officer_loads_national_and_local_ones(self, client, officer, settings, db):
        settings.OFFICERS_NEED_TOTP = False
        client.force_login(officer)
        url = reverse("admin:policies_policy_load")
        national = [
            f"national,,finance,政策{n},措施{n},revenue_yuan >= {n},https://g/{n},A,2028-12-31"
            for n in range(30)
        ]
        local = [
            f"city,莆田,market,办法{n},条款{n},kind = factory,https://l/{n},B," for n in range(50)
        ]
        assert client.get(url).status_code == 200

        client.post(url, {"file": self.csv(*national, *local)})

        assert Policy.objects.count() == 80

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("planet,,finance,a,b,,https://g,A,", "planet"),
            ("city,,finance,a,b,turnover >= 1,https://g,A,", "there is no such field"),
            ("city,,finance,a,b,,https://g,A,soon", "is no day"),
            ("city,,finance,,b,,https://g,A,", "blank"),
        ],
    )
    def test_one_wrong_row_is_named_and_nothing_is_entered(
        self, client, officer, settings, row, said, db
    ):
        settings.OFFICERS_NEED_TOTP = False
        client.force_login(officer)
        good = "city,,finance,x,y,,https://g,A,"

        page = client.post(
            reverse("admin:policies_policy_load"), {"file": self.csv(good, row)}
        ).content.decode()

        assert "Row 3" in page
        assert said in page
        assert not Policy.objects.exists()

    def test_file_without_its_columns_is_refused(self, officer, at):
        with pytest.raises(InvalidInput):
            catalogue.load_csv(content=b"a,b\n1,2", by=officer, at=at)
        with pytest.raises(InvalidInput):
            catalogue.load_csv(content=b"\xff\xfe\x00", by=officer, at=at)

    def test_members_do_not_load(self, person, at):
        with pytest.raises(NotAllowed):
            catalogue.load_csv(content=b"", by=person, at=at)

    def test_officer_edits_conditions_and_is_told_what_cannot_be_read(
        self, client, officer, settings, at, db
    ):
        settings.OFFICERS_NEED_TOTP = False
        row = policy(at)
        client.force_login(officer)
        url = reverse("admin:policies_policy_change", args=[row.pk])
        fields = (
            "level",
            "region",
            "division_code",
            "topic",
            "title",
            "measure",
            "source",
            "trust",
        )
        sent = {name: getattr(row, name) for name in fields}

        refused = client.post(url, {**sent, "conditions": "turnover >= 1"})
        client.post(url, {**sent, "conditions": "revenue_yuan >= 5", "is_published": "on"})

        assert "there is no such field" in refused.content.decode()
        row.refresh_from_db()
        assert row.conditions == "revenue_yuan >= 5"


class TestFollowUp:
    def test_deadline_within_a_fortnight_is_told_once_to_whom_it_may_concern(
        self, company, person, at
    ):
        elsewhere = MembershipFactory(
            company=CompanyFactory(kind="factory", division_code="330300")
        ).user
        soon = policy(at, deadline=at.date() + 14 * DAY)
        policy(at, measure="later", deadline=at.date() + 15 * DAY)
        policy(at, measure="over", deadline=at.date() - DAY)

        for _run in range(2):
            applications.remind_deadlines(at=at)

        rows = Notification.objects.filter(kind="policy_deadline")
        assert [(row.recipient, row.subject) for row in rows] == [(person, {"policy": soon.pk})]
        assert not Notification.objects.filter(recipient=elsewhere).exists()
        mail = emails.write_mail("policy_deadline", person, list(rows))
        assert "Apply by" in mail.subject
        assert soon.measure in "\n".join(block.plain for block in mail.blocks)

    def test_who_applied_is_asked_after_a_fortnight_and_not_again(self, company, person, at):
        row = policy(at, deadline=at.date() + 3 * DAY)
        begun = applications.start_application(policy=row, company=company, by=person, at=at)
        assert (
            applications.start_application(policy=row, company=company, by=person, at=at) == begun
        )
        applications.remind_deadlines(at=at)
        assert not Notification.objects.filter(kind="policy_deadline").exists()

        assert applications.ask_due(at=at + 13 * DAY) == 0
        assert applications.ask_due(at=at + 14 * DAY) == 1
        assert applications.ask_due(at=at + 15 * DAY) == 0

        (told,) = Notification.objects.filter(kind="policy_follow_up")
        assert told.recipient == person

    @pytest.mark.parametrize(
        ("answer", "field"),
        [
            ({"outcome": "perhaps"}, "outcome"),
            ({"outcome": "refused"}, "note"),
            ({"outcome": "waiting", "granted_yuan": 5}, "granted_yuan"),
        ],
    )
    def test_answer_that_cannot_be_names_its_field(self, company, person, at, answer, field):
        row = applications.start_application(policy=policy(at), company=company, by=person, at=at)

        with pytest.raises(InvalidInput) as refused:
            applications.answer_follow_up(application=row, by=person, at=at, **answer)

        assert refused.value.field == field
        row.refresh_from_db()
        assert row.outcome == ""


class TestPages:
    def test_company_finds_its_policies_by_what_it_may_get(self, client, company, person, at):
        policy(at, measure="may get", conditions="kind = factory")
        policy(at, measure="to tell")
        policy(at, measure="not here", division_code="3303")
        client.force_login(person)

        shown = client.get(reverse("policies:policy-list")).content.decode()

        order = [shown.index(words) for words in ("may get", "Tell us more", "to tell", "not here")]
        assert order == sorted(order)

    def test_person_tells_facts_applies_and_says_what_came_of_it(self, client, company, person, at):
        row = policy(at, conditions="investment_yuan >= 2000000; ? 当年入选")
        url = reverse("policies:policy-detail", args=[row.code])
        client.force_login(person)
        assert "Tell us more, and we know" in client.get(url).content.decode()

        wrong = client.post(url, {"fact_0": "much", "fact_1": "yes"})
        assert wrong.status_code == 422
        assert "much" in wrong.content.decode()
        assert not CompanyFact.objects.exists()
        client.post(url, {"fact_0": "1900000", "fact_1": "yes"})
        assert "¥100,000 more" in client.get(url).content.decode()
        client.post(url, {"fact_0": "2000000", "fact_1": "yes"})
        assert "You may get it" in client.get(url).content.decode()

        client.post(reverse("policies:apply", args=[row.code]))
        found = Application.objects.get()
        outcome = reverse("policies:outcome", args=[found.code])
        assert client.post(outcome, {"outcome": "refused"}).status_code == 422
        client.post(outcome, {"outcome": "granted", "granted_yuan": "400000"})
        found.refresh_from_db()
        assert (found.outcome, found.granted_yuan) == ("granted", 400_000)

    def test_everybody_reads_the_catalogue_with_its_sources(self, client, at, db):
        row = policy(at, valid_to=None)
        hidden = policy(at, measure="draft", is_published=False)

        shown = client.get(reverse("policies:policy-list") + "?topic=equipment").content.decode()
        page = client.get(reverse("policies:policy-detail", args=[row.code])).content.decode()

        assert "Not known to be in force" in shown
        assert "draft" not in shown
        assert "https://example.gov.cn/1" in page
        assert client.get(reverse("policies:policy-detail", args=[hidden.code])).status_code == 404
        assert client.post(reverse("policies:policy-detail", args=[row.code])).status_code == 403

    def test_application_of_another_company_is_not_there(
        self, client, company, person, stranger, at
    ):
        row = applications.start_application(policy=policy(at), company=company, by=person, at=at)
        client.force_login(stranger)

        url = reverse("policies:outcome", args=[row.code])
        assert client.post(url, {"outcome": "waiting"}).status_code == 404

    def test_officer_reads_what_came_of_it(self, client, officer, settings, company, person, at):
        settings.OFFICERS_NEED_TOTP = False
        row = applications.start_application(policy=policy(at), company=company, by=person, at=at)
        applications.answer_follow_up(
            application=row, outcome="refused", note="Too late", by=person, at=at
        )
        client.force_login(officer)

        shown = client.get(reverse("admin:policies_application_changelist")).content.decode()
        assert "Too late" in shown
        assert client.get(reverse("admin:policies_policy_changelist")).status_code == 200


def test_api_judges_for_the_tokens_company(client, company, person, at):
    from accounts.services import tokens  # noqa: PLC0415 - of this test alone

    row = policy(at, conditions="investment_yuan >= 2000000")
    tell(company, person, at, investment_yuan=1_500_000)
    _token, secret = tokens.issue_token(company=company, name="ERP", scopes=["read"], by=person)
    headers = {"authorization": f"Token {secret}"}

    (shown,) = client.get("/api/v1/policies/?topic=equipment", headers=headers).json()["results"]
    one = client.get(f"/api/v1/policies/{row.code}/", headers=headers).json()

    assert (shown["answer"], shown["is_current"]) == ("no", True)
    assert shown["missing"][0].startswith("¥500,000 more")
    assert one["lines"] == [
        {
            "words": "investment in software and equipment this year, yuan ≥ ¥2,000,000",
            "answer": "no",
        }
    ]
