"""The company that a request acts for, and the language it is answered in."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import queries, rules
from accounts.models import Membership, User
from accounts.services import people

CHOSEN = "company"
FOR = "for"  # in links: the code of the company that they are about
# Where officers may go before they have a second factor.
OPEN_PATHS = ("/account/", "/i18n/", "/theme/", "/health/")


class PersonMiddleware:
    """Set ``request.company``, ``request.memberships``, language and time zone.

    The company is the one chosen in the session, else the one joined first; None for who has
    none. Costs an anonymous request nothing, a signed-in one a single query. Officers without
    TOTP come no further than the page where they set it up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        user = request.user
        if not isinstance(user, User):
            with timezone.override(None):
                return self.get_response(request)
        if _lacks_second_factor(request, user):
            messages.warning(
                request,
                _("Officers sign in with a second step: set it up before you go on."),
            )
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        _choose_company(request, user)
        _choose_language(request, user)
        with timezone.override(ZoneInfo(user.time_zone)):
            response = self.get_response(request)
        _keep_switched_language(request, user)
        return response


def _lacks_second_factor(request: HttpRequest, user: User) -> bool:
    return (
        settings.OFFICERS_NEED_TOTP
        and rules.needs_totp(user)
        and not request.path_info.startswith(OPEN_PATHS)
        and not Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
    )


def _choose_company(request: HttpRequest, user: User) -> None:
    memberships = list(queries.memberships_of(user))
    # Set as attributes: request.user is lazy, and its own __dict__ is not the person's.
    user.roles_at_hand = {row.company_id: row.role for row in memberships}
    user.companies_at_hand = [row.company for row in memberships]
    request.memberships = memberships  # type: ignore[attr-defined]
    if request.method in {"GET", "HEAD"} and (meant := request.GET.get(FOR)):
        _switch(request, memberships, meant)
    chosen = _chosen(memberships, request.session.get(CHOSEN, ""))
    request.company = chosen.company if chosen else None  # type: ignore[attr-defined]


def _switch(request: HttpRequest, memberships: list[Membership], code: str) -> None:
    """Act for the company that a link of a mail or of the inbox is about, if the person may."""
    for membership in memberships:
        is_other = str(membership.company.code) != request.session.get(CHOSEN)
        if str(membership.company.code) == code and is_other and len(memberships) > 1:
            request.session[CHOSEN] = code


def _chosen(memberships: list[Membership], code: str) -> Membership | None:
    for membership in memberships:
        if str(membership.company.code) == code:
            return membership
    return memberships[0] if memberships else None


def _choose_language(request: HttpRequest, user: User) -> None:
    """Speak the person's language, unless this browser was switched to another."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    translation.activate(user.language)
    request.LANGUAGE_CODE = user.language


def _keep_switched_language(request: HttpRequest, user: User) -> None:
    match = request.resolver_match
    if request.method != "POST" or match is None or match.url_name != "set_language":
        return
    language = request.POST.get("language", "")
    if language != user.language:
        people.set_language(user=user, language=language)
