"""Officers' actions on companies, certificates, claims, disputes and people."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import queries, rules
from accounts.admin.forms import GroupForm, NoteForm, RecordForm, VerificationForm
from accounts.models import Certificate, Company, CompanyClaim, UsccDispute, User
from accounts.services import certificates, claims, companies, people, review
from accounts.states import CompanyStatus, DecisionStatus
from matchmaking.core.errors import NotAllowed
from matchmaking.core.workbench.actions import Action, ActionCall, DecisionForm, ReasonForm


def is_waiting(company: Company) -> bool:
    return company.status == CompanyStatus.PENDING and company.returned_at is None


def _doubts(company: Company) -> Iterable[str]:
    """Say what speaks against an approval."""
    if company.uscc_warning:
        yield f"{company}: {company.uscc_warning_text}"
    elif not queries.stated_uscc(company):
        yield _("%(company)s has given no USCC.") % {"company": company}


def _approve(call: ActionCall) -> Company:
    return review.approve_company(company=call.row, by=call.by, at=call.at, version=call.version)


def _return(call: ActionCall) -> Company:
    return review.return_company(
        company=call.row,
        reason=call.data["reason"],
        by=call.by,
        at=call.at,
        version=call.version,
    )


def _suspend(call: ActionCall) -> Company:
    return review.suspend_company(
        company=call.row, reason=call.data["reason"], by=call.by, at=call.at
    )


def _reinstate(call: ActionCall) -> Company:
    return review.reinstate_company(company=call.row, by=call.by, at=call.at)


def _close(call: ActionCall) -> Company:
    return review.close_company(
        company=call.row, reason=call.data["reason"], by=call.by, at=call.at
    )


def _change(call: ActionCall) -> Company:
    return companies.change_company(
        company=call.row, by=call.by, at=call.at, as_officer=True, **call.data
    )


def _change_group(call: ActionCall) -> Company:
    return review.change_group(company=call.row, group=call.data["group"], by=call.by, at=call.at)


def _verify(call: ActionCall) -> Any:
    return review.record_verification(company=call.row, by=call.by, at=call.at, **call.data)


COMPANY_ACTIONS = (
    Action(
        name="approve",
        label=gettext_lazy("Approve"),
        explain=gettext_lazy(
            "The company takes part in the market from now on, and its people get a mail."
        ),
        run=_approve,
        allowed=rules.is_officer,
        possible=lambda company: company.status == CompanyStatus.PENDING,
        tone="primary",
        in_bulk=True,
        notes=_doubts,
    ),
    Action(
        name="return",
        label=gettext_lazy("Send back"),
        explain=gettext_lazy("Its people correct the record and submit it again."),
        run=_return,
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
        run=_verify,
        allowed=rules.is_officer,
        possible=lambda company: company.status != CompanyStatus.CLOSED,
        form=VerificationForm,
    ),
    Action(
        name="edit",
        label=gettext_lazy("Correct the record"),
        explain=gettext_lazy("The changes count at once; the history keeps what stood before."),
        run=_change,
        allowed=rules.is_officer,
        possible=lambda company: company.status != CompanyStatus.CLOSED,
        form=RecordForm,
    ),
    Action(
        name="group",
        label=gettext_lazy("Set the group"),
        explain=gettext_lazy("Companies of one group are never matched with each other."),
        run=_change_group,
        allowed=rules.is_officer,
        form=GroupForm,
        in_bulk=True,
    ),
    Action(
        name="suspend",
        label=gettext_lazy("Suspend"),
        explain=gettext_lazy("Its posts leave the market and its people are signed out."),
        run=_suspend,
        allowed=rules.is_officer,
        possible=lambda company: company.status == CompanyStatus.ACTIVE,
        form=DecisionForm,
        tone="danger",
    ),
    Action(
        name="reinstate",
        label=gettext_lazy("Reinstate"),
        explain=gettext_lazy("Its published posts return to the market, and its people are told."),
        run=_reinstate,
        allowed=rules.is_officer,
        possible=lambda company: company.status == CompanyStatus.SUSPENDED,
        tone="primary",
    ),
    Action(
        name="close",
        label=gettext_lazy("Close for good"),
        explain=gettext_lazy("This cannot be undone. Tokens and open invitations end with it."),
        run=_close,
        allowed=rules.is_officer,
        possible=lambda company: company.status != CompanyStatus.CLOSED,
        form=DecisionForm,
        tone="danger",
    ),
)


def _review(call: ActionCall) -> Certificate:
    return certificates.review_certificate(certificate=call.row, by=call.by, at=call.at)


CERTIFICATE_ACTIONS = (
    Action(
        name="review",
        label=gettext_lazy("Proof seen"),
        explain=gettext_lazy("Confirm that you have looked at the proof."),
        run=_review,
        allowed=rules.is_officer,
        possible=lambda certificate: certificate.reviewed_at is None,
        tone="primary",
        in_bulk=True,
    ),
)


def is_open(decision: CompanyClaim | UsccDispute) -> bool:
    return decision.status == DecisionStatus.OPEN


def _claim(call: ActionCall, *, accept: bool) -> CompanyClaim:
    return claims.decide_claim(
        claim=call.row, accept=accept, by=call.by, at=call.at, note=call.data["note"]
    )


def _settle(call: ActionCall, *, accept: bool) -> UsccDispute:
    return claims.settle_uscc_dispute(
        dispute=call.row, accept=accept, by=call.by, at=call.at, note=call.data["note"]
    )


CLAIM_ACTIONS = (
    Action(
        name="accept",
        label=gettext_lazy("Give the company to the claimant"),
        explain=gettext_lazy(
            "The claimant becomes its owner; other open claims to it are refused."
        ),
        run=lambda call: _claim(call, accept=True),
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="primary",
    ),
    Action(
        name="refuse",
        label=gettext_lazy("Refuse the claim"),
        explain=gettext_lazy("The company stays as it is; the claimant reads your reason."),
        run=lambda call: _claim(call, accept=False),
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="danger",
        in_bulk=True,
    ),
)

DISPUTE_ACTIONS = (
    Action(
        name="accept",
        label=gettext_lazy("Give the code to the second claimant"),
        explain=gettext_lazy(
            "The holder loses the code. A listed holder for which nobody acts is closed."
        ),
        run=lambda call: _settle(call, accept=True),
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="primary",
    ),
    Action(
        name="refuse",
        label=gettext_lazy("Leave the code with the holder"),
        explain=gettext_lazy("The holder keeps it; the second claimant reads your reason."),
        run=lambda call: _settle(call, accept=False),
        allowed=rules.is_officer,
        possible=is_open,
        form=NoteForm,
        tone="danger",
    ),
)


def may_appoint(user: Any) -> bool:
    return bool(user.is_active and user.is_superuser)


def _suspend_person(call: ActionCall) -> User:
    if not _is_member(call.row) and not call.by.is_superuser:
        raise NotAllowed(gettext_lazy("Officers are suspended by administrators of the site."))
    return people.suspend_person(user=call.row, by=call.by, at=call.at)


def _reinstate_person(call: ActionCall) -> User:
    return people.reinstate_person(user=call.row, by=call.by, at=call.at)


def _is_member(user: User) -> bool:
    return not (user.is_staff or user.is_superuser)


PERSON_ACTIONS = (
    Action(
        name="suspend",
        label=gettext_lazy("Suspend"),
        explain=gettext_lazy("Sign-in, sessions and tokens end at once."),
        run=_suspend_person,
        allowed=rules.is_officer,
        possible=lambda user: user.is_active and _is_member(user),
        tone="danger",
    ),
    Action(
        name="reinstate",
        label=gettext_lazy("Reinstate"),
        explain=gettext_lazy("The person can sign in again and act for the same companies."),
        run=_reinstate_person,
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
        run=lambda call: people.appoint_officer(user=call.row, by=call.by, at=call.at),
        allowed=may_appoint,
        possible=lambda user: user.is_active and not user.is_staff,
    ),
    Action(
        name="dismiss",
        label=gettext_lazy("Remove officer rights"),
        explain=gettext_lazy(
            "The person is signed out and keeps the account without the workbench."
        ),
        run=lambda call: people.dismiss_officer(user=call.row, by=call.by, at=call.at),
        allowed=may_appoint,
        possible=lambda user: user.is_staff and not user.is_superuser,
        tone="danger",
    ),
)
