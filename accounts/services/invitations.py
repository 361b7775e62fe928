"""Owners invite people by mail."""

import datetime as dt
import re

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.choices import Role
from accounts.models import Company, Invitation, Membership, User
from accounts.queries import INVITATION_MAIL
from accounts.services.base import lock_open_company
from accounts.states import INVITATION_TRANSITIONS, InvitationStatus
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.notifications import outbox
from matchmaking.notifications.services import notify

VALID_FOR = dt.timedelta(days=7)
DAY = dt.timedelta(days=1)  # an address hears of a company once a day at most
# Mail to strangers: neither a company nor a person is a mailing machine.
MOST_OPEN = 20
MOST_A_DAY = 20
# What a name must not say in a mail that we send for it.
_LURE = re.compile(
    r"https?:|www\.|\.(?:com|cn|net|top|vip)\b|@|微信|wechat|weixin|加v|vx|qq|[0-9]{5,}",
    re.IGNORECASE,
)


class InvitationIsOver(Conflict):
    """It was withdrawn, answered, or its seven days are over."""

    code = "invitation_over"

    def __init__(self) -> None:
        super().__init__(_("This invitation is no longer valid: ask for a new one."))


@transaction.atomic
def invite_member(
    *, company: Company, email: str, role: str, by: User, at: dt.datetime
) -> Invitation:
    """Invite an address to join the company; the mail leaves through the outbox.

    What happens does not depend on whether the address has an account. Where a name that the mail
    carries holds a link or a number, an officer looks first.

    :raises Conflict: while no officer has seen the company; when it is invited already, heard today, or too many invitations are open
    :raises InvalidInput: when it belongs to a member, or the role does not exist
    """
    company = lock_open_company(company)
    _check_seen(company)
    email = email.strip().lower()
    if role not in Role.values:
        raise InvalidInput(_("Choose owner or member."), field="role")
    if queries.members_of(company).filter(email__iexact=email).exists():
        raise InvalidInput(_("This person is a member already."), field="email")
    for known in queries.open_invitations(company, at).filter(email__iexact=email):
        if known.status == InvitationStatus.HELD or known.expires_at > at:
            raise Conflict(_("This address is invited already: send it again."), field="email")
        _settle(known, InvitationStatus.WITHDRAWN, at)
    if queries.open_invitations(company, at).count() >= MOST_OPEN:
        raise Conflict(_("Too many invitations are open: withdraw some first."), field="email")
    _check_bounds(company, email, by, at)
    is_held = names_a_lure(company, by)
    invitation = Invitation.objects.create(
        company=company,
        email=email,
        role=role,
        language=by.language,
        invited_by=by,
        expires_at=at + VALID_FOR,
        status=InvitationStatus.HELD if is_held else InvitationStatus.OPEN,
    )
    if not is_held:
        _send(invitation)
    return invitation


@transaction.atomic
def decide_invitation(
    *,
    invitation: Invitation,
    accept: bool,
    by: User,  # noqa: ARG001 - officers' actions all take it
    at: dt.datetime,
    note: str = "",
) -> Invitation:
    """Send an invitation that an officer has looked at, its seven days from now; or refuse it.

    Who invited hears of a refusal.

    :raises IllegalTransition: when it is decided or withdrawn already
    :raises InvalidInput: when a refusal has no reason
    """
    invitation = _lock(invitation)
    if accept:
        check_transition(
            INVITATION_TRANSITIONS, InvitationStatus(invitation.status), InvitationStatus.OPEN
        )
        invitation.status = InvitationStatus.OPEN
        invitation.expires_at = at + VALID_FOR
        invitation.save(update_fields=["status", "expires_at"])
        _send(invitation)
        return invitation
    if not note.strip():
        raise InvalidInput(_("Give the reason: the company reads it."), field="note")
    _settle(invitation, InvitationStatus.REFUSED, at)
    invitation.decision_note = note.strip()
    invitation.save(update_fields=["decision_note"])
    notify(
        kind="invitation_refused",
        recipients=[invitation.invited_by_id],
        fact=str(invitation.code),
        subject={"invitation": invitation.pk, "company": invitation.company_id},
        company_id=invitation.company_id,
    )
    return invitation


def names_a_lure(company: Company, by: User) -> bool:
    """Tell whether a name in the mail holds a link, a number or a WeChat ID."""
    return any(_LURE.search(name) for name in (company.name_zh, company.name_en, by.name))


def _check_seen(company: Company) -> None:
    """Return when our mail may name the company.

    :raises Conflict: while no officer has seen it
    """
    if not company.is_active:
        raise Conflict(
            _("The association looks at your company first: invite people after that."),
            code="company_not_active",
        )


def _check_bounds(company: Company, email: str, by: User, at: dt.datetime) -> None:
    """Return when one more mail today is not too many; a sending is seven days before its end."""
    today = Invitation.objects.filter(expires_at__gt=at + VALID_FOR - DAY)
    if today.filter(company=company, email__iexact=email).exists():
        raise Conflict(
            _("This address was invited within a day: wait until tomorrow."), field="email"
        )
    if (
        max(today.filter(company=company).count(), today.filter(invited_by=by).count())
        >= MOST_A_DAY
    ):
        raise Conflict(_("Twenty invitations a day are enough: go on tomorrow."), field="email")


@transaction.atomic
def resend_invitation(*, invitation: Invitation, at: dt.datetime) -> Invitation:
    """Send the invitation once more; its seven days begin anew.

    :raises Conflict: when it was sent within a day, or too many were
    :raises InvitationIsOver: when it was answered or withdrawn
    """
    invitation = _lock(invitation)
    if invitation.status == InvitationStatus.HELD:
        raise Conflict(_("The association looks at this invitation first."))
    if invitation.status != InvitationStatus.OPEN:
        raise InvitationIsOver
    _check_seen(invitation.company)
    _check_bounds(invitation.company, invitation.email, invitation.invited_by, at)
    invitation.expires_at = at + VALID_FOR
    invitation.save(update_fields=["expires_at"])
    _send(invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, at: dt.datetime) -> Invitation:
    """Make the link worthless.

    :raises IllegalTransition: when it was answered or withdrawn
    """
    invitation = _lock(invitation)
    _settle(invitation, InvitationStatus.WITHDRAWN, at)
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User, at: dt.datetime) -> Membership:
    """Make the invited person a member; notify the owners.

    :raises InvitationIsOver: when it was withdrawn, answered, or is too old
    :raises NotAllowed: when ``by`` has not verified the invited address
    """
    invitation = _lock(invitation)
    if invitation.status != InvitationStatus.OPEN or invitation.expires_at <= at:
        raise InvitationIsOver
    if not has_verified(by, invitation.email):
        raise NotAllowed(_("This invitation is for another address."), code="other_address")
    # Before the person joins, who may be an owner from then on and needs no mail about it.
    owners = list(queries.owners_of(invitation.company).values_list("pk", flat=True))
    membership, is_new = Membership.objects.get_or_create(
        user=by, company=invitation.company, defaults={"role": invitation.role}
    )
    _settle(invitation, InvitationStatus.ACCEPTED, at)
    if is_new:
        notify(
            kind="member_joined",
            recipients=owners,
            fact=str(invitation.code),
            subject={"company": invitation.company_id, "user": by.pk},
            company_id=invitation.company_id,
        )
    return membership


def has_verified(user: User, email: str) -> bool:
    addresses = EmailAddress.objects.filter(user=user, verified=True, email__iexact=email)
    return bool(addresses.exists())


def _lock(invitation: Invitation) -> Invitation:
    # The company before its invitation, as closing does, which withdraws all that are open.
    company = lock_open_company(invitation.company)
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    locked.company = company
    return locked


def _settle(invitation: Invitation, status: InvitationStatus, at: dt.datetime) -> None:
    check_transition(INVITATION_TRANSITIONS, InvitationStatus(invitation.status), status)
    invitation.status = status
    invitation.settled_at = at
    invitation.save(update_fields=["status", "settled_at"])


def _send(invitation: Invitation) -> None:
    """One mail for each time that the seven days begin."""
    outbox.publish(
        kind=INVITATION_MAIL,
        dedupe_key=f"mail:invitation:{invitation.code}:{invitation.expires_at:%Y%m%dT%H%M%S}",
        subject={"invitation": invitation.pk},
    )
