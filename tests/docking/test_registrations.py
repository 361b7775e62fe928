"""A company registers with people and posts, officers decide, guests are invited by a sheet."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.choices import CompanyKind
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.sheets import Sheet, write_xlsx
from matchmaking.docking import emails, queries
from matchmaking.docking.models import Attendee, Registration
from matchmaking.docking.services import events, guests, registrations
from matchmaking.docking.services.base import WrongPhase
from matchmaking.docking.services.registrations import Person, Terms
from matchmaking.docking.states import EventPhase, RegistrationState
from matchmaking.notifications.kinds import InboxRow
from matchmaking.notifications.models import Notification
from tests.docking.conftest import open_to
from tests.factories import CompanyFactory, OfferFactory, OrderFactory

TWO = (Person(name="林小满", job_title="跟单"), Person(name="陈知秋", shares=True))


@pytest.fixture
def open_event(event, officer, at):
    return open_to(event, officer, at, EventPhase.REGISTRATION)


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company)


def register(event, company, by, at, **more):
    terms = Terms(**{"role": "brand", "people": TWO, **more})
    return registrations.register(event=event, company=company, terms=terms, by=by, at=at)


def agendas(registration):
    rows = queries.attendees_of(registration)
    return [(person.name, person.agenda.number) for person in rows]


def test_company_registers_with_people_who_share_an_agenda(
    open_event, brand, brand_company, order, at
):
    found = register(open_event, brand_company, brand, at, orders=[order])

    assert (found.state, list(found.orders.all())) == (RegistrationState.APPLIED, [order])
    assert agendas(found) == [("林小满", 1), ("陈知秋", 1)]


def test_people_who_stay_keep_their_badge_and_who_leaves_is_gone(
    open_event, brand, brand_company, at
):
    found = register(open_event, brand_company, brand, at)
    code = Attendee.objects.get(name="林小满").code
    register(
        open_event,
        brand_company,
        brand,
        at,
        people=[Person(name="许望舒"), Person(name="林小满")],
    )

    assert agendas(found) == [("许望舒", 1), ("林小满", 2)]
    assert Attendee.objects.get(name="林小满").code == code
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("people", {"people": []}),
        ("people", {"people": [Person(name="A")] * 9}),
        ("role", {"role": "guest"}),
        ("fewest_meetings", {"fewest_meetings": 5, "most_meetings": 4}),
        ("most_meetings", {"most_meetings": 0}),
    ],
)
def test_terms_that_no_day_can_hold_name_their_field(field, wrong):
    with pytest.raises(InvalidInput) as refused:
        Terms(**{"role": "brand", "people": TWO, **wrong})

    assert refused.value.field == field


def test_nobody_brings_posts_of_another_company(
    open_event, brand, brand_company, factory_company, at
):
    with pytest.raises(InvalidInput, match="own company"):
        register(
            open_event, brand_company, brand, at, offers=[OfferFactory(company=factory_company)]
        )

    assert not Registration.objects.exists()


def test_strangers_do_not_register_a_company_and_nobody_before_it_opens(
    event, brand, stranger, brand_company, officer, at
):
    with pytest.raises(WrongPhase, match="Being prepared"):
        register(event, brand_company, brand, at)
    open_to(event, officer, at, EventPhase.REGISTRATION)
    for by in (stranger, officer):
        with pytest.raises(NotAllowed):
            register(event, brand_company, by, at)

    assert not Registration.objects.exists()


def test_officer_lets_in_and_the_company_hears_of_it(open_event, brand, brand_company, officer, at):
    found = register(open_event, brand_company, brand, at)
    with pytest.raises(NotAllowed):
        registrations.approve(registration=found, by=brand, at=at)
    registrations.approve(registration=found, by=officer, at=at)

    found.refresh_from_db()
    rows = list(Notification.objects.filter(recipient=brand, kind="docking_registration"))
    mail = emails.write_decision(brand, rows)
    line = f"{brand_company.name} takes part in {open_event.name}"
    assert (found.state, found.decided_by) == (RegistrationState.APPROVED, officer)
    assert mail.subject == line
    assert "Putian Convention Centre" in mail.blocks[1].plain
    assert [
        str(one.title) for one in emails.headlines_of_decisions([InboxRow(row) for row in rows])
    ] == [line]


def test_declined_company_reads_why_and_registers_no_more(
    open_event, brand, brand_company, officer, at
):
    found = register(open_event, brand_company, brand, at)
    registrations.decline(registration=found, reason="The hall is full", by=officer, at=at)

    rows = list(Notification.objects.filter(recipient=brand, kind="docking_registration"))
    said = [block.plain for block in emails.write_decision(brand, rows).blocks]
    assert any("The hall is full" in text for text in said)
    with pytest.raises(Conflict, match="declined"):
        register(open_event, brand_company, brand, at)


def test_company_takes_its_registration_back_and_may_come_again(
    open_event, brand, brand_company, stranger, at
):
    found = register(open_event, brand_company, brand, at)
    with pytest.raises(NotAllowed):
        registrations.withdraw(registration=found, by=stranger, at=at)
    registrations.withdraw(registration=found, by=brand, at=at)
    found.refresh_from_db()
    assert found.state == RegistrationState.WITHDRAWN

    assert register(open_event, brand_company, brand, at).state == RegistrationState.APPLIED


class TestGuests:
    def sheet(self, *rows):
        return write_xlsx(Sheet("名单", ("企业名称", "统一社会信用代码", "姓名", "职务"), rows))

    def test_known_companies_are_invited_and_nobody_takes_part_by_a_list(
        self, open_event, officer, brand, brand_company, at
    ):
        desk = CompanyFactory(kind=CompanyKind.INSTITUTE, name_zh="示例检测中心")
        content = self.sheet(
            (brand_company.name_zh, "", "林小满", "跟单"),
            (brand_company.name_zh, "", "陈知秋", ""),
            (desk.name_zh, "", "周工", "主任"),
            ("没有这家", "", "某人", ""),
        )

        lines = guests.import_guests(event=open_event, content=content, by=officer, at=at)

        assert [(line.company, line.people, bool(line.problem)) for line in lines] == [
            (brand_company.name, 2, False),
            (desk.name, 1, False),
            ("没有这家", 1, True),
        ]
        states = set(open_event.registrations.values_list("state", flat=True))
        assert states == {RegistrationState.INVITED}
        # What officers entered is not shown to the company before it has said anything.
        assert not Registration.objects.visible_to(brand).exists()

    def test_list_that_comes_twice_invites_once(self, open_event, officer, brand_company, at):
        content = self.sheet((brand_company.name_zh, "", "林小满", ""))
        guests.import_guests(event=open_event, content=content, by=officer, at=at)

        (line,) = guests.import_guests(event=open_event, content=content, by=officer, at=at)

        assert line.problem == "The company is registered already."
        assert open_event.registrations.count() == 1

    def test_sheet_without_names_says_what_it_needs(self, open_event, officer, at):
        with pytest.raises(InvalidInput, match="Company"):
            guests.import_guests(event=open_event, content=b"a,b\n1,2\n", by=officer, at=at)

    def test_invited_company_takes_part_once_it_has_said_yes(
        self, open_event, officer, brand, brand_company, at
    ):
        content = self.sheet((brand_company.name_zh, "", "林小满", ""))
        guests.import_guests(event=open_event, content=content, by=officer, at=at)
        row = Registration.objects.get()
        with pytest.raises(InvalidInput):
            registrations.vouch(registration=row, vouched_for=" ", by=officer, at=at)
        with pytest.raises(IntegrityError, match="who_said_yes"), transaction.atomic():
            Registration.objects.update(state=RegistrationState.APPROVED)
        registrations.vouch(registration=row, vouched_for="林小满，电话", by=officer, at=at)

        row.refresh_from_db()
        assert row.state == RegistrationState.APPROVED
        assert list(Registration.objects.visible_to(brand)) == [row]


class TestPages:
    @pytest.fixture
    def as_brand(self, client, brand):
        client.force_login(brand)
        client.cookies["django_language"] = "en"
        return client

    def address(self, name, event):
        return reverse(f"docking:{name}", args=[event.code])

    def sent(self, *names, **more):
        rows = {"people-TOTAL_FORMS": len(names), "people-INITIAL_FORMS": 0}
        for number, name in enumerate(names):
            rows[f"people-{number}-name"] = name
        return {"role": "brand", "fewest_meetings": 0, "most_meetings": 8, **rows, **more}

    def test_person_registers_the_company(self, as_brand, open_event, order, brand):
        form = as_brand.get(self.address("register", open_event)).content.decode()
        assert f'value="{brand.name}"' in form
        assert order.title in form

        answer = as_brand.post(
            self.address("register", open_event),
            self.sent("林小满", "", "陈知秋", orders=[order.pk], stands_by="on"),
        )

        found = Registration.objects.get()
        assert answer["Location"] == self.address("event-detail", open_event)
        assert agendas(found) == [("林小满", 1), ("陈知秋", 2)]
        assert (found.stands_by, list(found.orders.all())) == (True, [order])
        page = as_brand.get(answer["Location"]).content.decode()
        assert "Waits for the association" in page

    def test_form_without_a_person_keeps_what_was_typed(self, as_brand, open_event):
        refused = as_brand.post(
            self.address("register", open_event), self.sent("", note="Two interpreters")
        )

        assert refused.status_code == 422
        assert "no person, no meeting" in refused.content.decode()
        assert "Two interpreters" in refused.content.decode()

    def test_withdrawing_asks_first(self, as_brand, open_event, brand, brand_company, at):
        register(open_event, brand_company, brand, at)
        assert as_brand.get(self.address("withdraw", open_event)).status_code == 200
        as_brand.post(self.address("withdraw", open_event))

        assert Registration.objects.get().state == RegistrationState.WITHDRAWN

    def test_badges_are_the_officers(
        self, client, as_brand, open_event, brand, brand_company, officer, at
    ):
        found = register(open_event, brand_company, brand, at)
        registrations.approve(registration=found, by=officer, at=at)
        person = Attendee.objects.first()
        for name in ("badges", "guest-list"):
            assert as_brand.get(self.address(name, open_event)).status_code == 404
        badge = reverse("docking:badge", args=[person.code])
        assert as_brand.get(badge).status_code == 404
        client.force_login(officer)

        sheet = client.get(self.address("badges", open_event)).content.decode()

        assert sheet.count("<svg") >= 2
        assert "林小满" in sheet
        assert "林小满" in client.get(badge).content.decode()

    def test_officer_sends_a_guest_list(self, client, open_event, officer, brand_company):
        client.force_login(officer)
        client.cookies["django_language"] = "en"
        content = TestGuests().sheet((brand_company.name_zh, "", "林小满", ""))

        page = client.post(
            self.address("guest-list", open_event),
            {"file": SimpleUploadedFile("guests.xlsx", content)},
        ).content.decode()

        assert brand_company.name in page
        assert "Invited" in page

    def test_officer_decides_on_the_workbench(
        self, client, settings, open_event, brand, brand_company, officer, at
    ):
        settings.OFFICERS_NEED_TOTP = False
        found = register(open_event, brand_company, brand, at)
        client.force_login(officer)
        client.cookies["django_language"] = "en"
        page = client.get(reverse("admin:docking_registration_change", args=[found.pk]))
        assert "林小满" in page.content.decode()
        assert client.get(reverse("admin:docking_registration_export")).content[:2] == b"PK"
        client.post(reverse("admin:docking_registration_step", args=[found.pk, "approve"]))

        found.refresh_from_db()
        assert found.state == RegistrationState.APPROVED


def test_phases_are_named_where_nothing_can_be_registered_any_more(
    event, brand, brand_company, officer, at
):
    open_to(event, officer, at, EventPhase.REGISTRATION, EventPhase.PREFERENCES)
    with pytest.raises(WrongPhase):
        register(event, brand_company, brand, at)
    events.move_phase(event=event, target=EventPhase.PROVISIONAL, by=officer, at=at)

    assert not Registration.objects.exists()
