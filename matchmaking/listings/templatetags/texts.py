"""A pasted text with its marks, and the words beside a field that was filled from it."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matchmaking.listings.texts.marks import FieldSource, Mark

register = template.Library()


@register.filter
def source_of(sources: Mapping[str, FieldSource] | None, name: str) -> FieldSource | None:
    return (sources or {}).get(name)


# In one go, since a template's own blanks and line ends would show in the text.
@register.simple_tag
def marked_text(marks: Iterable[Mark]) -> SafeString:
    seen: set[str] = set()
    return format_html_join("", "{}", ((_stretch(mark, seen),) for mark in marks))


def _stretch(mark: Mark, seen: set[str]) -> SafeString:
    if not mark.kind:
        return format_html("{}", mark.text)
    if not mark.fields:
        return format_html('<span class="said {}">{}</span>', mark.kind, mark.text)
    first = next((name for name in mark.fields if name not in seen), "")
    seen.update(mark.fields)
    target = f"#ask-{mark.fields[0]}" if mark.kind == "asked" else f"#id_{mark.fields[0]}"
    return format_html(
        '<a class="said {}" href="{}" data-fields="{}"{}>{}</a>',
        mark.kind,
        target,
        " ".join(mark.fields),
        format_html(' id="said-{}"', first) if first else "",
        mark.text,
    )
