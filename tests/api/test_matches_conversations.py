"""Names, conversations and contacts through the API, and what closes again."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Contact, ContactDisclosure
from accounts.services import partners
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Match, Message, MessageFile
from matchmaking.matching.services import answers, endings, messages
from tests.api.matches_support import URL, YES, problem, url
from tests.api.test_orders import post


def send(client, match, text="", files=(), key=None):
    """Send a message as a form."""
    return client.post(
        url(match, "messages/"),
        {"text": text, "files": list(files)},
        headers={"idempotency-key": key or str(uuid4())},
    )


def picture(name="shoe.png"):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


# --- names ------------------------------------------------------------------------------


def test_names_open_when_both_are_interested_and_close_again(
    brand_api, factory_api, match, mutual, factory
):
    shown = brand_api.get(url(match)).json()["partner_offer"]
    assert shown["company"]["name"] == mutual.offer.company.name_zh
    assert shown["title"] == "Secret line title"
    assert factory_api.get(url(match)).json()["partner_order"]["notes"] == "Call Ms Li"

    post(factory_api, url(match, "end/"), {"note": "Never again"})

    seen = brand_api.get(url(match))
    assert seen.json()["end_cause"] == EndCause.PARTNER
    names = (mutual.offer.company.name_zh, "Factory Co.", str(factory))
    for private in (*names, "Secret line title", "Never again"):
        assert private not in seen.content.decode()


def test_contacts_open_with_consent_and_each_look_is_recorded_once(
    brand_api, match, factory_company, brand, factory
):
    Contact.objects.create(
        company=factory_company, person="Mr Chen", kind="phone", value="13900000000"
    )
    early = brand_api.get(url(match, "contacts/"))
    for side, by in (("order", brand), ("offer", factory)):
        answers.answer_match(match=match, side=side, kind="interested", by=by, at=timezone.now())
    shown = brand_api.get(url(match, "contacts/")).json()
    brand_api.get(url(match, "contacts/"))

    assert problem(early) == (409, "not_mutual")
    assert shown["name_en"] == "Factory Co."
    assert shown["contacts"] == [{"person": "Mr Chen", "kind": "phone", "value": "13900000000"}]
    assert [look.user for look in ContactDisclosure.objects.all()] == [brand]


def test_contacts_close_when_the_conversation_ends(brand_api, factory_api, mutual):
    post(factory_api, url(mutual, "end/"))

    assert problem(brand_api.get(url(mutual, "contacts/"))) == (409, "ended")
    assert ContactDisclosure.objects.count() == 0


def test_a_blocked_partner_is_gone_at_once(brand_api, mutual, factory, brand_company):
    partners.block_partner(
        company=mutual.offer.company, partner=str(brand_company.code), by=factory,
    )  # fmt: skip

    for name in ("", "messages/", "contacts/"):
        assert brand_api.get(url(mutual, name)).status_code == 404
    assert post(brand_api, url(mutual, "messages/"), {"text": "Hello?"}).status_code == 404
    assert Message.objects.count() == 0


# --- the conversation -------------------------------------------------------------------


def test_messages_are_written_and_read_on_both_sides(brand_api, factory_api, mutual, brand):
    sent = post(brand_api, url(mutual, "messages/"), {"text": " When can you start? "})
    post(factory_api, url(mutual, "messages/"), {"text": "In week 5."})

    rows = factory_api.get(url(mutual, "messages/")).json()["results"]
    assert sent.status_code == 201
    assert [(row["is_mine"], row["text"]) for row in rows] == [
        (True, "In week 5."),
        (False, "When can you start?"),
    ]
    assert rows[1]["author"] == str(brand)


def test_a_message_carries_files_by_the_rules_of_uploads(brand_api, factory_api, mutual):
    sent = send(brand_api, mutual, "See the last", [picture(), picture("side.png")])

    assert sent.status_code == 201
    (row,) = factory_api.get(url(mutual, "messages/")).json()["results"]
    assert [file["name"] for file in row["files"]] == ["shoe.png", "side.png"]
    answer = factory_api.get(row["files"][0]["url"])
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="shoe.png"'
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert row["files"][0]["content_type"] == "image/png"


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([SimpleUploadedFile("a.svg", b"<svg/>", "image/svg+xml")], 400),
        ([SimpleUploadedFile("a.png", b"no picture", "image/png")], 400),
        ([SimpleUploadedFile("a.pdf", b"%PDF-", "application/pdf")] * 6, 400),
        ([], 422),
    ],
)
def test_what_is_no_message_is_refused(brand_api, mutual, files, status):
    answer = send(brand_api, mutual, "", files)

    assert answer.status_code == status
    assert (Message.objects.count(), MessageFile.objects.count()) == (0, 0)


def test_a_repeated_form_is_one_message_whatever_divides_its_fields(brand_api, mutual):
    first = send(brand_api, mutual, "Once", [picture()], key="one")
    again = send(brand_api, mutual, "Once", [picture()], key="one")
    other = send(brand_api, mutual, "Once", [picture("other.png")], key="one")

    assert again.json() == first.json()
    assert other.status_code == 422
    assert Message.objects.count() == 1


def test_files_of_others_do_not_exist(brand_api, api_for, stranger, stranger_company, mutual):
    file = send(brand_api, mutual, "", [picture()]).json()["files"][0]

    assert api_for(stranger, stranger_company).get(file["url"]).status_code == 404
    assert brand_api.get(url(mutual, f"files/{uuid4()}/")).status_code == 404


def test_nobody_writes_before_both_are_interested_or_after_the_end(
    brand_api, factory_api, match, brand, factory
):
    early = post(brand_api, url(match, "messages/"), {"text": "Hello"})
    unread = brand_api.get(url(match, "messages/"))
    for side, by in (("order", brand), ("offer", factory)):
        answers.answer_match(match=match, side=side, kind="interested", by=by, at=timezone.now())
    post(brand_api, url(match, "messages/"), {"text": "Hello"})
    post(brand_api, url(match, "end/"))
    late = post(factory_api, url(match, "messages/"), {"text": "Wait"})

    assert problem(early) == problem(unread) == (409, "not_mutual")
    assert problem(late) == (409, "ended")
    (kept,) = factory_api.get(url(match, "messages/")).json()["results"]
    assert (kept["text"], kept["author"]) == ("Hello", "")


def test_messages_come_in_pages(brand_api, mutual, brand):
    for number in range(3):
        messages.write_message(
            match=mutual, side="order", text=f"Number {number}", by=brand, at=timezone.now()
        )

    first = brand_api.get(url(mutual, "messages/?page_size=2")).json()
    second = brand_api.get(first["next"]).json()

    assert [row["text"] for row in first["results"]] == ["Number 2", "Number 1"]
    assert [row["text"] for row in second["results"]] == ["Number 0"]
    assert Match.objects.get().messages.count() == 3


# --- what closes again ------------------------------------------------------------------


def test_reasons_close_with_the_figures_when_it_is_over(brand_api, factory_api, match):
    asked = brand_api.get(url(match)).json()
    assert any("60,000" in row["sentence"] for row in asked["factors"])

    post(factory_api, url(match, "answer/"), {"kind": "declined", "reason": "price"})

    assert brand_api.get(url(match)).json()["factors"] == []


def test_nobody_learns_from_an_ended_match_that_somebody_blocked(
    brand_api, factory_api, match, brand, brand_company, factory_company
):
    post(factory_api, url(match, "answer/"), YES)
    post(brand_api, url(match, "answer/"), YES)
    block = partners.block_partner(
        company=brand_company, partner=str(factory_company.code), by=brand
    )
    endings.follow_companies(companies=[brand_company.pk], at=timezone.now())
    match.refresh_from_db()
    assert match.end_cause == EndCause.BLOCKED
    partners.unblock_partner(block=block)

    assert "blocked" not in factory_api.get(URL).content.decode()
    assert factory_api.get(url(match)).status_code == 404


def test_an_author_without_a_name_is_not_shown_by_address(brand_api, factory_api, mutual, brand):
    brand.name = ""
    brand.save(update_fields=["name"])
    send(brand_api, mutual, "Hello")

    (row,) = factory_api.get(url(mutual, "messages/")).json()["results"]

    assert (row["text"], row["author"]) == ("Hello", "")
