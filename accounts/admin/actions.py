"""Officers' actions on companies, certificates, claims, disputes and people."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import queries, rules
from accounts.admin.documents import licences
from accounts.admin.forms import GroupForm, NoteForm, RecordForm, VerificationForm
from accounts.models import (
    BlockRequest,
    Certificate,
    Company,
    CompanyClaim,
    Invitation,
    UsccDispute,
    User,
)
from accounts.services import (
    certificates,
    claims,
    companies,
    invitations,
    partners,
    people,
    review,
)
from accounts.states import CompanyStatus, DecisionStatus, InvitationStatus
from matchmaking.core.workbench.actions import Action, DecisionForm, ReasonForm


def is_waiting(company: Company) -> bool:
    return company.status == CompanyStatus.PENDING and company.returned_at is None


def _doubts(company: Company) -> Iterable[str]:
    """Yield what speaks against an approval."""
    if company.uscc_warning:
        yield f"{company}: {company.uscc_warning_text}"
    elif not (queries.stated_uscc(company) or company.registration_number):
        yield _("%(company)s has given no registration number.") % {"company": company}


COMPANY_ACTIONS: Sequence[Action[Company, Any]] = (
    Action(
        name="approve",
        key="a",
        label=gettext_lazy("Approve"),
        explain=gettext_lazy(
            "The company takes part in the market from now on, and its people get a mail."
        ),
        service=review.approve_company,
        subject="company",
        allowed=rules.is_officer,
        possible=lambda company: company.status == CompanyStatus.PENDING,
        tone="primary",
        in_bulk=True,
        notes=_doubts,
    ),
    Action(
        name="return",
        key="r",
        label=gettext_lazy("Send back"),
        explain=gettext_lazy("Its people correct the record and submit it again."),
        service=review.return_company,
        subject="company",
        allowed=rules.is_officer,
        possible=is_waiting,
        form=ReasonForm,
        tone="danger",
        in_bulk=True,
    ),
    Action(
        name="verify",
        label=gettext_lazy("Record a verification"),
        explain=gettext_lazy("The tier is shown with the company's posts, and matching reads it."),
        service=review.record_verification,
        subject="company",
        allowed=rules.is_officer,
        possible=lambda company: company.status != CompanyStatus.CLOSED,
        form=VerificationForm,
        exhibits=licences,
    ),
    Action(
        name="edit",
        label=gettext_lazy("Correct the record"),
        explain=gettext_lazy("The changes count at once; the history keeps what stood before."),
        service=companies.change_company,
        subject="company",
        fixed={"as_officer": True},
        allowed=rules.is_officer,
        possible=lambda company: company.status != CompanyStatus.CLOSED,
        form=RecordForm,
    ),
    Action(
        name="group",
        label=gettext_lazy("Set the group"),
        explain=gettext_lazy("Companies of one group are never matched with each other."),
        service=review.change_group,
        subject="company",
        allowed=rules.is_officer,
        form=GroupForm,
        in_bulk=True,
    ),
    Action(
        name="suspend",
        label=gettext_lazy("Suspend"),
        explain=gettext_lazy("Its posts leave the market and its people are signed out."),
        service=review.suspend_company,
        subject="company",
        allowed=rules.is_officer,
        possible=lambda company: company.status == CompanyStatus.ACTIVE,
        form=DecisionForm,
        tone="danger",
    ),
    Action(
        name="reinstate",
        label=gettext_lazy("Reinstate"),
        explain=gettext_lazy("Its published posts return to the market, and its people are told."),
        service=review.reinstate_company,
        subject="company",
        allowed=rules.is_officer,
        possible=lambda company: company.status == CompanyStatus.SUSPENDED,
        tone="primary",
    ),
    Action(
        name="close",
        label=gettext_lazy("Close for good"),
        explain=gettext_lazy("This cannot be undone. Tokens and open invitations end with it."),
        service=review.close_company,
        subject="company",
        allowed=rules.is_officer,
        possible=lambda company: company.status != CompanyStatus.CLOSED,
        form=DecisionForm,
        tone="danger",
    ),
)


CERTIFICATE_ACTIONS: Sequence[Action[Certificate, Any]] = (
    Action(
        name="review",
        key="a",
        label=gettext_lazy("Proof seen"),
        explain=gettext_lazy("Confirm that you have looked at the proof."),
        service=certificates.review_certificate,
        subject="certificate",
        allowed=rules.is_officer,
        possible=lambda certificate: certificate.reviewed_at is None,
        tone="primary",
        in_bulk=True,
    ),
)


def is_open(decision: CompanyClaim | UsccDispute | BlockRequest) -> bool:
    return decision.status == DecisionStatus.OPEN


CLAIM_ACTIONS: Sequence[Action[CompanyClaim, Any]] = (
    Action(
        name="accept",
        key="a",
        label=gettext_lazy("Give the company to the claimant"),
        explain=gettext_lazy(
            "The claimant becomes its owner; other open claims to it are refused."
        ),
        service=claims.decide_claim,
        subject="claim",
        fixed={"accept": True},
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="primary",
    ),
    Action(
        name="refuse",
        key="r",
        label=gettext_lazy("Refuse the claim"),
        explain=gettext_lazy("The company stays as it is; the claimant reads your reason."),
        service=claims.decide_claim,
        subject="claim",
        fixed={"accept": False},
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="danger",
        in_bulk=True,
    ),
)

DISPUTE_ACTIONS: Sequence[Action[UsccDispute, Any]] = (
    Action(
        name="accept",
        key="a",
        label=gettext_lazy("Give the code to the second claimant"),
        explain=gettext_lazy(
            "The holder loses the code. A listed holder for which nobody acts is closed."
        ),
        service=claims.settle_uscc_dispute,
        subject="dispute",
        fixed={"accept": True},
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="primary",
    ),
    Action(
        name="refuse",
        key="r",
        label=gettext_lazy("Leave the code with the holder"),
        explain=gettext_lazy("The holder keeps it; the second claimant reads your reason."),
        service=claims.settle_uscc_dispute,
        subject="dispute",
        fixed={"accept": False},
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="danger",
    ),
)


BLOCK_REQUEST_ACTIONS: Sequence[Action[BlockRequest, Any]] = (
    Action(
        name="accept",
        label=gettext_lazy("Let it keep out more firms"),
        explain=gettext_lazy("The number counts from now on, beside what the company may already."),
        service=partners.decide_block_request,
        subject="request",
        fixed={"accept": True},
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="primary",
    ),
    Action(
        name="refuse",
        label=gettext_lazy("Refuse the request"),
        explain=gettext_lazy("The number stays as it is; the company reads your reason."),
        service=partners.decide_block_request,
        subject="request",
        fixed={"accept": False},
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="danger",
        in_bulk=True,
    ),
)


def is_held(invitation: Invitation) -> bool:
    return invitation.status == InvitationStatus.HELD


INVITATION_ACTIONS: Sequence[Action[Invitation, Any]] = (
    Action(
        name="send",
        label=gettext_lazy("Send the invitation"),
        explain=gettext_lazy("The mail leaves as it is shown; its seven days begin now."),
        service=invitations.decide_invitation,
        subject="invitation",
        fixed={"accept": True},
        allowed=rules.is_officer,
        possible=is_held,
        tone="primary",
    ),
    Action(
        name="refuse",
        label=gettext_lazy("Refuse the invitation"),
        explain=gettext_lazy("No mail leaves; who invited reads your reason."),
        service=invitations.decide_invitation,
        subject="invitation",
        fixed={"accept": False},
        allowed=rules.is_officer,
        possible=is_held,
        form=NoteForm,
        tone="danger",
        in_bulk=True,
    ),
)


def may_appoint(user: Any) -> bool:
    return bool(user.is_active and user.is_superuser)


def _is_member(user: User) -> bool:
    return not (user.is_staff or user.is_superuser)


PERSON_ACTIONS: Sequence[Action[User, Any]] = (
    Action(
        name="suspend",
        label=gettext_lazy("Suspend"),
        explain=gettext_lazy("Sign-in, sessions and tokens end at once."),
        service=people.suspend_person,
        subject="user",
        allowed=rules.is_officer,
        possible=lambda user: user.is_active and _is_member(user),
        tone="danger",
    ),
    Action(
        name="reinstate",
        label=gettext_lazy("Reinstate"),
        explain=gettext_lazy("The person can sign in again and act for the same companies."),
        service=people.reinstate_person,
        subject="user",
        allowed=rules.is_officer,
        possible=lambda user: not user.is_active and _is_member(user),
        tone="primary",
    ),
    Action(
        name="appoint",
        label=gettext_lazy("Make an officer"),
        explain=gettext_lazy(
            "Officers approve companies and posts. They sign in with a second step."
        ),
        service=people.appoint_officer,
        subject="user",
        allowed=may_appoint,
        possible=lambda user: user.is_active and not user.is_staff,
    ),
    Action(
        name="dismiss",
        label=gettext_lazy("Remove officer rights"),
        explain=gettext_lazy(
            "The person is signed out and keeps the account without the workbench."
        ),
        service=people.dismiss_officer,
        subject="user",
        allowed=may_appoint,
        possible=lambda user: user.is_staff and not user.is_superuser,
        tone="danger",
    ),
)
