"""The part of accounts in the dashboard and the frame of each page."""

import datetime as dt
from collections.abc import Iterable, Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import queries, rules
from accounts.contacts import contacts_visible_to
from accounts.models import Company, User
from accounts.states import CompanyStatus
from matchmaking.core.dashboard_registry import NextStep, Todo
from matchmaking.core.formatting import grouped
from matchmaking.core.trade_day import trade_day
from matchmaking.core.workbench import queues

EXPIRES_SOON = dt.timedelta(days=60)


def companies(user: User) -> Iterable[Company]:
    at_hand = user.companies_at_hand
    return at_hand if at_hand is not None else queries.companies_of(user)


def todos(user: User, company: Company | None) -> Iterator[Todo]:
    """Say what the person's account, company and office need."""
    yield from _own_todos(user)
    if rules.is_officer(user):
        yield from _officer_todos(user)
    if company is not None:
        yield from _company_todos(user, company)


def _own_todos(user: User) -> Iterator[Todo]:
    if EmailAddress.objects.filter(user=user, verified=False).exists():
        yield Todo(
            "member",
            _("Confirm your email address"),
            reverse("account_email"),
            _("Mail goes to confirmed addresses alone."),
            weight=80,
        )
    if not user.email and not EmailAddress.objects.filter(user=user).exists():
        yield Todo(
            "member",
            _("Add an email address"),
            reverse("account_email"),
            _("News of matches comes by mail; without an address it waits here."),
            weight=60,
        )
    has_totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    if not has_totp.exists():
        yield Todo(
            "member",
            _("Protect your sign-in with a second step"),
            reverse("mfa_index"),
            _("An app on your phone shows a code; a stolen password alone is then no use."),
            weight=20,
        )


def _company_todos(user: User, company: Company) -> Iterator[Todo]:
    if company.returned_at is not None:
        yield Todo(
            "company",
            _("Correct your company's record"),
            reverse("accounts:company-edit"),
            company.returned_reason,
            company.returned_at,
            weight=95,
        )
    if not rules.can_edit(user, company):
        return
    if not contacts_visible_to(user, company).exists():
        yield Todo(
            "company",
            _("Say how a partner reaches you"),
            reverse("accounts:contacts"),
            _("Opened only after both sides have said yes to a match."),
            weight=90,
        )
    url = reverse("accounts:certificates")
    today = trade_day()
    held = list(company.certificates.select_related("certification").order_by("expires_on"))
    for certificate in held:
        if certificate.expires_on > today + EXPIRES_SOON:
            continue
        is_over = certificate.expires_on < today
        text = gettext("%(name)s has expired") if is_over else gettext("%(name)s expires soon")
        yield Todo(
            "company",
            text % {"name": certificate.certification.name},
            url,
            gettext("Valid until %(day)s") % {"day": date_format(certificate.expires_on)},
            weight=75 if is_over else 45,
        )
    if not held and company.can_make:
        yield Todo(
            "company",
            _("Add your certificates"),
            url,
            _("Orders that ask for one reach only factories that show it."),
            weight=30,
        )


def _officer_todos(user: User) -> Iterator[Todo]:
    for standing in queues.statuses_of(user):
        if standing.count:
            words = {"queue": standing.queue.title, "count": grouped(standing.count)}
            yield Todo(
                "officer",
                _("%(queue)s: %(count)s") % words,
                standing.queue.url,
                _("oldest: %(age)s") % {"age": standing.age} if standing.oldest else "",
                weight=80 if standing.is_late else 70,
            )


def steps(user: User, company: Company | None) -> Iterable[NextStep]:
    """Say how far a new company has come on its way to the market."""
    if company is None and rules.is_officer(user):
        return []
    active = company is not None and company.status != CompanyStatus.PENDING
    return [
        NextStep(
            10,
            _("Register your company, or claim it"),
            _("Name, number and a contact; the rest can wait."),
            done=company is not None,
            url=reverse("accounts:company-register"),
            label=_("Register"),
        ),
        NextStep(
            50,
            _("The association verifies it"),
            _(
                "An officer looks at company and post together, usually within two working days. "
                "You hear of it by mail."
            ),
            done=active,
            url=reverse("accounts:company") if company else "",
            label=_("Check the record"),
        ),
    ]
