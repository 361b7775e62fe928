"""Pages of the help: contents with search, a topic, the glossary, the officers' handbook."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from matchmaking.help import library
from matchmaking.help.glossary import terms
from matchmaking.help.topics import BY_SLUG, TOPICS, Reader

LONGEST_QUERY = 100
OF_OFFICERS = (Reader.OFFICER, Reader.ADMINISTRATOR)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    language = _language()
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    context = {
        "query": query,
        "found": library.search(query, language) if query else [],
        "groups": [
            (reader.label, [one for one in library.pages(language) if one.topic.reader == reader])
            for reader in Reader
        ],
    }
    return render(request, "help/index.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a topic, between the one before and the one after it.

    :raises Http404: there is no such topic
    """
    if slug not in BY_SLUG:
        raise Http404
    around = [topic.slug for topic in TOPICS]
    place = around.index(slug)
    language = _language()
    context = {
        "page": library.page(slug, language),
        "previous": library.page(around[place - 1], language) if place else None,
        "next": library.page(around[place + 1], language) if place + 1 < len(around) else None,
    }
    return render(request, "help/page.html", context)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "help/glossary.html", {"terms": terms().values()})


@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    """Show all topics of officers after one another, for paper."""
    pages = library.pages(_language())
    chapters = [one for reader in OF_OFFICERS for one in pages if one.topic.reader == reader]
    return render(request, "help/handbook.html", {"chapters": chapters})


def _language() -> str:
    return get_language() or "zh-hans"
