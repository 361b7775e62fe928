"""The kinds of mail by which people hear of their companies."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.middleware import FOR
from accounts.models import (
    BlockRequest,
    Company,
    CompanyClaim,
    CompanyToken,
    Invitation,
    Membership,
    UsccDispute,
)
from accounts.states import CompanyStatus, DecisionStatus, InvitationStatus
from matchmaking.core.links import absolute
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Block, Email, Paragraph, Quote
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import Notification

OWN_PAGE = "accounts:company"


Write = Callable[[Notification], Email | None]


def _kind(
    name: str,
    label: Promise,
    title: Promise,
    write: Write,
    *,
    page: str = OWN_PAGE,
    **options: Any,
) -> MailKind:
    """Return a kind whose mail is that of the last notification that still holds."""

    def newest(user: Any, notifications: Sequence[Notification]) -> Email | None:
        del user
        written = [email for email in map(write, notifications) if email]
        return written[-1] if written else None

    def headlines(rows: Sequence[InboxRow]) -> list[Headline]:
        companies = _companies_of(rows)
        found = [companies.get(row.notification.company_id) for row in rows]
        return [
            Headline(_line(title, company.name if company else None), own_url(page, company))
            for company in found
        ]

    return MailKind(name, label, newest, headlines, **options)


def _line(title: Promise, company: str | None) -> str:
    if not company:
        return str(title)
    return gettext("%(what)s: %(company)s") % {"what": title, "company": company}


def _companies_of(rows: Sequence[InboxRow]) -> dict[int | None, Company]:
    ids = {row.notification.company_id for row in rows if row.notification.company_id}
    return {company.pk: company for company in Company.objects.filter(pk__in=ids)}


def own_url(page: str, company: Company | None) -> str:
    """Return an own page of the company; who acts for two gets into this one."""
    url = reverse(page)
    return f"{url}?{FOR}={company.code}" if company else url


def _quote(text: str) -> list[Block]:
    return [Quote(text)] if text else []


def _company(notification: Notification, *, status: CompanyStatus) -> Company | None:
    return Company.objects.filter(pk=notification.subject["company"], status=status).first()


def _approved(notification: Notification) -> Email | None:
    company = _company(notification, status=CompanyStatus.ACTIVE)
    if company is None:
        return None
    return Email(
        gettext("%(company)s has been verified") % {"company": company.name},
        [
            Paragraph(
                gettext("The association has verified %(company)s.") % {"company": company.name}
            ),
            Paragraph(
                _("You can now publish processing orders and capacity; matching is automatic.")
            ),
            Action(_("Go to your page"), absolute(reverse("home:dashboard"))),
        ],
    )


def _returned(notification: Notification) -> Email | None:
    company = _company(notification, status=CompanyStatus.PENDING)
    if company is None or company.returned_at is None:
        return None
    return Email(
        gettext("Please correct the record of %(company)s") % {"company": company.name},
        [
            Paragraph(_("The association cannot verify the company yet. It writes:")),
            *_quote(company.returned_reason),
            Paragraph(_("Correct the record and send it again; nothing that you entered is lost.")),
            Action(_("Correct the record"), absolute(own_url("accounts:company-edit", company))),
        ],
    )


def _suspended(notification: Notification) -> Email | None:
    company = _company(notification, status=CompanyStatus.SUSPENDED)
    if company is None:
        return None
    return Email(
        gettext("%(company)s is suspended") % {"company": company.name},
        [
            Paragraph(
                _("The company takes no part in the market for now. The association writes:")
            ),
            *_quote(company.status_reason),
            Action(_("Look at the company"), absolute(own_url(OWN_PAGE, company))),
        ],
    )


def _closed(notification: Notification) -> Email | None:
    company = _company(notification, status=CompanyStatus.CLOSED)
    if company is None:
        return None
    return Email(
        gettext("%(company)s is closed") % {"company": company.name},
        [
            Paragraph(_("The company no longer takes part. The association writes:")),
            *_quote(_translated(company.status_reason)),
            Action(_("Look at the company"), absolute(own_url(OWN_PAGE, company))),
        ],
    )


def _joined(notification: Notification) -> Email | None:
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
    return Email(
        gettext("%(person)s has joined %(company)s") % facts,
        [
            Paragraph(
                gettext("%(person)s accepted the invitation and acts for %(company)s now.") % facts
            ),
            Action(_("See the members"), absolute(own_url("accounts:members", membership.company))),
        ],
    )


def _claim(notification: Notification) -> Email | None:
    claim = (
        CompanyClaim.objects.filter(pk=notification.subject["claim"])
        .select_related("company__listing")
        .first()
    )
    if claim is None or claim.status == DecisionStatus.OPEN:
        return None
    company = {"company": claim.company_name}
    if claim.status == DecisionStatus.ACCEPTED:
        return Email(
            gettext("%(company)s is yours to manage") % company,
            [
                Paragraph(
                    _(
                        "The association has accepted your claim. Look at the record and complete it."
                    )
                ),
                Action(_("Look at the company"), absolute(own_url(OWN_PAGE, claim.company))),
            ],
        )
    return Email(
        gettext("Your claim to %(company)s was refused") % company,
        [
            Paragraph(_("The association writes:")),
            *_quote(_translated(claim.decision_note)),
            Action(_("Search again"), absolute(reverse("accounts:claim-search"))),
        ],
    )


def _uscc(notification: Notification) -> Email | None:
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
    return Email(
        gettext("The USCC of %(company)s was checked") % {"company": company.name},
        [
            Paragraph(text),
            *_quote(_translated(dispute.decision_note)),
            Action(_("Look at the company"), absolute(own_url(OWN_PAGE, company))),
        ],
    )


def _blocks(notification: Notification) -> Email | None:
    request = (
        BlockRequest.objects.filter(pk=notification.subject["block_request"])
        .select_related("company")
        .first()
    )
    if request is None or request.status == DecisionStatus.OPEN:
        return None
    facts = {"company": request.company.name, "most": request.company.most_blocks}
    text = (
        gettext("%(company)s may keep out %(most)s firms within a year now.") % facts
        if request.status == DecisionStatus.ACCEPTED
        else gettext("The number of firms that %(company)s may keep out stays as it is.") % facts
    )
    return Email(
        _("Your request to keep out more firms was decided"),
        [
            Paragraph(text),
            *_quote(request.decision_note),
            Action(
                _("See the blocked partners"),
                absolute(own_url("accounts:blocks", request.company)),
            ),
        ],
    )


def _not_invited(notification: Notification) -> Email | None:
    invitation = (
        Invitation.objects.filter(
            pk=notification.subject["invitation"], status=InvitationStatus.REFUSED
        )
        .select_related("company")
        .first()
    )
    if invitation is None:
        return None
    return Email(
        _("An invitation was not sent"),
        [
            Paragraph(
                gettext("The association did not let the invitation to %(email)s leave.")
                % {"email": invitation.email}
            ),
            *_quote(invitation.decision_note),
            Action(_("See the members"), absolute(own_url("accounts:members", invitation.company))),
        ],
    )


def _token(notification: Notification) -> Email | None:
    token = (
        CompanyToken.objects.filter(pk=notification.subject["token"], expiry__gt=timezone.now())
        .select_related("company")
        .first()
    )
    if token is None:
        return None
    day = date_format(timezone.localtime(token.expiry), "DATE_FORMAT")
    return Email(
        gettext("The API token “%(name)s” ends on %(day)s") % {"name": token.name, "day": day},
        [
            Paragraph(
                gettext(
                    "Until then the system of %(company)s that uses it can read and write. Issue a "
                    "new token, put it into that system, then revoke this one."
                )
                % {"company": token.company.name}
            ),
            Action(_("Issue a new token"), absolute(own_url("accounts:tokens", token.company))),
        ],
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
    _kind(
        "token_ending",
        _("API token ends"),
        _("An API token ends soon"),
        _token,
        page="accounts:tokens",
    ),
    _kind(
        "blocks_decided",
        _("Request for more blocks decided"),
        _("Your request to keep out more firms was decided"),
        _blocks,
        page="accounts:blocks",
        mandatory=True,
    ),
    _kind(
        "invitation_refused",
        _("Invitation refused"),
        _("An invitation was not sent"),
        _not_invited,
        page="accounts:members",
        mandatory=True,
    ),
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


def register() -> None:
    kinds.mail_kinds.update(KINDS)
    kinds.company_gates.register(may_hear)
