"""States of accounts, each with its table of allowed steps."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CompanyStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for verification")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed")


COMPANY_TRANSITIONS: dict[CompanyStatus, frozenset[CompanyStatus]] = {
    CompanyStatus.PENDING: frozenset({CompanyStatus.ACTIVE, CompanyStatus.CLOSED}),
    CompanyStatus.ACTIVE: frozenset({CompanyStatus.SUSPENDED, CompanyStatus.CLOSED}),
    CompanyStatus.SUSPENDED: frozenset({CompanyStatus.ACTIVE, CompanyStatus.CLOSED}),
    CompanyStatus.CLOSED: frozenset(),
}


class DecisionStatus(models.TextChoices):
    """State of what an officer decides: a claim, a dispute over a USCC, a wish to keep out more firms."""

    OPEN = "open", _("Waiting for a decision")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


DECISION_TRANSITIONS: dict[DecisionStatus, frozenset[DecisionStatus]] = {
    DecisionStatus.OPEN: frozenset({DecisionStatus.ACCEPTED, DecisionStatus.REFUSED}),
    DecisionStatus.ACCEPTED: frozenset(),
    DecisionStatus.REFUSED: frozenset(),
}


class InvitationStatus(models.TextChoices):
    """Those that are held or open wait for somebody; the others are over."""

    HELD = "held", _("Waits for the association")
    OPEN = "open", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Refused")


UNSETTLED = (InvitationStatus.HELD, InvitationStatus.OPEN)
SETTLED = (InvitationStatus.ACCEPTED, InvitationStatus.WITHDRAWN, InvitationStatus.REFUSED)

INVITATION_TRANSITIONS: dict[InvitationStatus, frozenset[InvitationStatus]] = {
    InvitationStatus.HELD: frozenset(
        {InvitationStatus.OPEN, InvitationStatus.WITHDRAWN, InvitationStatus.REFUSED}
    ),
    InvitationStatus.OPEN: frozenset({InvitationStatus.ACCEPTED, InvitationStatus.WITHDRAWN}),
    InvitationStatus.ACCEPTED: frozenset(),
    InvitationStatus.WITHDRAWN: frozenset(),
    InvitationStatus.REFUSED: frozenset(),
}
