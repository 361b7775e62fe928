"""The company that a request acts for, and the language it is answered in."""

from collections.abc import Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import limits, queries, rules
from accounts.models import Membership, User
from accounts.services import people
from accounts.signals import SIGNED_IN_AS
from matchmaking.core.protections import Protection, is_on

CHOSEN = "company"
FOR = "for"  # in links: the code of the company that they are about
# Where officers may go before they have a second factor, and before this session has shown it: a
# password alone must not reach recovery codes.
OPEN_PATHS = ("/account/", "/i18n/", "/theme/", "/health/")
OPEN_BEFORE_CODE = (
    "/account/2fa/reauthenticate/",
    "/account/logout/",
    "/i18n/",
    "/theme/",
    "/health/",
)


class PersonMiddleware:
    """Set ``request.company``, ``request.memberships``, language and time zone.

    The company is the one chosen in the session, else the one joined first; None for who has
    none. Costs an anonymous request nothing, a signed-in one a single query. Officers without
    TOTP come no further than the page where they set it up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        if address := getattr(request, SIGNED_IN_AS, ""):
            limits.remember_device(request, response, address)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        request.company = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        user = request.user
        if not isinstance(user, User):
            with timezone.override(None):
                return self.get_response(request)
        if settings.OFFICERS_NEED_TOTP and rules.needs_totp(user):
            redirect = _ask_second_step(request, user)
            if redirect is not None:
                return redirect
        _choose_company(request, user)
        _choose_language(request, user)
        with timezone.override(ZoneInfo(user.time_zone)):
            response = self.get_response(request)
        _keep_switched_language(request, user)
        return response


def _ask_second_step(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return the way to the second step for who has not set it up, or not shown it in this session.

    It is the session's own methods that count: one that was opened by a password before the factor was set up
    elsewhere has shown nothing else.
    """
    if not Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists():
        if request.path_info.startswith(OPEN_PATHS):
            return None
        messages.warning(
            request, _("Officers sign in with a second step: set it up before you go on.")
        )
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    if not is_on(Protection.SESSION_METHODS) or request.path_info.startswith(OPEN_BEFORE_CODE):
        return None
    if any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
        return None
    onward = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{onward}")


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
