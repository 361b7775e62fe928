"""Views of the pages that belong to no area."""

from dataclasses import dataclass

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import page_not_found
from rest_framework.exceptions import NotFound

from matchmaking.core import api_reference as reference
from matchmaking.core import dashboard_registry
from matchmaking.core import gallery as samples
from matchmaking.core.association import association as asked
from matchmaking.core.context import THEMES
from matchmaking.core.problems import PROBLEM_JSON
from matchmaking.core.visits import note_visit

URGENT, SOON = 70, 40
# Where the result of the docking of June 2022, which the front page quotes, was published.
PUBLISHED_RESULT = "http://www.mpcyxh.com/xx.asp?dl=2&id=16182&xl=64"
THEME_SECONDS = 365 * 24 * 3600


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: a problem below /api/, as for what is hidden, the site's page elsewhere."""
    if not request.path_info.startswith("/api/"):
        return page_not_found(request, exception)
    problem = {
        "type": "urn:hand-in-hand:problem:not_found",
        "title": str(NotFound.default_detail),
        "status": NotFound.status_code,
        "errors": [{"code": "not_found", "detail": str(NotFound.default_detail), "pointer": None}],
    }
    return JsonResponse(problem, status=NotFound.status_code, content_type=PROBLEM_JSON)


@dataclass(frozen=True, slots=True)
class TodoGroup:
    title: str
    todos: list[dashboard_registry.Todo]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    context = {"totals": dashboard_registry.totals(), "result_url": PUBLISHED_RESULT}
    return render(request, "home/front.html", context)


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "home/how_it_works.html")


@require_safe
def association(request: HttpRequest) -> HttpResponse:
    return render(request, "home/association.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "home/privacy.html", {"since": asked().privacy_since})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "home/terms.html", {"since": asked().terms_since})


@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    return render(request, "home/api.html", {"reference": reference.read()})


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the person's todos by urgency, the news since the last visit, and the company's totals.

    GET notes the visit; HEAD writes nothing.
    """
    company = getattr(request, "company", None)
    # Who works for the association and for no company has one home, the workbench.
    if company is None and request.user.is_staff:
        return redirect("admin:index")
    since = note_visit(by=request.user, at=timezone.now()) if request.method == "GET" else None
    todos = dashboard_registry.todos_for(request.user, company)
    steps = dashboard_registry.steps_for(request.user, company)
    context = {
        "company": company,
        "groups": _grouped(todos),
        "steps": steps if any(not step.done for step in steps) else [],
        "next_step": next((step for step in steps if not step.done), None),
        "own_totals": dashboard_registry.own_totals(request.user, company),
        "since": since,
        "changes": dashboard_registry.changes_for(request.user, company, since) if since else [],
    }
    return render(request, "home/dashboard.html", context)


def _grouped(todos: list[dashboard_registry.Todo]) -> list[TodoGroup]:
    groups = [
        TodoGroup(_("Needs you now"), [t for t in todos if t.weight >= URGENT]),
        TodoGroup(_("This week"), [t for t in todos if SOON <= t.weight < URGENT]),
        TodoGroup(_("When you have time"), [t for t in todos if t.weight < SOON]),
    ]
    return [group for group in groups if group.todos]


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back to the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme",
            chosen,
            max_age=THEME_SECONDS,
            secure=request.is_secure(),
            samesite="Lax",
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_safe
@staff_member_required
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "home/gallery.html", samples.context(request))


def no_view_on_site(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """Shadow the admin's shortcut to an object's page, which fails on history tables.

    :raises Http404: always; no object here is shown by its primary key
    """
    del request, content_type_id, object_id
    raise Http404
