"""A person's own page, and claims to listed companies."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits, queries, uscc
from accounts.adapter import SIGNING_UP, AccountAdapter
from accounts.forms import ClaimForm, ClaimSearchForm, ProfileForm, show_refusal
from accounts.models import CompanyClaim, ListEntry
from accounts.services import people
from accounts.services.claims import claim_company
from accounts.views.base import person
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change the person's name, language and time zone."""
    user = person(request)
    initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        try:
            call_service(people.change_profile, user=user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            with translation.override(language):
                messages.success(request, _("Saved."))
            response = redirect("accounts:profile")
            _switch_browser(response, language)
            return response
    return render(request, "accounts/profile.html", {"form": form})


def _switch_browser(response: HttpResponse, language: str) -> None:
    """Set the browser's language too: a cookie of an earlier switch would win."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


@require_POST
def confirm_resend(request: HttpRequest) -> HttpResponse:
    """Send the mail of a sign-up that this browser has begun again; known addresses look alike."""
    begun = request.session.get(SIGNING_UP)
    if begun is None:
        return redirect("account_login")
    if limits.may_mail(request, begun["email"]):
        AccountAdapter(request).send_confirmation_again(begun["email"])
        messages.success(request, _("On its way. A new mail can be asked for once a minute."))
    else:
        messages.error(
            request, _("Too many mails were asked for this address. Try again in an hour.")
        )
    return redirect("account_email_verification_sent")


@require_safe
@login_required
def claim_search(request: HttpRequest) -> HttpResponse:
    """Find a listed company by its exact USCC or full name."""
    form = ClaimSearchForm(request.GET or None)
    found: list[ListEntry] = []
    is_asked = form.is_bound and form.is_valid()
    if is_asked:
        text = form.cleaned_data["q"].strip()
        found = list(queries.claimable().called(uscc=uscc.normalise(text), name=text))
    claims = (
        CompanyClaim.objects.visible_to(person(request))
        .filter(claimed_by=person(request))
        .select_related("company__listing")
        .order_by("-pk")
    )
    facts = {"form": form, "found": found, "is_asked": is_asked, "claims": claims}
    return render(request, "accounts/claim_search.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def claim(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Claim a listed company with a note for the officer."""
    listed = get_object_or_404(queries.claimable(), code=code)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call_service(
                claim_company,
                company=listed.company,
                note=form.cleaned_data["note"],
                by=person(request),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The association decides about your claim."))
            return redirect("accounts:claim-search")
    return render(request, "accounts/claim.html", {"form": form, "company": listed})
