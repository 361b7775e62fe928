"""A company registers, shows and changes its record; a person switches companies."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries, rules
from accounts.choices import DocumentKind
from accounts.forms import CompanyForm, RegistrationForm, show_refusal
from accounts.middleware import CHOSEN
from accounts.models import Company
from accounts.services import companies
from accounts.services.companies import AlreadyListed
from accounts.views.base import attempt, company_of, context, for_company, person, writes
from matchmaking.core import dashboard_registry
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service


@require_safe
@for_company
def company(request: HttpRequest) -> HttpResponse:
    own = company_of(request)
    more = {
        "stated_uscc": queries.stated_uscc(own),
        "documents": own.documents.filter(kind=DocumentKind.LICENCE).order_by("pk"),
    }
    return render(request, "accounts/company.html", context(request, "company", **more))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def company_register(request: HttpRequest) -> HttpResponse:
    """Register a company; its registrant becomes owner, and goes on to the first post."""
    form = RegistrationForm(
        request.POST or None,
        request.FILES or None,
        initial={"contact_person": person(request).name},
    )
    claim_instead = False
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "uscc_text": form.cleaned_data["uscc"]}
        del facts["uscc"]
        try:
            new = call_service(
                companies.register_company, by=person(request), at=timezone.now(), **facts
            )
        except DomainError as error:
            claim_instead = isinstance(error, AlreadyListed)
            show_refusal(form, error)
        else:
            request.session[CHOSEN] = str(new.code)
            messages.success(
                request,
                _("Registered. Now your first post: the association looks at both together."),
            )
            steps = dashboard_registry.steps_for(request.user, new)
            following = next((step.url for step in steps if not step.done and step.url), "")
            return redirect(following or "accounts:company")
    return render(
        request, "accounts/company_register.html", {"form": form, "claim_instead": claim_instead}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_company
def company_edit(request: HttpRequest) -> HttpResponse:
    """Change the record; a company that was sent back goes to the officers again."""
    own = company_of(request)
    if not rules.can_edit(person(request), own):
        raise PermissionDenied
    stated = queries.stated_uscc(own)
    number = stated or own.registration_number
    known = {"name_zh": own.name_zh, "kind": own.kind, "uscc": number, "country": number}
    locked = tuple(name for name, value in known.items() if value) if own.is_active else ()
    form = CompanyForm(
        request.POST or None,
        request.FILES or None,
        initial=CompanyForm.initial_of(own, stated),
        locked=locked,
    )
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        licence = changes.pop("licence")
        try:
            call_service(
                companies.change_company,
                company=own,
                by=person(request),
                at=timezone.now(),
                licence=licence,
                **changes,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _after_edit(request, own)
    return render(request, "accounts/company_edit.html", context(request, "company", form=form))


def _after_edit(request: HttpRequest, own: Company) -> HttpResponse:
    if own.returned_at is not None and "submit" in request.POST:
        attempt(
            request,
            companies.submit_company,
            _("Saved, and sent to the association again."),
            company=own,
        )
    else:
        messages.success(request, _("Saved."))
    return redirect("accounts:company")


@require_POST
@writes(rules.can_edit)
def company_submit(request: HttpRequest) -> HttpResponse:
    """Send a company that was sent back to the officers again."""
    own = company_of(request)
    done = _("Sent to the association again.")
    attempt(request, companies.submit_company, done, company=own)
    return redirect("accounts:company")


@require_POST
@login_required
def company_switch(request: HttpRequest) -> HttpResponse:
    """Act for another of the person's companies from now on."""
    try:
        code = uuid.UUID(request.POST.get("company", ""))
    except ValueError:
        raise Http404 from None
    chosen = queries.companies_of(person(request)).filter(code=code).first()
    if chosen is None:
        raise Http404
    request.session[CHOSEN] = str(chosen.code)
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if here else reverse("home:dashboard"))
