"""A person's own data: the copy, and erasure that leaves nothing of the person."""

import datetime as dt
import json

import pytest
from allauth.account.models import EmailAddress
from django.db import models
from django.urls import reverse
from django.utils import timezone, translation

from accounts.choices import Role
from accounts.models import Membership, User
from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.core.transitions import IllegalTransition
from matchmaking.listings.models import SavedSearch
from matchmaking.notifications.models import Notification, SentMail
from matchmaking.privacy import inventory, services
from matchmaking.privacy.models import ErasureRequest
from tests.admin.conftest import signed_in
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7, minutes=1)


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def at(db):
    return timezone.now()


@pytest.fixture
def member(brand_company, brand):
    """Somebody who owns nothing and left traces."""
    person = MembershipFactory(company=brand_company, role=Role.MEMBER).user
    person.name, person.email = "陈小明", "xiaoming@example.com"
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    SavedSearch.objects.create(user=person, name="Running shoes", side="offers")
    Notification.objects.create(recipient=person, kind="match_found", fact="x")
    SentMail.objects.create(
        message_id="m1", recipient_id=person.pk, kind="match_found", title="陈小明, a match"
    )
    return person


def test_every_table_about_one_person_has_been_thought_about():
    decided = {(table.model, table.link) for table in inventory.OWN} | inventory.OF_OTHERS
    cascading = {
        (model._meta.label, link)  # noqa: SLF001
        for model, link in inventory.links_to_people()
        if model._meta.get_field(link).remote_field.on_delete is models.CASCADE  # noqa: SLF001
    }
    # Of sign-in elsewhere the tables are there only where it is set up.
    assert {entry for entry in cascading if not entry[0].startswith("socialaccount.")} <= decided


def test_columns_of_the_copy_are_there(member):
    for table in inventory.OWN:
        inventory.own_rows(table, member)


def test_copy_holds_what_is_the_persons_own_and_no_secret(member, client):
    client.force_login(member)
    member.set_password("a long secret phrase")
    copy = services.copy_of(member, at=timezone.now())

    text = json.dumps(copy, default=str)
    assert copy["person"]["name"] == "陈小明"
    assert "xiaoming@example.com" in text
    assert copy["own"]["listings.SavedSearch"][0]["name"] == "Running shoes"
    assert copy["mails"][0]["title"] == "陈小明, a match"
    assert "pbkdf2" not in text
    assert "digest" not in text


def test_copy_holds_nothing_of_colleagues(member, brand):
    SavedSearch.objects.create(user=brand, name="Secret wish", side="offers")

    assert "Secret wish" not in json.dumps(services.copy_of(member, at=timezone.now()), default=str)


def test_page_shows_it_and_the_copy_needs_the_password_again(client, member):
    client.force_login(member)

    page = client.get(reverse("privacy:my-data")).content.decode()
    assert "Download the copy" in page
    answer = client.get(reverse("privacy:download"))
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url


def test_copy_comes_as_a_file_to_who_has_shown_the_password_again(client, member):
    member.set_password("a long secret phrase")
    member.save()
    client.force_login(member)
    client.post(reverse("account_reauthenticate"), {"password": "a long secret phrase"})

    answer = client.get(reverse("privacy:download"))

    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert json.loads(answer.content)["person"]["email"] == "xiaoming@example.com"


def test_person_asks_and_takes_it_back(client, member, at):
    client.force_login(member)
    assert "seven days" in client.get(reverse("privacy:erase")).content.decode()
    client.post(reverse("privacy:erase"))
    client.post(reverse("privacy:erase"))

    request = ErasureRequest.objects.get()
    assert "You will be erased on" in client.get(reverse("privacy:my-data")).content.decode()
    client.post(reverse("privacy:keep"))
    request.refresh_from_db()
    assert request.state == "erasure_taken_back"
    assert services.erase_due(at=at + WEEK) == 0
    assert User.objects.get(pk=member.pk).name == "陈小明"
    with pytest.raises(IllegalTransition):
        services.take_back(request=request, at=at)
    assert client.post(reverse("privacy:keep")).status_code == 404


def test_erased_person_leaves_no_trace_of_who_it_was(client, member, at):
    services.ask_erasure(by=member, at=at)
    client.force_login(member)

    assert services.erase_due(at=at + dt.timedelta(days=6)) == 0
    assert services.erase_due(at=at + WEEK) == 1

    person = User.objects.get(pk=member.pk)
    assert (person.name, person.email, person.is_active) == ("", None, False)
    assert not person.has_usable_password()
    assert not Membership.objects.filter(user=person).exists()
    for table in inventory.OWN:
        if table.erased:
            assert inventory.own_rows(table, person) == []
    assert not EmailAddress.objects.filter(email="xiaoming@example.com").exists()
    assert SentMail.objects.get().title == ""
    assert client.get(reverse("home:dashboard")).status_code == 302
    request = ErasureRequest.objects.get()
    assert (request.state, request.user) == ("erased", person)


def test_colleagues_keep_what_is_theirs(member, brand, brand_company, at):
    SavedSearch.objects.create(user=brand, name="Theirs", side="offers")
    services.ask_erasure(by=member, at=at)
    services.erase_due(at=at + WEEK)

    assert SavedSearch.objects.get().name == "Theirs"
    assert brand_company.memberships.get().user == brand


def test_last_owner_hands_the_company_over_first(client, brand, brand_company, at):
    with pytest.raises(Conflict, match="would have no owner"):
        services.ask_erasure(by=brand, at=at)
    client.force_login(brand)
    client.post(reverse("privacy:erase"))
    assert not ErasureRequest.objects.exists()

    MembershipFactory(company=brand_company, role=Role.OWNER)
    services.ask_erasure(by=brand, at=at)
    assert services.erase_due(at=at + WEEK) == 1


def test_what_stands_in_the_way_on_the_day_is_told_and_holds_up_nobody(
    brand, brand_company, member, at
):
    other = MembershipFactory(company=brand_company, role=Role.OWNER)
    services.ask_erasure(by=brand, at=at)
    services.ask_erasure(by=member, at=at)
    other.delete()

    assert services.erase_due(at=at + WEEK) == 1

    waiting = ErasureRequest.objects.open().get()
    assert waiting.user == brand
    assert waiting.hindrance


def test_nobody_is_erased_before_the_day(member, at):
    request = services.ask_erasure(by=member, at=at)
    with pytest.raises(Conflict):
        services.erase(request=request, at=at)
    assert User.objects.get(pk=member.pk).name


def test_officers_ask_an_administrator(officer, at):
    with pytest.raises(NotAllowed):
        services.ask_erasure(by=officer, at=at)


def test_officers_read_the_record(officer, member, at):
    services.ask_erasure(by=member, at=at)

    page = signed_in(officer).get(reverse("admin:privacy_erasurerequest_changelist"))

    assert page.status_code == 200
    assert "Asked for" in page.content.decode()


def test_others_see_no_request(brand, member, at):
    services.ask_erasure(by=member, at=at)

    assert not ErasureRequest.objects.visible_to(brand).exists()
    assert ErasureRequest.objects.visible_to(member).exists()
