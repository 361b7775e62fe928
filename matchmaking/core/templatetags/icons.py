"""``{% icon "check" %}``, known in every template: the site's icons, dozens on a page."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: object, label: object = "") -> SafeString:
    return _drawn(str(name), str(label), static("img/icons.svg"))


@lru_cache(maxsize=512)
def _drawn(name: str, label: str, sprite: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" {}><use href="{}#{}" /></svg>',
        SafeString(spoken),
        sprite,
        name,
    )
