"""The frame of a company's pages: access, tabs, and refusals turned into messages."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.models import Company, User
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service

View = Callable[..., HttpResponse]
Rule = Callable[[rules.Person, Company | None], bool]


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    current: bool
    count: int | None = None


def person(request: HttpRequest) -> User:
    return cast("User", request.user)


def company_of(request: HttpRequest) -> Company:
    return cast("Company", request.company)  # type: ignore[attr-defined]


def for_company(view: View) -> View:
    """Admit members of a company; redirect others to registering one."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.company is None:  # type: ignore[attr-defined]
            return redirect("accounts:company-register")
        return view(request, *args, **kwargs)

    return login_required(wrapper)


def writes(rule: Rule) -> Callable[[View], View]:
    """Refuse a POST with 403 unless ``rule`` allows the change; others may look."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and not rule(person(request), company_of(request)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return for_company(wrapper)

    return decorate


def attempt(request: HttpRequest, service: Callable[..., Any], done: Any, **arguments: Any) -> bool:
    """Call a service; say ``done``, or what was refused."""
    try:
        call_service(service, **arguments)
    except DomainError as error:
        messages.error(request, str(error.message))
        return False
    messages.success(request, done)
    return True


def tabs(request: HttpRequest, current: str) -> list[Tab]:
    """Return the sections of the company's pages."""
    sections: list[tuple[str, Any]] = [
        ("company", _("Record")),
        ("certificates", _("Certificates")),
        ("contacts", _("Contacts")),
        ("members", _("Members")),
        ("blocks", _("Blocked partners")),
    ]
    if rules.is_owner(person(request), company_of(request)):
        sections.append(("tokens", _("API tokens")))
    return [Tab(label, reverse(f"accounts:{name}"), name == current) for name, label in sections]


def context(request: HttpRequest, current: str, **more: Any) -> dict[str, Any]:
    """Return what every page of the company shows."""
    company = company_of(request)
    return {
        "company": company,
        "tabs": tabs(request, current),
        "is_owner": rules.is_owner(person(request), company),
        "can_edit": rules.can_edit(person(request), company),
        **more,
    }
