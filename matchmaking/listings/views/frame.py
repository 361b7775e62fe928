"""The frame of the pages of posts: access, steps, and refusals turned into messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Company, User
from matchmaking.core.consequences import Act, consequences_of
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.listings import queries, rules
from matchmaking.listings.post_kinds import AnyPost, PostKind, kind_of
from matchmaking.listings.services import edits, transitions
from matchmaking.listings.states import PostState
from matchmaking.listings.validation import Problems

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PostAction:
    """A button of a post: who may press it, what it does, what is said then."""

    name: str
    label: Promise
    rule: Callable[[rules.Person, Any], bool]
    service: Callable[..., Any]
    done: Promise
    variant: str = "secondary"


STEPS = (
    PostAction(
        "submit",
        gettext_lazy("Submit for approval"),
        rules.can_submit,
        transitions.submit_post,
        gettext_lazy("Submitted. The association looks at it, usually within a working day."),
        "primary",
    ),
    PostAction(
        "confirm",
        gettext_lazy("The figures are still right"),
        rules.can_confirm,
        transitions.confirm_figures,
        gettext_lazy("Thank you: the figures count as of today."),
    ),
    PostAction(
        "withdraw",
        gettext_lazy("Take it back"),
        rules.can_withdraw,
        transitions.withdraw_submission,
        gettext_lazy("Taken back: it is a draft again."),
    ),
    PostAction(
        "take-back-edit",
        gettext_lazy("Take the change back"),
        rules.can_take_back_edit,
        edits.take_back_edit,
        gettext_lazy("Taken back: the post stays as it is."),
    ),
    PostAction(
        "resume",
        gettext_lazy("Resume"),
        rules.can_resume,
        transitions.resume_post,
        gettext_lazy("Back on the market."),
        "primary",
    ),
    PostAction(
        "renew",
        gettext_lazy("Renew"),
        rules.can_renew,
        transitions.renew_post,
        gettext_lazy("Renewed."),
    ),
    PostAction(
        "pause",
        gettext_lazy("Pause"),
        rules.can_pause,
        transitions.pause_post,
        gettext_lazy("Paused: it is not matched until you resume it."),
    ),
)


def person(request: HttpRequest) -> User:
    return cast("User", request.user)


def company_of(request: HttpRequest) -> Company | None:
    return cast("Company | None", request.company)  # type: ignore[attr-defined]


def visible_post(request: HttpRequest, kind: PostKind, code: uuid.UUID) -> Any:
    """Return the post if the person may see it as what it is; else 404."""
    rows = kind.model.objects.visible_to(person(request))
    return get_object_or_404(rows.select_related("company__cluster"), code=code)


def own_post(request: HttpRequest, kind: PostKind, code: uuid.UUID) -> Any:
    """Return the post if the person acts for its company; 404 unseen, 403 for officers."""
    post = visible_post(request, kind, code)
    if not rules.can_copy(request.user, post):
        raise PermissionDenied
    return post


def missing(post: AnyPost) -> Problems:
    is_unfinished = post.state in {PostState.DRAFT, PostState.REJECTED}
    return transitions.missing(post) if is_unfinished else {}


def detail_url(post: AnyPost) -> str:
    return reverse(f"listings:{kind_of(post).name}-detail", args=[post.code])


def take_step(request: HttpRequest, post: AnyPost) -> HttpResponse:
    """Call the service of the button that was pressed, then show the post with its answer.

    A pause that others would feel is asked about first.
    """
    step = next((step for step in STEPS if step.name == request.POST.get("step")), None)
    if step is None:
        messages.error(request, _("This step is not known."))
        return redirect(detail_url(post))
    consequences = consequences_of(Act.PAUSE, post) if step.name == Act.PAUSE else []
    if consequences and "confirmed" not in request.POST:
        context = {
            "post": post,
            "step": step,
            "consequences": consequences,
            "url": detail_url(post),
        }
        return render(request, "listings/step_confirm.html", context)
    try:
        call_service(step.service, post=post, by=person(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(step.done))
    return redirect(detail_url(post))


def steps_for(request: HttpRequest, post: AnyPost) -> list[PostAction]:
    return [step for step in STEPS if step.rule(request.user, post)]


def post_tabs(rows: QuerySet[Any], state: str, url: str) -> list[Tab]:
    """Return a tab for all open posts and one for each state that occurs, with counts."""
    counts = queries.count_by_state(rows)
    open_count = sum(n for name, n in counts.items() if name != PostState.CLOSED)
    tabs = [Tab(_("Not closed"), url, current=state not in PostState.values, count=open_count)]
    for value, label in PostState.choices:
        if counts.get(value) or state == value:
            tabs.append(
                Tab(str(label), f"{url}?state={value}", state == value, counts.get(value, 0))
            )
    return tabs


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def with_version(data: QueryDict, version: int) -> QueryDict:
    typed = data.copy()
    typed["version"] = str(version)
    return typed
