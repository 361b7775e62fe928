"""A company registers, is imported, and changes what it says of itself."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, RestrictedError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts import queries, uscc
from accounts.choices import POSTING_KINDS, DocumentKind, Role
from accounts.models import (
    Cluster,
    Company,
    CompanyClaim,
    ListEntry,
    Membership,
    UsccDispute,
    User,
)
from accounts.models.companies import MAINLAND
from accounts.services import contact_book, documents
from accounts.services.base import lock_company, lock_open_company, save_for_market
from accounts.states import CompanyStatus, DecisionStatus
from matchmaking.core import countries
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.uploads import CleanUpload

LISTING_DAYS = 365
# GB/T 2260: the first two digits of every division code of the mainland.
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
)

# An officer checks what is printed on the licence: active companies ask for a change.
IDENTITY = ("name_zh", "country", "uscc", "registration_number", "kind")
PROFILE = ("name_en", "cluster", "division_code", "address", "size_band", "size_said")
# Whether its edits are checked again, and how many firms it keeps out, is the association's to say.
OVERSIGHT = ("recheck_edits", "most_blocks")


class AlreadyListed(Conflict):
    """The association has listed this company, and nobody acts for it yet: claim it."""

    code = "already_listed"


@transaction.atomic
def register_company(
    *,
    by: User,
    at: dt.datetime,
    name_zh: str,
    kind: str,
    name_en: str = "",
    country: str = MAINLAND,
    uscc_text: str = "",
    registration_number: str = "",
    cluster: Cluster | None = None,
    division_code: str = "",
    address: str = "",
    size_band: str = "",
    contact_person: str = "",
    contact: str = "",
    licence: CleanUpload | None = None,
) -> Company:
    """Register a company of which ``by`` becomes owner; it waits for verification.

    A USCC that another company holds is not taken over: the company is saved without it and
    an officer is asked. A USCC that fails the check is kept with a warning. ``contact`` is a
    phone number, a WeChat ID or an address of mail, whichever it looks like.

    :raises AlreadyListed: when the code is that of a listed company without members
    :raises InvalidInput: when a number is not one of its country, the contact reaches nobody,
        or the kind is reserved
    """
    _check_kind(kind)
    code = _read_uscc(uscc_text)
    _check_country(country, code, registration_number)
    _check_not_listed(code)
    company = Company.objects.create(
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        country=country,
        registration_number=registration_number,
        cluster=cluster,
        division_code=division_code or division_of(cluster, code),
        address=address,
        size_band=size_band,
    )
    Membership.objects.create(user=by, company=company, role=Role.OWNER)
    state_uscc(company, code, by=by, at=at)
    if licence is not None:
        documents.add_document(
            company=company, kind=DocumentKind.LICENCE, upload=licence, by=by, at=at
        )
    if contact:
        contact_book.add_contact(
            company=company,
            person=contact_person or by.name,
            kind=contact_book.kind_of(contact),
            value=contact,
        )
    return company


def _check_not_listed(code: str) -> None:
    if code and queries.claimable().called(uscc=code).exists():
        raise AlreadyListed(
            _("The association has already listed this company. Claim it instead."),
            field="uscc",
        )


@transaction.atomic
def submit_company(*, company: Company) -> Company:
    """Send a company that was sent back to the officers again.

    :raises Conflict: when it was not sent back
    """
    company = lock_company(company)
    if company.status != CompanyStatus.PENDING or company.returned_at is None:
        raise Conflict(_("The company is with the association already."))
    company.returned_at = None
    company.returned_reason = ""
    company.save(update_fields=["returned_at", "returned_reason", "updated_at"])
    return company


@transaction.atomic
def change_company(
    *,
    company: Company,
    by: User,
    at: dt.datetime,
    as_officer: bool = False,
    licence: CleanUpload | None = None,
    **changes: Any,
) -> Company:
    """Change what the company says of itself (the names of ``IDENTITY`` and ``PROFILE``).

    Once active, the Chinese name, the kind and a USCC that it has are an officer's to change.

    :raises Conflict: when the company is suspended or closed
    :raises InvalidInput: for an identity field of an active company, or a wrong value
    """
    company = lock_company(company) if as_officer else lock_open_company(company)
    if "uscc" in changes:
        changes["uscc"] = _read_uscc(changes["uscc"] or "")
    if "kind" in changes and not as_officer:
        _check_kind(changes["kind"])
    _check_country(
        changes.get("country", company.country),
        changes.get("uscc", company.uscc or ""),
        changes.get("registration_number", company.registration_number),
    )
    if "cluster" in changes and "division_code" not in changes:
        changes["division_code"] = _division_after(company, changes["cluster"])
    if "size_band" in changes:  # another size than the one that the source gave
        changes.setdefault("size_said", "")
    known = {"uscc": queries.stated_uscc(company)}
    fields = [
        name for name, value in changes.items() if value != known.get(name, getattr(company, name))
    ]
    _check_fields(company, fields, as_officer=as_officer)
    for name in fields:
        if name != "uscc":
            setattr(company, name, changes[name])
    if fields:
        save_for_market(company, [name for name in fields if name != "uscc"])
    if "uscc" in fields:
        state_uscc(company, changes["uscc"], by=by, at=at)
    if licence is not None:
        documents.add_document(
            company=company, kind=DocumentKind.LICENCE, upload=licence, by=by, at=at
        )
    return company


def _check_fields(company: Company, fields: list[str], *, as_officer: bool) -> None:
    unknown = set(fields) - {*IDENTITY, *PROFILE, *(OVERSIGHT if as_officer else ())}
    if unknown:
        raise InvalidInput(_("This cannot be changed here."), field=min(unknown))
    if as_officer or company.status != CompanyStatus.ACTIVE:
        return
    for name in IDENTITY:
        # A company that has no number yet has a country all the same: it may still be set right.
        if name == "country" and not (company.uscc or company.registration_number):
            continue
        if name in fields and getattr(company, name):
            raise InvalidInput(
                _("The association has checked this: ask it for the change."),
                field=name,
                code="checked",
            )


@dataclass(frozen=True, slots=True)
class ListedCompany:
    """A company as a list of the association names it; ``profile`` are names of ``PROFILE``."""

    name_zh: str
    kind: str
    source: str = ""
    own_reference: str = ""
    uscc: str = ""
    profile: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def list_companies(*, rows: Sequence[ListedCompany], at: dt.datetime) -> list[Company]:
    """Enter companies that nobody acts for: address book entries, active, without any trust tier.

    One INSERT for all of them. The caller has looked for each of them before and keeps others from
    entering the same at the same moment.

    :raises InvalidInput: when a code has not 18 digits and letters
    :raises IntegrityError: when a code, or a reference in its source, is taken
    """
    listed = []
    for row in rows:
        code = _read_uscc(row.uscc)
        listed.append(
            Company(
                name_zh=row.name_zh,
                kind=row.kind,
                source=row.source,
                own_reference=row.own_reference,
                uscc=code or None,
                uscc_warning=uscc.warning(code) if code else "",
                status=CompanyStatus.ACTIVE,
                activated_at=at,
                **row.profile,
            )
        )
    # A hundred of these in one statement: one by one, five thousand take most of a minute.
    made = Company.objects.bulk_create(listed)
    ListEntry.objects.bulk_create(
        [
            ListEntry(
                company=company,
                uscc=company.uscc or "",
                name_zh=company.name_zh,
                name_en=company.name_en,
                cluster=company.cluster,
            )
            for company in made
        ]
    )
    return made


@transaction.atomic
def import_company(
    *,
    by: User,
    at: dt.datetime,
    source: str,
    own_reference: str,
    name_zh: str,
    kind: str,
    uscc_text: str = "",
    **profile: Any,
) -> tuple[Company, bool]:
    """List a company from a source of the association; return it, and whether it is new.

    Found again by USCC, else by its reference in the source. One that people act for is
    theirs: it is returned as it is. A new one is active, and unverified: a row of a sheet is
    an entry of an address book, and a tier says what an officer has seen.

    :raises InvalidInput: when the code has not 18 digits and letters
    """
    code = _read_uscc(uscc_text)
    known = Company.objects.select_for_update().filter(source=source, own_reference=own_reference)
    company = (Company.objects.select_for_update().filter(uscc=code).first() if code else None) or (
        known.first() if own_reference else None
    )
    if company is not None:
        if not company.memberships.exists():
            facts = {"name_zh": name_zh, "kind": kind, **profile}
            change_company(company=company, by=by, at=at, as_officer=True, **facts)
        list_company(company, uscc=code, name_zh=name_zh, **profile)
        return company, False
    row = ListedCompany(name_zh, kind, source, own_reference, code, profile)
    return list_companies(rows=[row], at=at)[0], True


@transaction.atomic
def withdraw_listed(*, company: Company, version: int) -> None:
    """Delete a company that a list entered and nobody has touched since: the list was wrong.

    :raises Conflict: when somebody acts for it, claims it, checked it, wrote to it or changed it
    """
    company = lock_company(company)
    if company.version != version:
        raise Conflict(_("Changed since: its new data stay."))
    if company.memberships.exists() or company.invitations.exists():
        raise Conflict(_("Somebody acts for this company now."))
    if CompanyClaim.objects.filter(company=company).exists():
        raise Conflict(_("Somebody has claimed this company."))
    disputes = UsccDispute.objects.filter(Q(holder=company) | Q(claimant=company))
    if company.verifications.exists() or disputes.exists() or company.certificates.exists():
        raise Conflict(_("An officer has worked on this company since."))
    # Protected rows of other areas refuse, and so they should: something was built on it.
    try:
        with transaction.atomic():
            company.delete()
    except (ProtectedError, RestrictedError, IntegrityError) as error:
        raise Conflict(_("Other entries rely on this company by now.")) from error


def list_company(company: Company, **said: Any) -> None:
    """Record how a list of the association names the company, for who searches his own.

    Also of one that takes part: what the search finds must not depend on that.
    """
    entry = ListEntry.objects.filter(company=company).first() or ListEntry(
        company=company,
        uscc=company.uscc or "",
        name_zh=company.name_zh,
        name_en=company.name_en,
        cluster=company.cluster,
    )
    for name in ("uscc", "name_zh", "name_en", "cluster"):
        setattr(entry, name, said.get(name) or getattr(entry, name))
    entry.save()


def state_uscc(company: Company, code: str, *, by: User, at: dt.datetime) -> UsccDispute | None:
    """Assign the USCC to the company, or open a dispute when another company holds it.

    The caller holds the company's lock. Whoever was first keeps the code until an officer
    decides; an earlier dispute of the company ends, since it gave another code.
    """
    UsccDispute.objects.filter(claimant=company, status=DecisionStatus.OPEN).exclude(
        uscc=code
    ).update(
        status=DecisionStatus.REFUSED,
        decided_at=at,
        decided_by=by,
        decision_note=gettext_noop("The company gave another code."),
    )
    company.uscc_warning = uscc.warning(code) if code else ""
    if _take_uscc(company, code):
        return None
    holder = Company.objects.get(uscc=code)
    company.uscc = None
    save_for_market(company, ["uscc", "uscc_warning"])
    dispute, _created = UsccDispute.objects.get_or_create(
        claimant=company, uscc=code, status=DecisionStatus.OPEN, defaults={"holder": holder}
    )
    return dispute


def _take_uscc(company: Company, code: str) -> bool:
    company.uscc = code or None
    # Not by looking first: only the constraint sees a company that another transaction saves now.
    try:
        with transaction.atomic():
            save_for_market(company, ["uscc", "uscc_warning"])
    except IntegrityError as error:
        if "company_uscc_once" not in str(error):
            raise
        # The savepoint took the row back; the instance still counts the version that it lost.
        company.version -= 1
        return False
    return True


def _read_uscc(text: str) -> str:
    code = uscc.normalise(text)
    if code and not uscc.is_shaped(code):
        raise InvalidInput(
            _("A USCC has 18 digits and letters, like 91350300MA2XXXXX0X."), field="uscc"
        )
    return code


def _check_country(country: str, code: str, registration_number: str) -> None:
    if country not in countries.codes():
        raise InvalidInput(_("Choose a country of the list."), field="country")
    if country != MAINLAND and code:
        raise InvalidInput(
            _("A USCC is given in mainland China alone: write the number of the register abroad."),
            field="uscc",
        )
    if country == MAINLAND and registration_number:
        raise InvalidInput(_("In mainland China the number is the USCC."), field="uscc")


def division_of(cluster: Cluster | None, code: str) -> str:
    """Return the division code that follows from a cluster, else from the USCC; "" from neither.

    Digits 3 to 8 of a USCC name the registration authority's division (GB 32100-2015).
    """
    if cluster is not None:
        return cluster.code
    place = code[2:8]
    return place if place.isdigit() and place[:2] in PROVINCES else ""


def _division_after(company: Company, cluster: Cluster | None) -> str:
    """Return the division code once the cluster is another: a county within it is finer, and stays."""
    within = cluster.code.rstrip("0") if cluster else ""
    if within and company.division_code.startswith(within):
        return company.division_code
    return division_of(cluster, company.uscc or "")


def _check_kind(kind: str) -> None:
    if kind not in POSTING_KINDS:
        raise InvalidInput(_("Choose brand, factory, or both."), field="kind")
