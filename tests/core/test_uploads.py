"""Pictures that are bombs: counted, weighed and measured before a pixel is decoded, elsewhere."""

import fcntl
import io
import resource
import subprocess
import sys
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from matchmaking.core import uploads
from matchmaking.core.errors import InvalidInput
from matchmaking.core.uploads import UploadsField, clean_upload

# 38 bytes for 16,383 x 3,000 points of one colour.
BOMB = bytes.fromhex("524946461e000000574542505650384c110000002ffeffed0207d0842634a1ff8188e87f0000")
DECODE = """
import io, resource, sys
from PIL import Image, ImageOps
with Image.open(io.BytesIO(sys.stdin.buffer.read())) as picture:
    out = io.BytesIO()
    ImageOps.exif_transpose(picture).copy().save(out, "WEBP")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def picture(form, size, mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 1).save(out, form)
    return SimpleUploadedFile(f"a.{form.lower()}", out.getvalue(), f"image/{form.lower()}")


def png_of(width, height):
    """A header of PNG, and nothing behind it."""
    body = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    crc = zlib.crc32(body).to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + body + crc


def bomb():
    return SimpleUploadedFile("a.webp", BOMB, "image/webp")


def test_bomb_is_refused_and_this_process_stays_small():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for _again in range(3):
        with pytest.raises(InvalidInput) as refused:
            clean_upload(bomb())
        assert refused.value.code == "too_large"

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_control_bomb_takes_half_a_gigabyte_of_who_decodes_it():
    done = subprocess.run(
        [sys.executable, "-c", DECODE], input=BOMB, capture_output=True, check=True
    )
    assert int(done.stdout) > 400_000


@pytest.mark.parametrize(
    "data",
    [
        png_of(60_000, 60_000),
        png_of(2**31 - 1, 2**31 - 1),
        png_of(20, 2),
        b"RIFF\x1e\0\0\0WEBPVP8L\xff\xff\xff\xff/",
        b'\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01"\0\x02\x11\x01\x03\x11\x01',
    ],
)
def test_header_that_lies_is_refused_in_a_sentence(data):
    kinds = {b"\x89": "png", b"R": "webp", b"\xff": "jpeg"}
    kind = next(kind for start, kind in kinds.items() if data.startswith(start))

    with pytest.raises(InvalidInput):
        clean_upload(SimpleUploadedFile(f"a.{kind}", data, f"image/{kind}"))


@pytest.mark.parametrize(
    ("form", "sent", "kept"),
    [
        ("JPEG", (8_000, 6_000), (3_000, 2_250)),
        ("WEBP", (6_000, 4_000), (3_000, 2_000)),
        ("PNG", (5_000, 5_000), (3_000, 3_000)),
        ("PNG", (800, 600), (800, 600)),
    ],
)
def test_picture_is_no_larger_than_a_screen_shows(form, sent, kept):
    with Image.open(clean_upload(picture(form, sent)).file) as drawn:
        assert (drawn.format, drawn.size) == (form, kept)


def test_one_picture_is_drawn_at_a_time_and_few_wait(monkeypatch):
    monkeypatch.setattr(uploads, "WAIT_SECONDS", 0.2)
    with uploads.LOCK.open("a") as elsewhere:
        fcntl.flock(elsewhere, fcntl.LOCK_EX)
        with pytest.raises(InvalidInput) as refused:
            clean_upload(picture("PNG", (8, 8)))
    assert refused.value.code == "busy"
    assert clean_upload(picture("PNG", (8, 8))).size > 0


def test_files_are_counted_before_one_is_looked_into(monkeypatch):
    looked = []
    monkeypatch.setattr(uploads, "clean_upload", looked.append)

    with pytest.raises(ValidationError) as refused:
        UploadsField(most=5).clean([bomb() for _number in range(11)])

    assert (refused.value.code, looked) == ("too_many", [])


def test_files_are_weighed_before_one_is_looked_into(monkeypatch):
    looked = []
    monkeypatch.setattr(uploads, "clean_upload", looked.append)
    heavy = [
        SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * 7 * 2**20, "application/pdf")
        for _number in range(2)
    ]

    with pytest.raises(ValidationError) as refused:
        UploadsField(most=5).clean(heavy)

    assert (refused.value.code, looked) == ("too_large", [])
