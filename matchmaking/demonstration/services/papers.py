"""Made-up papers: what a tier of the demonstration rests on."""

import datetime as dt
import io
import uuid
from functools import cache

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.choices import DocumentKind
from accounts.models import Company, User
from accounts.services.documents import add_document
from matchmaking.core.uploads import CleanUpload

SIZE = (480, 320)


def show_evidence(company: Company, *, by: User, at: dt.datetime) -> None:
    """Give the company a licence and a picture of a visit that everybody sees to be samples."""
    for kind, name in ((DocumentKind.LICENCE, "licence"), (DocumentKind.VISIT, "visit")):
        data = _picture(name)
        file = ContentFile(data, name=f"{uuid.uuid4().hex}.png")
        upload = CleanUpload(file, f"sample-{name}.png", "image/png", len(data))
        add_document(company=company, kind=kind, upload=upload, by=by, at=at)


@cache
def _picture(name: str) -> bytes:
    picture = Image.new("L", SIZE, 235)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((8, 8, SIZE[0] - 9, SIZE[1] - 9), outline=120, width=3)
    draw.text((SIZE[0] // 2, SIZE[1] // 2), f"SAMPLE {name}", fill=90, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
