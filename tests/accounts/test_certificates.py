import datetime as dt

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Certificate, Certification, Contact
from accounts.services import certificates, contact_book
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.uploads import MAX_BYTES, clean_upload
from tests.accounts.conftest import picture, published

PDF = b"%PDF-1.7\n%%EOF"


def iso():
    return Certification.objects.get(code="iso9001")


def add(company, now, days=365, **facts):
    return certificates.add_certificate(
        company=company,
        certification=iso(),
        expires_on=timezone.localdate(now) + dt.timedelta(days=days),
        at=now,
        **facts,
    )


def test_clean_upload_writes_pictures_without_exif_and_upright():
    clean = clean_upload(picture())

    with Image.open(clean.file) as image:
        assert (dict(image.getexif()), image.format) == ({}, "JPEG")
    clean.file.seek(0)
    assert b"SECRET-CAMERA" not in clean.file.read()
    assert (clean.name, clean.content_type) == ("证书.jpg", "image/jpeg")
    assert clean.file.name != clean.name


@pytest.mark.parametrize(("form", "content_type"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_clean_upload_strips_other_pictures_too(form, content_type):
    clean = clean_upload(picture(form=form, content_type=content_type))

    with Image.open(clean.file) as image:
        assert (dict(image.getexif()), image.format) == ({}, form)


def test_clean_upload_names_the_file_by_what_it_is():
    clean = clean_upload(SimpleUploadedFile("../../x\u202efdp.exe", PDF, "application/pdf"))

    assert clean.name == "xfdp.pdf"
    assert clean.file.name.endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ("a.html", b"<html></html>", "text/html"),
        ("a.pdf", b"<html></html>", "application/pdf"),
        ("a.html", PDF, "text/html"),
        ("a.jpg", b"\xff\xd8\xffnonsense", "image/jpeg"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.pdf", b"", "application/pdf"),
        ("a.pdf", PDF + b"0" * MAX_BYTES, "application/pdf"),
    ],
)
def test_clean_upload_refuses(name, data, content_type):
    with pytest.raises(InvalidInput):
        clean_upload(SimpleUploadedFile(name, data, content_type))


def test_add_certificate_lets_matching_look_again(brand, brand_company, now):
    certificate = add(brand_company, now, proof=clean_upload(picture()))

    assert (certificate.proof_name, published("accounts.company_changed")) == ("证书.jpg", 1)
    assert default_storage.exists(certificate.proof.name)


def test_add_certificate_refuses_an_expired_one(brand, brand_company, now):
    with pytest.raises(InvalidInput) as refused:
        add(brand_company, now, days=-1)

    assert (refused.value.field, Certificate.objects.count()) == ("expires_on", 0)


def test_a_renewed_certificate_is_reviewed_anew(brand, brand_company, officer, now):
    certificate = add(brand_company, now, days=1)
    certificates.review_certificate(certificate=certificate, by=officer, at=now)

    add(brand_company, now, days=700)

    row = Certificate.objects.get()
    assert (row.pk, row.reviewed_at, row.reviewed_by) == (certificate.pk, None, None)


def test_remove_certificate_deletes_the_file_when_the_change_stands(
    brand, brand_company, now, django_capture_on_commit_callbacks
):
    certificate = add(brand_company, now, proof=clean_upload(picture()))
    stored = certificate.proof.name

    with django_capture_on_commit_callbacks(execute=True):
        certificates.remove_certificate(certificate=certificate)

    assert (Certificate.objects.count(), default_storage.exists(stored)) == (0, False)


@pytest.mark.parametrize(
    ("who", "status"), [("brand", 200), ("member", 200), ("officer", 200), ("stranger", 404)]
)
def test_the_proof_is_handed_out_as_a_file(request, client, brand, brand_company, now, who, status):
    certificate = add(brand_company, now, proof=clean_upload(picture()))
    client.force_login(request.getfixturevalue(who))

    answer = client.get(f"/company/certificates/{certificate.code}/proof/")

    assert answer.status_code == status
    if status == 200:
        b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_certificate_without_proof_has_no_file(client, brand, brand_company, now):
    certificate = add(brand_company, now)
    client.force_login(brand)

    assert client.get(f"/company/certificates/{certificate.code}/proof/").status_code == 404


def test_the_form_takes_a_certificate_with_its_proof(client, brand, brand_company, now):
    client.force_login(brand)
    facts = {"certification": iso().pk, "expires_on": "2099-01-01", "number": "N-1"}

    answer = client.post("/company/certificates/", {**facts, "proof": picture()})

    assert (answer.status_code, Certificate.objects.get().number) == (302, "N-1")


def test_the_form_keeps_what_was_typed_with_an_expired_certificate(client, brand, brand_company):
    client.force_login(brand)
    facts = {"certification": iso().pk, "expires_on": "2020-01-01", "number": "N-77"}

    answer = client.post("/company/certificates/", facts)

    page = answer.content.decode()
    assert (answer.status_code, Certificate.objects.count()) == (200, 0)
    assert ("This certificate has expired" in page, "N-77" in page) == (True, True)


def test_the_form_names_every_wrong_field_of_a_certificate_at_once(client, brand, brand_company):
    client.force_login(brand)

    answer = client.post(
        "/company/certificates/", {"certification": "", "expires_on": "2020-01-01"}
    )

    assert set(answer.context["form"].errors) == {"certification", "expires_on"}


def test_the_form_refuses_a_bad_file(client, brand, brand_company):
    client.force_login(brand)
    evil = SimpleUploadedFile("a.svg", b"<svg/>", "image/svg+xml")
    facts = {"certification": iso().pk, "expires_on": "2099-01-01", "proof": evil}

    answer = client.post("/company/certificates/", facts)

    assert "Send a PDF, JPEG, PNG or WebP file." in answer.content.decode()
    assert Certificate.objects.count() == 0


def test_contacts_are_kept_once_and_bounded(brand_company):
    facts = {"company": brand_company, "person": "Li", "kind": "phone"}
    contact_book.add_contact(value="0594-2345678", **facts)
    with pytest.raises(Conflict):
        contact_book.add_contact(value="0594-2345678", **facts)
    for number in range(19):
        contact_book.add_contact(value=f"138000000{number:02}", **facts)
    with pytest.raises(Conflict):
        contact_book.add_contact(value="13900000000", **facts)

    contact_book.remove_contact(contact=Contact.objects.first())

    assert Contact.objects.count() == 19
