"""Pages of a company's certificates, contacts, blocked partners and API tokens."""

import datetime as dt
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import contacts as contact_door
from accounts import queries, rules
from accounts.forms import (
    BlockForm,
    CertificateForm,
    ContactForm,
    MoreBlocksForm,
    TokenForm,
    show_refusal,
)
from accounts.models import Certificate, CompanyDocument
from accounts.services import contact_book, partners
from accounts.services.certificates import add_certificate, remove_certificate
from accounts.services.tokens import issue_token, revoke_token
from accounts.states import DecisionStatus
from accounts.views import record_tables
from accounts.views.base import attempt, company_of, context, for_company, person, writes
from matchmaking.core import form_keys
from matchmaking.core.consequences import Act, Partner, consequences_of
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.uploads import attachment


@require_http_methods(["GET", "HEAD", "POST"])
@writes(rules.can_edit)
def certificates(request: HttpRequest) -> HttpResponse:
    """List the company's certificates and take in new ones."""
    own = company_of(request)
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            call_service(add_certificate, company=own, at=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("accounts:certificates")
    held = own.certificates.select_related("certification").order_by("expires_on", "pk")
    shown = context(request, "certificates", form=form)
    shown["table"] = record_tables.certificates_table(held, can_edit=shown["can_edit"])
    return render(request, "accounts/certificates.html", shown)


@require_safe
@login_required
def certificate_proof(request: HttpRequest, code: uuid.UUID) -> HttpResponseBase:
    """Hand out the proof to own members and officers, as a file to save."""
    certificate = get_object_or_404(Certificate.objects.visible_to(person(request)), code=code)
    if not certificate.proof:
        raise Http404
    return attachment(certificate.proof, certificate.proof_name)


@require_safe
@login_required
def document(request: HttpRequest, code: uuid.UUID) -> HttpResponseBase:
    found = get_object_or_404(CompanyDocument.objects.visible_to(person(request)), code=code)
    return attachment(found.file, found.name)


@require_POST
@writes(rules.can_edit)
def certificate_remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    certificate = get_object_or_404(company_of(request).certificates, code=code)
    attempt(request, remove_certificate, _("Removed."), certificate=certificate)
    return redirect("accounts:certificates")


@require_http_methods(["GET", "HEAD", "POST"])
@writes(rules.can_edit)
def contacts(request: HttpRequest) -> HttpResponse:
    """List how the company is reached, and take in new ways."""
    own = company_of(request)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call_service(contact_book.add_contact, company=own, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("accounts:contacts")
    rows = contact_door.contacts_visible_to(person(request), own)
    shown = context(request, "contacts", form=form)
    shown["table"] = record_tables.contacts_table(rows, can_edit=shown["can_edit"])
    return render(request, "accounts/contacts.html", shown)


@require_POST
@writes(rules.can_edit)
def contact_remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Strike a contact out."""
    rows = contact_door.contacts_visible_to(person(request), company_of(request))
    contact = get_object_or_404(rows, code=code)
    attempt(request, contact_book.remove_contact, _("Removed."), contact=contact)
    return redirect("accounts:contacts")


@require_http_methods(["GET", "HEAD", "POST"])
@writes(rules.can_block)
def blocks(request: HttpRequest) -> HttpResponse:
    """List whom the company is never matched with, and take in new ones."""
    own = company_of(request)
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        partner = Partner(own, form.cleaned_data["partner"])
        consequences = consequences_of(Act.BLOCK, partner)
        if consequences and "confirmed" not in request.POST:
            asked = {"number": partner.number, "consequences": consequences}
            return render(request, "accounts/block_confirm.html", asked)
        try:
            call_service(
                partners.block_partner, company=own, by=person(request), **form.cleaned_data
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("accounts:blocks")
    rows = list(own.blocks.standing().order_by("-pk"))
    known = queries.known_partners(own) if rows else {}
    blocked = [(row, known.get(row.uscc or str(row.partner_code))) for row in rows]
    shown = context(request, "blocks", form=form)
    shown["table"] = record_tables.blocks_table(blocked, can_edit=shown["can_edit"])
    shown["tried"], shown["most"] = partners.tried(own), own.most_blocks
    shown["asked"] = own.block_requests.filter(status=DecisionStatus.OPEN).first()
    shown["can_block"] = rules.can_block(person(request), own)
    return render(request, "accounts/blocks.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@writes(rules.can_block)
def blocks_more(request: HttpRequest) -> HttpResponse:
    """Ask the association to let the company keep out more firms."""
    own = company_of(request)
    form = MoreBlocksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call_service(
                partners.ask_for_blocks, company=own, by=person(request), **form.cleaned_data
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("An officer decides. You hear of it by mail."))
            return redirect("accounts:blocks")
    return render(request, "accounts/blocks_more.html", context(request, "blocks", form=form))


@require_POST
@writes(rules.can_block)
def block_remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    block = get_object_or_404(company_of(request).blocks.standing(), code=code)
    attempt(request, partners.unblock_partner, _("Removed."), block=block)
    return redirect("accounts:blocks")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_company
def tokens(request: HttpRequest) -> HttpResponse:
    """List the company's tokens to its owners; a new one's secret is shown this once."""
    own = company_of(request)
    if not rules.is_owner(person(request), own):
        raise PermissionDenied
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        if not rules.can_issue_tokens(person(request), own):
            raise PermissionDenied
        try:
            _token, secret = call_service(
                issue_token,
                company=own,
                name=form.cleaned_data["name"],
                scopes=[form.cleaned_data["scope"]],
                lifetime=dt.timedelta(days=form.cleaned_data["days"]),
                by=person(request),
            )
            form = TokenForm()
        except DomainError as error:
            show_refusal(form, error)
    more = {
        "form": form,
        "secret": secret,
        "table": record_tables.tokens_table(own.tokens.select_related("user").order_by("-created")),
        "can_issue": rules.can_issue_tokens(person(request), own),
    }
    page = render(request, "accounts/tokens.html", context(request, "tokens", **more))
    return form_keys.mark_carried_out(page) if secret else page


@require_POST
@writes(rules.is_owner)
def token_revoke(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    token = get_object_or_404(company_of(request).tokens, code=code)
    attempt(request, revoke_token, _("Revoked."), token=token)
    return redirect("accounts:tokens")
