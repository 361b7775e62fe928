"""Sheets of paper as PDF, printed by WeasyPrint from templates of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Mapping

PDF_TYPE = "application/pdf"


def write_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """Return the template as a PDF; it reads no address, and no file but the site's own style."""
    # Loads Pango and font tables: for the few requests that print alone.
    from weasyprint import CSS, HTML  # noqa: PLC0415 - as the line above says

    style = finders.find("css/document.css")
    html = HTML(string=render_to_string(template, dict(context)), url_fetcher=_refuse)
    found: bytes = html.write_pdf(stylesheets=[CSS(filename=style)])
    return found


def pdf_response(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=PDF_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _refuse(url: str, *_args: Any, **_options: Any) -> NoReturn:
    # What a member typed must never make the server fetch something.
    raise ValueError(f"a document reads no address: {url}")
