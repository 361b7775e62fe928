"""Tables of a company's records, as components/record_table.html shows them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import (
    Block,
    Certificate,
    Company,
    CompanyToken,
    Contact,
    Invitation,
    Membership,
    User,
)
from accounts.states import InvitationStatus
from matchmaking.core.trade_day import trade_day

Text = str | Promise
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its link; ``state`` and ``state_label`` are those of a badge behind it."""

    value: Any
    css: str = ""
    url: str = ""
    state: str = ""
    state_label: Text = ""


@dataclass(frozen=True, slots=True)
class RecordAction:
    """A button that posts ``name`` and ``value``, or a link to a page that asks first."""

    label: Text
    url: str
    name: str = ""
    value: str = ""
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A row: its title with small lines below, a cell for each further column, what may be done."""

    title: Text
    cells: Sequence[Cell]
    lines: Sequence[Text] = ()
    actions: Sequence[RecordAction] = ()


@dataclass(frozen=True, slots=True)
class RecordTable:
    """``columns`` are the heads, the first that of the titles. Long codes break in the title."""

    caption: Text
    columns: Sequence[Text]
    records: Sequence[Record]
    has_codes: bool = False

    @property
    def rows(self) -> Iterator[tuple[Record, list[tuple[Text, Cell]]]]:
        for record in self.records:
            yield record, list(zip(self.columns[1:], record.cells, strict=True))


def certificates_table(rows: Iterable[Certificate], *, can_edit: bool) -> RecordTable:
    today = trade_day()
    return RecordTable(
        _("Certificates"),
        (_("Certification"), _("Number"), _("Valid until"), _("Proof")),
        [
            Record(
                row.certification.name,
                (
                    Cell(row.number),
                    _validity(row, today),
                    Cell(
                        row.proof and (row.proof_name or _("proof")),
                        url=_url("certificate-proof", row.code),
                    ),
                ),
                actions=_removal("certificate-remove", row.code) if can_edit else (),
            )
            for row in rows
        ],
    )


def _validity(certificate: Certificate, today: dt.date) -> Cell:
    if certificate.expires_on < today:
        return Cell(certificate.expires_on, "nowrap", state=EXPIRED)
    if certificate.reviewed_at:
        return Cell(certificate.expires_on, "nowrap", state="documents", state_label=_("Reviewed"))
    label = _("Counts once its proof is seen") if certificate.proof else _("Proof is missing")
    return Cell(certificate.expires_on, "nowrap", state="pending", state_label=label)


def contacts_table(rows: Iterable[Contact], *, can_edit: bool) -> RecordTable:
    return RecordTable(
        _("Contacts"),
        (_("Contact person"), _("Kind"), _("Number or address")),
        [
            Record(
                row.person,
                (Cell(row.get_kind_display()), Cell(row.value, "num")),
                actions=_removal("contact-remove", row.code) if can_edit else (),
            )
            for row in rows
        ],
    )


def blocks_table(rows: Iterable[tuple[Block, Company | None]], *, can_edit: bool) -> RecordTable:
    """``rows`` are blocks, each with the partner where its name is open to the company."""
    return RecordTable(
        _("Blocked partners"),
        (_("Company"), _("Since")),
        [
            Record(
                partner.name if partner else _("Name hidden"),
                (Cell(_day(row.created_at), "nowrap"),),
                lines=[row.uscc]
                if row.uscc
                else [capfirst(_("company code")), str(row.partner_code)],
                actions=_removal("block-remove", row.code) if can_edit else (),
            )
            for row, partner in rows
        ],
        has_codes=True,
    )


def tokens_table(rows: Iterable[CompanyToken]) -> RecordTable:
    now = timezone.now()
    return RecordTable(
        _("API tokens"),
        (_("Name"), _("What it may do"), _("Valid until"), _("Last used on")),
        [
            Record(
                row.name,
                (
                    Cell(_("Read and write") if "write" in row.scopes else _("Read")),
                    Cell(_day(row.expiry), "nowrap", state=EXPIRED if row.expiry < now else ""),
                    Cell(row.last_used_on, "nowrap"),
                ),
                lines=[str(row.user)],
                actions=[RecordAction(_("Revoke"), _url("token-revoke", row.code))],
            )
            for row in rows
        ],
    )


def members_table(rows: Iterable[Membership], *, reader: User, is_owner: bool) -> RecordTable:
    return RecordTable(
        _("Members"),
        (_("Person"), _("Role"), _("Joined")),
        [
            Record(
                str(row.user),
                (Cell(row.get_role_display()), Cell(_day(row.joined_at), "nowrap")),
                lines=[row.user.email] if row.user.name and row.user.email else (),
                actions=list(_member_actions(row, reader=reader, is_owner=is_owner)),
            )
            for row in rows
        ],
    )


def _member_actions(row: Membership, *, reader: User, is_owner: bool) -> Iterator[RecordAction]:
    if row.user_id == reader.pk:
        yield RecordAction(_("Leave"), _url("leave"), is_link=True)
    elif is_owner:
        label, role = (
            (_("Make member"), Role.MEMBER)
            if row.role == Role.OWNER
            else (_("Make owner"), Role.OWNER)
        )
        code = row.user.code
        yield RecordAction(label, _url("member-role", code), name="role", value=role.value)
        yield RecordAction(_("Remove member"), _url("member-remove", code), is_link=True)


def invitations_table(rows: Iterable[Invitation]) -> RecordTable:
    return RecordTable(
        _("Open invitations"),
        (_("Email address"), _("Role"), _("Valid until")),
        [
            Record(
                row.email,
                (Cell(row.get_role_display()), _deadline(row)),
                actions=[
                    *(
                        [RecordAction(_("Send again"), _url("invitation-resend", row.code))]
                        if row.status == InvitationStatus.OPEN
                        else []
                    ),
                    RecordAction(_("Withdraw"), _url("invitation-withdraw", row.code)),
                ],
            )
            for row in rows
        ],
    )


def _deadline(invitation: Any) -> Cell:  # the query adds whether it is over, and whether it arrived
    if invitation.status == InvitationStatus.HELD:
        return Cell(_("The association looks at it first"), state=InvitationStatus.HELD)
    if invitation.is_undelivered:
        return Cell(_("The mail could not be delivered: check the address."))
    moment = timezone.localtime(invitation.expires_at)
    shown = date_format(moment, "SHORT_DATETIME_FORMAT")
    return Cell(shown, "nowrap", state=EXPIRED if invitation.is_expired else "")


def _removal(name: str, code: Any) -> Sequence[RecordAction]:
    return [RecordAction(_("Remove"), _url(name, code))]


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment and timezone.localdate(moment)  # noqa: TID251 - a moment as the reader sees it


def _url(name: str, *args: Any) -> str:
    return reverse(f"accounts:{name}", args=args)
