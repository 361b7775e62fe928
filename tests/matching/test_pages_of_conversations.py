"""Pages on which two sides talk: messages, files, contacts, and the end."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Contact, ContactDisclosure
from matchmaking.matching.models import Match, Message, ThreadMark
from matchmaking.matching.services.messages import write_message
from matchmaking.matching.states import MatchState
from tests.matching.conftest import see, url

PDF = b"%PDF-1.4\n%%EOF"
NOTE = "Our line is full in spring"


def test_messages_carry_side_author_and_files(client, mutual, brand, factory):
    client.force_login(brand)
    response = client.post(
        url("messages", mutual),
        {"text": "Hello <b>", "uploads": [SimpleUploadedFile("last.pdf", PDF, "application/pdf")]},
    )
    assert response["Location"] == url("detail", mutual) + "#conversation-end"

    html = see(client, factory, mutual)
    assert "Hello &lt;b&gt;" in html
    assert brand.name in html
    file = Message.objects.get().files.get()
    response = client.get(url("file", mutual, file.code))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")


def test_files_are_for_the_two_sides(client, mutual, brand, stranger):
    client.force_login(brand)
    upload = SimpleUploadedFile("last.pdf", PDF, "application/pdf")
    client.post(url("messages", mutual), {"uploads": [upload]})
    file = Message.objects.get().files.get()
    client.force_login(stranger)

    assert client.get(url("file", mutual, file.code)).status_code == 404


def test_reading_leaves_a_mark_that_the_writer_sees(client, mutual, brand, factory):
    write_message(match=mutual, side="order", text="Hi", by=brand, at=timezone.now())
    assert "Read by the other side" not in see(client, brand, mutual)

    see(client, factory, mutual)

    assert "Read by the other side" in see(client, brand, mutual)
    assert ThreadMark.objects.filter(user=factory).exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": ""}, "Write something, or choose a file."),
        ({"text": "Look", "uploads": SimpleUploadedFile("a.exe", b"MZ", "application/x-dos")},
         "Send a PDF, JPEG, PNG or WebP file."),
        ({"text": "x" * 4001}, "at most 4000"),
    ],
)  # fmt: skip
def test_a_refused_message_keeps_its_text(client, mutual, brand, data, sentence):
    client.force_login(brand)

    response = client.post(url("messages", mutual), data)

    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert data["text"] in html
    assert not Message.objects.exists()


def test_a_fragment_brings_what_is_new_and_nothing_else(client, mutual, brand, factory):
    first = write_message(match=mutual, side="offer", text="First", by=factory, at=timezone.now())
    client.force_login(brand)
    query, htmx = {"after": str(first.code)}, {"HX-Request": "true"}
    assert client.get(url("messages", mutual), query, headers=htmx).status_code == 204

    write_message(match=mutual, side="offer", text="Second", by=factory, at=timezone.now())

    html = client.get(url("messages", mutual), query, headers=htmx).content.decode()
    assert "Second" in html
    assert "First" not in html
    assert 'hx-swap-oob="true"' in html


def test_an_error_in_a_fragment_leaves_the_form_alone(client, mutual, brand):
    client.force_login(brand)

    response = client.post(url("messages", mutual), {"text": ""}, headers={"HX-Request": "true"})

    assert response["HX-Retarget"] == "#compose-errors"
    assert "Write something" in response.content.decode()


def test_there_is_no_conversation_before_both_said_yes(client, match, say, brand):
    say("order")
    client.force_login(brand)

    for name in ("messages", "contacts"):
        assert client.get(url(name, match)).status_code == 404
    assert client.post(url("messages", match), {"text": "Hi"}).status_code == 404


def test_contacts_open_by_one_tap_and_are_recorded_once(client, mutual, brand, factory_company):
    Contact.objects.create(company=factory_company, person="Wu", kind="phone", value="138 0000 1")
    Contact.objects.create(company=factory_company, person="Xu", kind="email", value="x@y.cn")
    assert "138 0000 1" not in see(client, brand, mutual)
    assert not ContactDisclosure.objects.exists()

    for _ in range(2):
        html = client.get(url("contacts", mutual)).content.decode()

    assert 'href="tel:13800001"' in html
    assert 'href="mailto:x@y.cn"' in html
    assert ContactDisclosure.objects.count() == 1


def test_ending_asks_first_and_closes_contacts(client, mutual, brand, factory):
    client.force_login(brand)
    assert "End the conversation?" in client.get(url("end", mutual)).content.decode()
    assert Match.objects.get().state == MatchState.MUTUAL

    client.post(url("end", mutual), {"note": NOTE})

    mutual.refresh_from_db()
    assert (mutual.state, mutual.end_note) == (MatchState.ENDED, NOTE)
    html = see(client, factory, mutual)
    assert "The conversation was ended on" in html
    assert NOTE not in html
    assert client.get(url("contacts", mutual)).status_code == 404


@pytest.mark.parametrize("messages", [1, 4])
def test_a_conversation_takes_the_same_queries_however_long(
    client, mutual, brand, factory, django_assert_num_queries, messages
):
    for _ in range(messages):
        write_message(match=mutual, side="offer", text="x", by=factory, at=timezone.now())
    client.force_login(brand)
    client.get(url("detail", mutual))
    with django_assert_num_queries(36):
        client.get(url("detail", mutual))
