"""``{% slot "place" %}``: the slots registered for a place of a page."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from matchmaking.core.slots import slots_of

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, place: str, **objects: Any) -> SafeString:
    """Return the slots of the place in their order, each rendered with its own context alone.

    Pages without a request, such as errors, show none.
    """
    request = context.get("request")
    if request is None:
        return SafeString("")
    found = []
    for one in slots_of(place):
        values = one.context(request, **objects)
        if values is not None:
            found.append((SafeString(render_to_string(one.template, dict(values), request)),))
    return format_html_join("", "{}", found)
