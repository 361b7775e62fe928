"""Saved searches of the person who looks: make, list, rename, switch, delete."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from matchmaking.core.errors import DomainError
from matchmaking.core.localized import by_name
from matchmaking.listings import searches
from matchmaking.listings.forms import MarketFilterForm
from matchmaking.listings.forms.searches import SearchNameForm
from matchmaking.listings.models import SavedSearch, Side
from matchmaking.listings.services.searches import (
    delete_search,
    rename_search,
    save_search,
    switch_search,
)

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A saved search in the list, in words."""

    search: SavedSearch
    words: str
    url: str
    is_over: bool


@require_safe
@login_required
def search_list(request: HttpRequest) -> HttpResponse:
    """List the person's searches."""
    terms = searches.Terms.load()
    mine = sorted(SavedSearch.objects.visible_to(request.user), key=lambda row: by_name(row.name))
    lines = [
        SearchRow(row, terms.words(row), searches.address_of(row), searches.is_over(row))
        for row in mine
    ]
    return render(request, "listings/search_list.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def search_new(request: HttpRequest) -> HttpResponse:
    """Save the filters of the address under a name that is asked for."""
    side = Side.ORDERS if request.GET.get("side") == Side.ORDERS else Side.OFFERS
    filters = MarketFilterForm(request.GET).filters
    draft = searches.search_of(side, filters)
    words = searches.Terms.load().words(draft)
    form = SearchNameForm(request.POST or None, initial={"name": words[:LONGEST_NAME]})

    def save(name: str) -> None:
        save_search(side=side, filters=filters, name=name, by=_person(request))
        messages.success(request, _("Saved. You hear of new posts that fit."))

    context = {"words": words, "side": side.label, "back_url": searches.address_of(draft)}
    return _named(request, form, save) or render(
        request, "listings/search_new.html", {"form": form, **context}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def search_edit(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Rename a search."""
    search = _own(request, code)
    form = SearchNameForm(request.POST or None, initial={"name": search.name})

    def rename(name: str) -> None:
        rename_search(search=search, name=name, by=_person(request))
        messages.success(request, _("Saved."))

    return _named(request, form, rename) or render(
        request, "listings/search_edit.html", {"form": form, "back_url": _list_url()}
    )


@require_POST
@login_required
def search_switch(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Switch the mails of the search on or off."""
    switch_search(
        search=_own(request, code),
        is_on=request.POST.get("on") == "1",
    )
    return redirect(_list_url())


@require_POST
@login_required
def search_delete(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Delete the search."""
    search = _own(request, code)
    delete_search(search=search)
    messages.success(request, _("The search “%(name)s” is deleted.") % {"name": search.name})
    return redirect(_list_url())


def _named(
    request: HttpRequest, form: SearchNameForm, act: Callable[[str], None]
) -> HttpResponse | None:
    """Call ``act`` with a valid name and redirect; None while the form has to be shown."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act(form.cleaned_data["name"])
    except DomainError as error:
        form.add_error(error.field, str(error))
        return None
    return redirect(_list_url())


def _own(request: HttpRequest, code: uuid.UUID) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.visible_to(request.user), code=code)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _list_url() -> str:
    return reverse("listings:search-list")
