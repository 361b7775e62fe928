"""The link at the foot of every page to the topic that explains it."""

from django.http import HttpRequest
from django.utils.translation import get_language

from matchmaking.core.slots import Slot
from matchmaking.help import library
from matchmaking.help.topics import topic_of


def page_help(request: HttpRequest) -> dict[str, library.Page] | None:
    """Return the page of help of the page shown; an error page, which no view shows, has none."""
    match = request.resolver_match
    topic = topic_of(match.view_name) if match else None
    return {"page": library.page(topic.slug, get_language() or "zh-hans")} if topic else None


LINK = Slot(place="page.help", template="help/link.html", context=page_help)
