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
    """State of what an officer decides: a claim to a company, a dispute over a USCC."""

    OPEN = "open", _("Waiting for a decision")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


DECISION_TRANSITIONS: dict[DecisionStatus, frozenset[DecisionStatus]] = {
    DecisionStatus.OPEN: frozenset({DecisionStatus.ACCEPTED, DecisionStatus.REFUSED}),
    DecisionStatus.ACCEPTED: frozenset(),
    DecisionStatus.REFUSED: frozenset(),
}


class InvitationStatus(models.TextChoices):
    OPEN = "open", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


INVITATION_TRANSITIONS: dict[InvitationStatus, frozenset[InvitationStatus]] = {
    InvitationStatus.OPEN: frozenset({InvitationStatus.ACCEPTED, InvitationStatus.WITHDRAWN}),
    InvitationStatus.ACCEPTED: frozenset(),
    InvitationStatus.WITHDRAWN: frozenset(),
}
