"""QR codes as SVG, black on white whatever the page's scheme: scanners need the contrast."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString


def qr_svg(text: str) -> bytes:
    """Return a picture of the code, with the quiet zone that the standard asks for."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return out.getvalue()


def qr_inline(text: str) -> SafeString:
    """Return the picture as a piece of a page, for sheets with hundreds of codes."""
    return SafeString(qr_svg(text).decode())
