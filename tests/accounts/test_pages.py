"""Pages of a person and of their company: registering, who opens what, and what nobody finds."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import (
    Block,
    Certificate,
    Certification,
    Company,
    CompanyDocument,
    CompanyToken,
    Contact,
    Membership,
)
from accounts.services import invitations, review, tokens
from tests.factories import MembershipFactory, UserFactory, listed_company

CONTACT = {"contact_person": "Lin", "contact": "13800001111"}
NEW = {"kind": "brand", "country": "CN", **CONTACT}
OWN = ["company", "certificates", "contacts", "members", "blocks", "tokens", "edit", "leave"]


def url(name):
    return "/company/" if name == "company" else f"/company/{name}/"


@pytest.mark.parametrize("name", OWN)
def test_own_pages_ask_for_sign_in(client, db, name):
    assert client.get(url(name))["Location"] == f"/account/login/?next={url(name)}"


@pytest.mark.parametrize("name", OWN)
def test_own_pages_lead_to_registering_without_a_company(client, newcomer, name):
    client.force_login(newcomer)

    assert client.get(url(name))["Location"] == "/company/register/"


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(("who", "hidden"), [("brand", set()), ("member", {"tokens", "edit"})])
def test_own_pages_open_for_members(request, client, brand_company, name, who, hidden):
    client.force_login(request.getfixturevalue(who))

    assert client.get(url(name)).status_code == (403 if name in hidden else 200)


@pytest.mark.parametrize("path", ["/profile/", "/company/register/", "/company/claim/"])
def test_persons_pages_open(client, newcomer, path):
    client.force_login(newcomer)

    assert client.get(path).status_code == 200


# session, user, memberships, unread, and what the page shows
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("certificates", 6), ("contacts", 5), ("members", 6), ("blocks", 8), ("tokens", 5)],
)
def test_lists_cost_the_same_for_one_and_three_rows(
    client, brand, brand_company, django_assert_num_queries, rows, name, queries
):
    certifications = list(Certification.objects.order_by("pk")[:rows])
    for number in range(rows):
        Certificate.objects.create(
            company=brand_company, certification=certifications[number], expires_on="2099-01-01"
        )
        Contact.objects.create(company=brand_company, person="Li", kind="phone", value=str(number))
        Block.objects.create(company=brand_company, uscc=f"91350300683079378{number}")
        CompanyToken.objects.create(
            user=brand, company=brand_company, name=f"T{number}", scopes=["read"]
        )
        MembershipFactory(company=brand_company, role="member")
    client.force_login(brand)

    with django_assert_num_queries(queries):
        answer = client.get(url(name))

    assert answer.status_code == 200


def test_registering_shows_the_main_fields_first_and_keeps_what_was_typed(client, newcomer):
    client.force_login(newcomer)
    facts = {**NEW, "name_zh": "晋江示例鞋业", "uscc": "12345", "address": "Road 1"}

    answer = client.post("/company/register/", facts)

    page = answer.content.decode()
    names = re.findall(r'name="(\w+)"', page[page.index("novalidate") :])
    main = ["name_zh", "kind", "country", "uscc", "licence", "cluster", "contact_person", "contact"]
    assert list(dict.fromkeys(names))[1:9] == main
    assert all(text in page for text in ("晋江示例鞋业", "12345", "Road 1", "A USCC has 18 digits"))
    assert Company.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "first"),
    [("factory", "/offers/new/"), ("brand", "/orders/new/"), ("both", "/orders/new/")],
)
def test_registering_leads_to_the_first_post(client, newcomer, kind, first):
    client.force_login(newcomer)

    answer = client.post(
        "/company/register/", {**NEW, "name_zh": "晋江示例鞋业", "kind": kind}, follow=True
    )

    assert answer.redirect_chain[-1][0] == first
    page = answer.content.decode()
    assert "Now your first post" in page
    assert "Submit for approval" in page
    contact = Contact.objects.get(company__name_zh="晋江示例鞋业")
    assert (contact.person, contact.kind, contact.value) == ("Lin", "phone", "13800001111")


def test_a_company_abroad_registers_by_its_own_name_and_number(client, newcomer):
    client.force_login(newcomer)
    facts = {**NEW, "name_zh": "Walk Footwear GmbH", "country": "DE", "uscc": "HRB 12345 B"}

    client.post("/company/register/", facts)

    own = Company.objects.get(name_zh="Walk Footwear GmbH")
    assert (own.country, own.uscc, own.registration_number) == ("DE", None, "HRB 12345 B")
    page = client.get("/company/").content.decode()
    assert "HRB 12345 B" in page
    assert "Germany" in page


@pytest.mark.parametrize("value", ["", "call me", "12345", "@", "1234567890123456789012"])
def test_registering_needs_a_contact_that_reaches_somebody(client, newcomer, value):
    client.force_login(newcomer)

    answer = client.post("/company/register/", {**NEW, "name_zh": "x", "contact": value})

    assert answer.context["form"].errors.keys() == {"contact"}
    assert Company.objects.count() == 0


def test_registering_a_listed_company_points_to_the_claim(client, newcomer):
    listed_company(uscc="91350300683079378B")
    client.force_login(newcomer)

    answer = client.post(
        "/company/register/", {**NEW, "name_zh": "某鞋业", "uscc": "91350300683079378b"}
    )

    assert 'href="/company/claim/"' in answer.content.decode()
    assert Membership.objects.count() == 0


def test_registering_a_taken_uscc_looks_like_any_other(client, newcomer, factory, factory_company):
    """Whoever types a stranger's USCC learns nothing of the stranger."""
    Company.objects.filter(pk=factory_company.pk).update(uscc="91350300683079378B")
    pages = []
    for code in ("91350300683079378B", "913503006784860167"):
        client.force_login(newcomer)
        facts = {**NEW, "name_zh": "某鞋业", "uscc": code}
        client.post("/company/register/", facts)
        page = client.get("/company/").content.decode()
        page = page.replace(code, "CODE")
        newest = Company.objects.latest("pk")
        pages.append(
            re.sub(r'value="[\w-]{30,}"|X-CSRFToken": "\w+', "", page.replace(str(newest.code), ""))
        )
        Membership.objects.all().delete()

    assert pages[0] == pages[1]
    assert "CODE" in pages[0]


def test_a_returned_company_is_corrected_and_sent_again(
    client, brand, pending_company, officer, now
):
    review.return_company(company=pending_company, reason="Name?", by=officer, at=now)
    client.force_login(brand)
    assert "Name?" in client.get("/company/").content.decode()

    client.post("/company/edit/", {**NEW, "name_zh": "莆田新名鞋业", "submit": "1"})

    pending_company.refresh_from_db()
    assert (pending_company.name_zh, pending_company.returned_at) == ("莆田新名鞋业", None)


def test_a_returned_company_can_be_saved_without_sending(
    client, brand, pending_company, officer, now
):
    review.return_company(company=pending_company, reason="Name?", by=officer, at=now)
    client.force_login(brand)

    client.post("/company/edit/", {**NEW, "name_zh": "莆田新名鞋业"})
    pending_company.refresh_from_db()
    assert pending_company.returned_at is not None

    client.post("/company/submit/")
    pending_company.refresh_from_db()
    assert pending_company.returned_at is None


def test_an_active_company_cannot_rename_itself(client, brand, brand_company):
    client.force_login(brand)
    before = brand_company.name_zh

    client.post("/company/edit/", {**NEW, "name_zh": "别的", "kind": "both", "address": "Road 2"})

    brand_company.refresh_from_db()
    assert (brand_company.name_zh, brand_company.kind, brand_company.address) == (
        before,
        "brand",
        "Road 2",
    )


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("/company/certificates/", {}),
        ("/company/contacts/", {"person": "Li", "kind": "phone", "value": "138"}),
        ("/company/members/", {"email": "x@example.com", "role": "member"}),
        ("/company/blocks/", {"partner": "91350300683079378B"}),
        ("/company/tokens/", {"name": "ERP", "scope": "read", "days": "30"}),
        ("/company/edit/", {"name_zh": "x", "kind": "brand"}),
        ("/company/submit/", {}),
    ],
)
def test_members_change_nothing(client, member, brand_company, path, facts):
    client.force_login(member)

    assert client.post(path, facts).status_code == 403
    assert (Contact.objects.count(), Block.objects.count(), CompanyToken.objects.count()) == (
        0,
        0,
        0,
    )


def test_contacts_and_blocks_are_entered_and_removed(client, brand, brand_company):
    client.force_login(brand)
    client.post("/company/contacts/", {"person": "Li", "kind": "phone", "value": "0594-2345678"})
    client.post("/company/blocks/", {"partner": "91350300683079378B"})
    contact, block = Contact.objects.get(), Block.objects.get()

    client.post(f"/company/contacts/{contact.code}/remove/")
    client.post(f"/company/blocks/{block.code}/remove/")

    assert (Contact.objects.count(), Block.objects.standing().count()) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "?"),
        ("phone", "138"),
        ("phone", "2345678 Li"),
        ("phone", "+86 138 0000 0000 0000 0000 00"),
        ("phone", "转 801"),
        ("email", "li at example"),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused(client, brand, brand_company, kind, value):
    client.force_login(brand)

    answer = client.post("/company/contacts/", {"person": "", "kind": kind, "value": value})

    assert set(answer.context["form"].errors) == {"person", "value"}
    assert (answer.context["form"]["value"].value(), Contact.objects.count()) == (value, 0)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "13800138000"),
        ("phone", "+86 138-0013-8000"),
        ("phone", "（0594）2345678 转 801"),
        ("phone", "400.800.1234 ext. 5"),
        ("email", "li@example.com"),
        ("wechat", "putian_li"),
    ],
)
def test_a_contact_is_taken_as_people_write_it(client, brand, brand_company, kind, value):
    client.force_login(brand)

    client.post("/company/contacts/", {"person": "Li", "kind": kind, "value": value})

    assert Contact.objects.get().value == value.replace("（", "(").replace("）", ")")


def test_a_strangers_rows_are_not_found(client, brand, stranger, stranger_company, now):
    contact = Contact.objects.create(
        company=stranger_company, person="Li", kind="phone", value="138"
    )
    block = Block.objects.create(company=stranger_company, uscc="91350300683079378B")
    token, _ = tokens.issue_token(
        company=stranger_company, name="ERP", scopes=["read"], by=stranger
    )
    invitation = invitations.invite_member(
        company=stranger_company, email="x@example.com", role="member", by=stranger, at=now
    )
    client.force_login(brand)

    for path in (
        f"/company/contacts/{contact.code}/remove/",
        f"/company/blocks/{block.code}/remove/",
        f"/company/tokens/{token.code}/revoke/",
        f"/company/invitations/{invitation.code}/withdraw/",
        f"/company/invitations/{invitation.code}/resend/",
        f"/company/members/{stranger.code}/role/",
        f"/company/members/{stranger.code}/remove/",
    ):
        assert client.post(path, {"role": "member"}).status_code == 404

    assert (Contact.objects.count(), Block.objects.count(), CompanyToken.objects.count()) == (
        1,
        1,
        1,
    )


def test_a_token_is_shown_once(client, brand, brand_company):
    client.force_login(brand)

    page = client.post("/company/tokens/", {"name": "ERP", "scope": "write", "days": "30"})

    secret = re.search(r'class="secret-value">(\w+)<', page.content.decode())[1]
    assert len(secret) > 40
    assert secret not in client.get("/company/tokens/").content.decode()
    assert "no-store" in page["Cache-Control"]
    token = CompanyToken.objects.get()
    assert (token.scopes, token.user) == (["write"], brand)

    client.post(f"/company/tokens/{token.code}/revoke/")
    assert CompanyToken.objects.count() == 0


def test_members_are_managed(client, brand, member, brand_company):
    client.force_login(brand)
    client.post(f"/company/members/{member.code}/role/", {"role": "owner"})
    assert member.role_in(brand_company.pk) == "owner"

    assert client.get(f"/company/members/{member.code}/remove/").status_code == 200
    client.post(f"/company/members/{member.code}/remove/")
    assert member.role_in(brand_company.pk) == ""

    answer = client.post("/company/leave/", follow=True)
    assert "A company keeps at least one owner" in answer.content.decode()
    assert brand.role_in(brand_company.pk) == "owner"


def test_a_member_leaves(client, member, brand_company):
    client.force_login(member)

    assert client.post("/company/leave/")["Location"] == "/dashboard/"
    assert member.role_in(brand_company.pk) == ""


def test_pages_of_a_suspended_company_say_why(client, brand, brand_company, officer, now):
    review.suspend_company(company=brand_company, reason="Wrong figures", by=officer, at=now)
    brand.refresh_from_db()
    client.force_login(brand)

    assert "Wrong figures" in client.get("/company/").content.decode()
    assert client.post("/company/blocks/", {"partner": "91350300683079378B"}).status_code == 403


def test_names_are_escaped(client, newcomer):
    client.force_login(newcomer)
    client.post("/company/register/", {**NEW, "name_zh": "<script>alert(1)</script>"})

    page = client.get("/company/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", OWN)
def test_pages_render_in_both_languages(client, brand_company, name, language):
    user = UserFactory(language=language)
    MembershipFactory(user=user, company=brand_company)
    client.force_login(user)

    assert client.get(url(name)).status_code == 200


def test_a_licence_is_read_by_the_companys_people_and_officers_alone(
    client, newcomer, stranger, officer, settings
):
    settings.OFFICERS_NEED_TOTP = False
    client.force_login(newcomer)
    picture = SimpleUploadedFile("licence.pdf", b"%PDF-1.4 licence", "application/pdf")
    client.post("/company/register/", {**NEW, "name_zh": "某鞋业", "licence": picture})
    document = CompanyDocument.objects.get()
    path = f"/company/documents/{document.code}/"
    assert path in client.get("/company/").content.decode()

    for user, status in ((newcomer, 200), (officer, 200), (stranger, 404)):
        client.force_login(user)
        answer = client.get(path)
        assert answer.status_code == status
        if answer.streaming:
            # Read to its end, where the client closes the file; closing the answer itself would
            # end a request, and with it the test's connection.
            assert b"".join(answer.streaming_content) == b"%PDF-1.4 licence"
