"""Pages of a company's members and invitations."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitation_links, queries, rules
from accounts.forms import InvitationForm, show_refusal
from accounts.middleware import CHOSEN
from accounts.models import Invitation, Membership, User
from accounts.services import invitations
from accounts.services.invitations import has_verified
from accounts.services.members import change_role, leave_company, remove_member
from accounts.states import CompanyStatus, InvitationStatus
from accounts.views import record_tables
from accounts.views.base import attempt, company_of, context, for_company, person, writes
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service

HTTP_GONE = 410
HELD = gettext_lazy(
    "Your name or the company's holds a link, a number or a WeChat ID, so the association looks "
    "at the invitation first. It leaves when they have agreed."
)


@require_http_methods(["GET", "HEAD", "POST"])
@writes(rules.can_invite)
def members(request: HttpRequest) -> HttpResponse:
    """List members and open invitations; owners invite."""
    own = company_of(request)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = call_service(
                invitations.invite_member,
                company=own,
                by=person(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            if sent.status == InvitationStatus.HELD:
                messages.info(request, HELD)
            else:
                messages.success(request, _("The invitation is on its way."))
            return redirect("accounts:members")
    is_owner = rules.is_owner(person(request), own)
    more = {
        "form": form,
        "table": record_tables.members_table(
            own.memberships.select_related("user").order_by("joined_at", "pk"),
            reader=person(request),
            is_owner=is_owner,
        ),
        "invitations": record_tables.invitations_table(
            queries.open_invitations(own, timezone.now()) if is_owner else []
        ),
        "can_invite": rules.can_invite(person(request), own),
    }
    return render(request, "accounts/members.html", context(request, "members", **more))


@require_POST
@writes(rules.is_owner)
def member_role(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Make a member an owner, or an owner a member."""
    attempt(
        request,
        change_role,
        _("Changed."),
        company=company_of(request),
        user=_member(request, code),
        role=request.POST.get("role", ""),
    )
    return redirect("accounts:members")


@require_http_methods(["GET", "HEAD", "POST"])
@for_company
def member_remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask, then end another person's membership."""
    own = company_of(request)
    if not rules.is_owner(person(request), own):
        raise PermissionDenied
    user = _member(request, code)
    if request.method == "POST":
        attempt(request, remove_member, _("Removed."), company=own, user=user)
        return redirect("accounts:members")
    return render(request, "accounts/member_remove.html", context(request, "members", member=user))


@require_http_methods(["GET", "HEAD", "POST"])
@for_company
def leave(request: HttpRequest) -> HttpResponse:
    """Ask, then end the person's own membership."""
    own = company_of(request)
    if request.method == "POST":
        done = _("You no longer act for this company.")
        if attempt(request, leave_company, done, company=own, by=person(request)):
            request.session.pop(CHOSEN, None)
            return redirect("home:dashboard")
        return redirect("accounts:members")
    return render(request, "accounts/leave.html", context(request, "members"))


@require_POST
@writes(rules.is_owner)
def invitation_resend(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Send an invitation once more."""
    invitation = _invitation(request, code)
    done = _("The invitation is on its way.")
    attempt(request, invitations.resend_invitation, done, invitation=invitation, at=timezone.now())
    return redirect("accounts:members")


@require_POST
@writes(rules.is_owner)
def invitation_withdraw(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    invitation = _invitation(request, code)
    done = _("Withdrawn.")
    attempt(
        request, invitations.withdraw_invitation, done, invitation=invitation, at=timezone.now()
    )
    return redirect("accounts:members")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to the holder of its link; the invited person accepts it."""
    found = invitation_links.read(token)
    if found is None:
        raise Http404
    if not _is_valid(found):
        return render(request, "accounts/invitation_over.html", status=HTTP_GONE)
    if not request.user.is_authenticated:
        return render(request, "accounts/invitation.html", _facts(request, found))
    if not has_verified(person(request), found.email):
        return render(request, "accounts/invitation_other.html", _facts(request, found))
    if request.method == "POST":
        done = _("Welcome to %(company)s.") % {"company": found.company.name}
        facts = {"by": person(request), "at": timezone.now()}
        if attempt(request, invitations.accept_invitation, done, invitation=found, **facts):
            request.session[CHOSEN] = str(found.company.code)
        return redirect("home:dashboard")
    return render(request, "accounts/invitation.html", _facts(request, found))


def _facts(request: HttpRequest, found: Invitation) -> dict[str, object]:
    name, _at, host = found.email.partition("@")
    return {
        "invitation": found,
        "masked_address": f"{name[:1]}•••@{host}",
        "here": request.path,
    }


def _is_valid(found: Invitation) -> bool:
    return (
        found.status == InvitationStatus.OPEN
        and found.expires_at > timezone.now()
        and found.company.status in {CompanyStatus.PENDING, CompanyStatus.ACTIVE}
    )


def _member(request: HttpRequest, code: uuid.UUID) -> User:
    rows = (
        Membership.objects.visible_to(person(request))
        .filter(company=company_of(request))
        .select_related("user")
    )
    return get_object_or_404(rows, user__code=code).user


def _invitation(request: HttpRequest, code: uuid.UUID) -> Invitation:
    rows = Invitation.objects.filter(company=company_of(request)).select_related("company")
    return get_object_or_404(rows, code=code)
