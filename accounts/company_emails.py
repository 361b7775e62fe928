"""The kinds of mail by which people hear of their companies."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.account_emails import NOTE, absolute
from accounts.models import Company, CompanyClaim, Membership, UsccDispute
from accounts.states import CompanyStatus, DecisionStatus
from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import MailKind
from matchmaking.notifications.mailer import MailContent
from matchmaking.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class EmailText:
    """What one mail says, beside its company's name; the quote follows the first paragraph."""

    subject: str | Promise
    paragraphs: tuple[str | Promise, ...]
    path: str
    label: str | Promise
    quote: str | Promise = ""


Say = Callable[[Notification], EmailText | None]


def _kind(name: str, label: Promise, title: Promise, say: Say, **options: Any) -> MailKind:
    """Return a kind whose mail is the words of the last notification that still holds."""

    def build(user: Any, notifications: Sequence[Notification]) -> MailContent | None:
        del user
        said = [words for words in map(say, notifications) if words]
        return _mail(said[-1]) if said else None

    def headline(notification: Notification) -> tuple[str, str]:
        about = getattr(notification, "about", "")
        line = gettext("%(what)s: %(company)s") % {"what": title, "company": about}
        return (line if about else str(title)), reverse("accounts:company")

    return MailKind(name, label, build, headline, prepare=_name_companies, **options)


def _mail(words: EmailText) -> MailContent:
    return MailContent(
        words.subject,
        NOTE,
        {
            "title": words.subject,
            "paragraphs": words.paragraphs,
            "quote": words.quote,
            "url": absolute(words.path),
            "label": words.label,
        },
    )


def _name_companies(notifications: Sequence[Notification]) -> None:
    """Put the company's name at hand for each line, by one query."""
    ids = {row.company_id for row in notifications if row.company_id}
    names = {row.pk: row.name for row in Company.objects.filter(pk__in=ids)}
    for row in notifications:
        row.about = names.get(row.company_id or 0, "")  # type: ignore[attr-defined]


def _company(notification: Notification, *, status: CompanyStatus) -> Company | None:
    return Company.objects.filter(pk=notification.subject["company"], status=status).first()


def _approved(notification: Notification) -> EmailText | None:
    company = _company(notification, status=CompanyStatus.ACTIVE)
    if company is None:
        return None
    return EmailText(
        gettext("%(company)s has been verified") % {"company": company.name},
        (
            gettext("The association has verified %(company)s.") % {"company": company.name},
            _("You can now publish processing orders and capacity; matching is automatic."),
        ),
        reverse("home:dashboard"),
        _("Go to your page"),
    )


def _returned(notification: Notification) -> EmailText | None:
    company = _company(notification, status=CompanyStatus.PENDING)
    if company is None or company.returned_at is None:
        return None
    return EmailText(
        gettext("Please correct the record of %(company)s") % {"company": company.name},
        (
            _("The association cannot verify the company yet. It writes:"),
            _("Correct the record and send it again; nothing that you entered is lost."),
        ),
        reverse("accounts:company-edit"),
        _("Correct the record"),
        company.returned_reason,
    )


def _suspended(notification: Notification) -> EmailText | None:
    company = _company(notification, status=CompanyStatus.SUSPENDED)
    if company is None:
        return None
    return EmailText(
        gettext("%(company)s is suspended") % {"company": company.name},
        (_("The company takes no part in the market for now. The association writes:"),),
        reverse("accounts:company"),
        _("Look at the company"),
        company.status_reason,
    )


def _closed(notification: Notification) -> EmailText | None:
    company = _company(notification, status=CompanyStatus.CLOSED)
    if company is None:
        return None
    return EmailText(
        gettext("%(company)s is closed") % {"company": company.name},
        (_("The company no longer takes part. The association writes:"),),
        reverse("accounts:company"),
        _("Look at the company"),
        _translated(company.status_reason),
    )


def _joined(notification: Notification) -> EmailText | None:
    membership = (
        Membership.objects.filter(
            user_id=notification.subject["user"], company_id=notification.subject["company"]
        )
        .select_related("user", "company")
        .first()
    )
    if membership is None:
        return None
    facts = {"person": membership.user.name, "company": membership.company.name}
    return EmailText(
        gettext("%(person)s has joined %(company)s") % facts,
        (gettext("%(person)s accepted the invitation and acts for %(company)s now.") % facts,),
        reverse("accounts:members"),
        _("See the members"),
    )


def _claim(notification: Notification) -> EmailText | None:
    claim = (
        CompanyClaim.objects.filter(pk=notification.subject["claim"])
        .select_related("company")
        .first()
    )
    if claim is None or claim.status == DecisionStatus.OPEN:
        return None
    company = {"company": claim.company.name}
    if claim.status == DecisionStatus.ACCEPTED:
        return EmailText(
            gettext("%(company)s is yours to manage") % company,
            (_("The association has accepted your claim. Look at the record and complete it."),),
            reverse("accounts:company"),
            _("Look at the company"),
        )
    return EmailText(
        gettext("Your claim to %(company)s was refused") % company,
        (_("The association writes:"),),
        reverse("accounts:claim-search"),
        _("Search again"),
        _translated(claim.decision_note),
    )


def _uscc(notification: Notification) -> EmailText | None:
    dispute = (
        UsccDispute.objects.filter(pk=notification.subject["dispute"])
        .select_related("claimant", "holder")
        .first()
    )
    if dispute is None or dispute.status == DecisionStatus.OPEN:
        return None
    is_claimant = dispute.claimant_id == notification.subject["company"]
    company = dispute.claimant if is_claimant else dispute.holder
    keeps = is_claimant == (dispute.status == DecisionStatus.ACCEPTED)
    text = (
        _("The association has checked the USCC: it belongs to your company.")
        if keeps
        else _("The association has checked the USCC: it does not belong to your company.")
    )
    return EmailText(
        gettext("The USCC of %(company)s was checked") % {"company": company.name},
        (text,),
        reverse("accounts:company"),
        _("Look at the company"),
        _translated(dispute.decision_note),
    )


def _translated(note: str) -> str:
    return gettext(note) if note else ""


KINDS = (
    _kind(
        "company_approved",
        _("Company verified"),
        _("Your company has been verified"),
        _approved,
        mandatory=True,
    ),
    _kind(
        "company_returned",
        _("Company sent back"),
        _("Please correct your company's record"),
        _returned,
        mandatory=True,
    ),
    _kind(
        "company_suspended",
        _("Company suspended"),
        _("Your company is suspended"),
        _suspended,
        mandatory=True,
    ),
    _kind(
        "company_closed", _("Company closed"), _("Your company is closed"), _closed, mandatory=True
    ),
    _kind("member_joined", _("New member"), _("Somebody has joined your company"), _joined),
    _kind("claim_decided", _("Claim decided"), _("Your claim was decided"), _claim, mandatory=True),
    _kind("uscc_decided", _("USCC checked"), _("Your USCC was checked"), _uscc, mandatory=True),
)


def may_hear(user_id: int, company_id: int) -> bool:
    """Let a company's mail through to active people of an active company alone."""
    return Membership.objects.filter(
        user_id=user_id,
        user__is_active=True,
        company_id=company_id,
        company__status=CompanyStatus.ACTIVE,
    ).exists()


def register(all_kinds: Iterable[MailKind] = KINDS) -> None:
    for kind in all_kinds:
        kinds.register(kind)
    kinds.company_gates.register(may_hear)
