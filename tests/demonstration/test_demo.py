"""The made-up market in a database: what it promises to show, and what it refuses."""

import datetime as dt
import io
import tempfile

import pytest
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import DateTimeField
from django.test import TestCase, override_settings
from django.utils import timezone

from accounts.models import Company, CompanyClaim, UsccDispute, User
from accounts.states import CompanyStatus, DecisionStatus
from matchmaking.demonstration import office_hours, services
from matchmaking.demonstration.management.commands import demo
from matchmaking.demonstration.plan import Scale
from matchmaking.demonstration.replay.factories import read_factories
from matchmaking.listings import reconciliation
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching import conversations
from matchmaking.matching.models import Answer, Match, Message, MessageFile, ScoringProfile
from matchmaking.matching.states import MatchState
from matchmaking.notifications import kinds
from matchmaking.notifications.models import Notification, OutboxMessage
from matchmaking.notifications.states import OutboxState
from tests.demonstration.test_office_hours import is_open

SMALL = Scale(brands=7, factories=15, orders=16, offers=18)
SECRET = "JBSWY3DPEHPK3PXP"
# Deadlines, and what the machine notes about its own work.
NOT_TOLD = {"answer_by", "expires_at", "scored_at", "taken_at", "last_login", "updated_at"}
OF_THE_MACHINE = {"ScoringProfile", "Category", "CategoryLikeness", "MarketSnapshot"}
QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


def make(at=None):
    return services.make_demonstration(
        password="shoe-and-sole-17", totp_secret=SECRET, at=at or timezone.now(), scale=SMALL
    )


def moments():
    """Yield every field that says when somebody did something."""
    for name in ("accounts", "listings", "matching"):
        for model in apps.get_app_config(name).get_models():
            fields = {field.name: field for field in model._meta.fields}  # noqa: SLF001 - public
            told = {"pgh_created_at"} if "pgh_obj" in fields else fields.keys() - NOT_TOLD
            if model.__name__.removesuffix("Event") not in OF_THE_MACHINE:
                yield from (fields[one] for one in told if isinstance(fields[one], DateTimeField))


def texts():
    return list(Message.objects.order_by("pk").values_list("text", flat=True))


class TestMarket(TestCase):
    """Made once, looked at from all sides."""

    @classmethod
    def setUpTestData(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder))
        with override_settings(**QUICK):
            at = timezone.now()
            cls.made, cls.office = make(at), office_hours.Office.before(at)

    def test_the_history_tells_when_and_by_whom(self):
        for post in (
            ProcessingOrder.objects.filter(state=PostState.PUBLISHED).first(),
            CapacityOffer.objects.filter(state=PostState.PUBLISHED).first(),
        ):
            begun, *_, published = told = list(
                post.events.filter(version=1).select_related("pgh_context").order_by("pgh_id")
            )

            moments = [event.pgh_created_at for event in told]
            assert moments == sorted(moments)
            assert begun.pgh_created_at == post.created_at < post.submitted_at
            assert begun.pgh_context.metadata["user"] == post.created_by_id
            decided = next(event for event in told if event.state == PostState.PUBLISHED)
            assert decided.pgh_created_at == max(post.published_at, post.submitted_at)
            assert decided.pgh_context.metadata["user"] == post.decided_by_id
            assert published.pgh_created_at <= timezone.now()

    def test_everybody_works_in_office_hours(self):
        """Whenever the demonstration is made, here at whatever time it is."""
        outside = {
            f"{field} {moment:%c}"
            for field in moments()
            for moment in field.model.objects.values_list(field.name, flat=True)
            if moment not in {None, self.office.now} and not is_open(moment)
        }
        assert outside == set()

    def test_what_comes_first_stands_first(self):
        for post in (*ProcessingOrder.objects.all(), *CapacityOffer.objects.all()):
            known = (post.company.created_at, post.created_at, post.submitted_at, post.decided_at)
            moments = [moment for moment in known if moment]
            assert moments == sorted(set(moments))
        for match in Match.objects.exclude(proposed_at=self.office.now):
            answers = [row.answered_at for row in match.answers.order_by("answered_at")]
            words = [row.written_at for row in match.messages.order_by("pk")]
            began = max(match.order.published_at, match.offer.published_at)
            told = [began, match.proposed_at, *answers, *words]
            assert told == sorted(told)
            assert match.ended_at is None or match.ended_at >= told[-1]

    def test_demo_makes_what_it_counts_in_every_state(self):
        assert (self.made.companies, self.made.orders, self.made.offers) == (22, 16, 18)
        assert Company.objects.count() == 22
        assert ProcessingOrder.objects.count() == 16
        assert CapacityOffer.objects.count() == 18
        for model in (ProcessingOrder, CapacityOffer):
            assert set(model.objects.values_list("state", flat=True)) == set(PostState)
        assert set(Company.objects.values_list("status", flat=True)) == {
            CompanyStatus.PENDING, CompanyStatus.ACTIVE, CompanyStatus.SUSPENDED,
        }  # fmt: skip
        assert Company.objects.exclude(returned_at=None).exists()

    def test_demo_leaves_the_officers_something_to_decide(self):
        assert UsccDispute.objects.filter(status=DecisionStatus.OPEN).count() == 1
        assert CompanyClaim.objects.filter(status=DecisionStatus.OPEN).count() == 1
        assert Company.objects.waiting().filter(created_at__lt=timezone.now()).exists()
        ages = ProcessingOrder.objects.waiting().values_list("submitted_at", flat=True)
        assert ages
        assert all(age < timezone.now() for age in ages)

    def test_demo_shows_a_certificate_that_ends_soon_and_a_ledger_in_order(self):
        own = Company.objects.get(memberships__user__email="factory@example.com")
        soonest = min(own.certificates.values_list("expires_on", flat=True))
        assert soonest - timezone.localdate() < dt.timedelta(days=30)
        assert [reconciliation.reconcile(offer) for offer in CapacityOffer.objects.all()] == [
            []
        ] * 18

    def test_the_two_who_sign_in_have_a_few_mails_and_each_says_something(self):
        for email in ("brand@example.com", "factory@example.com"):
            user = User.objects.get(email=email)
            due = OutboxMessage.objects.filter(
                kind="mail", state="pending", next_at__lte=timezone.now(), subject__user=user.pk
            )
            told = Notification.objects.filter(pk__in=[row.subject["notification"] for row in due])
            assert 1 <= len(told) <= 3
            assert all(kinds.get(row.kind).write(user, [row]) for row in told)

    def test_demo_leaves_a_full_market_to_the_worker_and_no_flood_of_mail(self):
        waiting = OutboxMessage.objects.filter(state=OutboxState.PENDING)
        assert waiting.filter(kind="listings.post_changed").exists()
        readers = waiting.filter(kind="mail").values_list("subject__user", flat=True)
        people = User.objects.filter(pk__in=list(readers)).values_list("email", flat=True)
        assert set(people) == {"brand@example.com", "factory@example.com"}

    def test_demo_answers_matches_in_every_way(self):
        """A small market has fewer matches than stories: those that come first are played."""
        answered = Match.objects.filter(answers__isnull=False).distinct()
        assert answered.count() == self.made.answered >= 5
        assert set(answered.values_list("state", flat=True)) >= {
            MatchState.INTERESTED, MatchState.MUTUAL, MatchState.DECLINED,
        }  # fmt: skip
        assert all(match.mutual_at for match in Match.objects.filter(messages__isnull=False))
        assert [text for text in texts() if text.endswith("（示例对话）")]
        file = MessageFile.objects.first()
        with file.file.open() as stored:
            assert (file.content_type, stored.read(4)) == ("image/png", b"\x89PNG")

    def test_demo_lets_each_sign_in_see_what_was_said(self):
        for email in ("brand@example.com", "factory@example.com"):
            counts = conversations.counts_of_company(
                Company.objects.get(memberships__user__email=email)
            )
            assert counts["conversation"]
            assert counts["to_answer"]

    def test_no_real_firm_has_a_post_and_no_company_a_real_code(self):
        names = set(Company.objects.values_list("name_zh", flat=True))
        assert not names & {factory.name for factory in read_factories()}
        assert all(name.startswith("示例·") for name in names)
        codes = Company.objects.exclude(uscc=None).values_list("uscc", flat=True)
        assert set(codes) == {"91000000EXAMPLE01X"}

    @override_settings(DEVELOPMENT=True)
    def test_totp_prints_the_code_that_the_sign_in_accepts(self):
        for email in ("officer@example.com", "admin@example.com"):
            printed = io.StringIO()
            call_command("totp", email, stdout=printed)
            assert validate_totp_code(SECRET, printed.getvalue()[:6])

    @override_settings(**QUICK)
    def test_demo_is_the_same_market_twice(self):
        """Titles, figures and states depend on the day alone."""

        def figures():
            orders = ProcessingOrder.objects.order_by("pk")
            offers = CapacityOffer.objects.order_by("pk")
            said = Answer.objects.order_by("match__order", "match__offer", "side", "kind")
            return [
                *orders.values_list("title", "pairs", "state", "due_week"),
                *offers.values_list("title", "published", "state"),
                *said.values_list("match__order__title", "side", "kind", "reason", "note"),
                *texts(),
            ]

        seen, profile = figures(), ScoringProfile.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute(
                "truncate accounts_user, accounts_company, accounts_companygroup cascade"
            )
        profile.save(force_insert=True)  # it went with the people, of whom one might have made it
        make()
        assert figures() == seen


def test_demo_refuses_a_database_with_people(officer):
    with pytest.raises(services.AlreadyFilled):
        make()
    assert User.objects.count() == 1
    assert not Company.objects.exists()


@pytest.mark.parametrize("command", ["demo", "totp"])
def test_commands_refuse_a_site_in_production(db, settings, command):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="DEVELOPMENT is off"):
        call_command(command)
    assert not User.objects.exists()


def test_the_sign_ins_stand_in_a_file_that_only_we_may_read(settings, tmp_path):
    settings.DEV_MAIL_DIR = tmp_path / "mail"
    demo.write_accounts("shoe-and-sole-17", SECRET)
    path = tmp_path / "demo-accounts.txt"
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "shoe-and-sole-17" in text
    assert all(sign_in.email in text for sign_in in services.SIGN_INS)
