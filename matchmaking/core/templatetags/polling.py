"""``{% polls %}``: the attributes of an element that asks for itself again."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from matchmaking.core.polling import HEADER

register = template.Library()


@register.simple_tag
def polls(every: str, shown: str) -> SafeString:
    return format_html(
        """hx-trigger="every {}" hx-headers='{{"{}": "{}"}}'""", every, HEADER, shown
    )
