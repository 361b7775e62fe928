"""Licences and pictures of visits as officers look at them."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from accounts.choices import DocumentKind
from accounts.models import Company, CompanyDocument


def paper(document: CompanyDocument) -> Any:
    """Return the picture itself, small, with the whole file behind it."""
    url = reverse("accounts:document", args=[document.code])
    if not document.is_picture:
        return format_html('<a class="wb-link" href="{}">{}</a>', url, document.name)
    return format_html(
        '<a class="wb-link" href="{0}"><img class="wb-paper" src="{0}" alt="{1}" loading="lazy"></a>',
        url,
        document.name,
    )


def licences(company: Company) -> Any:
    """Return the newest licence beside what the company says of itself."""
    newest = company.documents.filter(kind=DocumentKind.LICENCE).order_by("-pk").first()
    number = company.uscc or company.registration_number or "–"
    record = format_html("<p><strong>{}</strong><br>{}</p>", company.name_zh, number)
    if newest is None:
        return record
    return format_html_join("", "{}", [(record,), (paper(newest),)])
