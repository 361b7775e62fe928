"""Companies of the demonstration on the officers' desk, each with the outcome of the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.choices import ContactKind, Role, VerificationTier
from accounts.models import Block, Certificate, Company, CompanyGroup, Contact, Membership, User
from accounts.services import (
    certificates,
    claims,
    companies,
    contact_book,
    invitations,
    partners,
    review,
)
from matchmaking.core.trade_day import trade_day
from matchmaking.demonstration import wording
from matchmaking.demonstration.office_hours import Office
from matchmaking.demonstration.plan import PlannedCompany
from matchmaking.demonstration.services import history, people
from matchmaking.demonstration.services.papers import show_evidence
from matchmaking.demonstration.terms import Terms, load_terms

LIST = "Example member list 2026"
# Shaped like a code and never one: no region is called 000000.
DISPUTED_USCC = "91000000EXAMPLE01X"
VERIFIED_FOR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Registered:
    """A company and the person who acts for it; None where nobody does."""

    company: Company
    owner: User | None


def is_filled() -> bool:
    return Company.objects.filter(source=LIST).exists()


def register_all(
    planned: Sequence[PlannedCompany],
    *,
    password: str,
    officer: User,
    office: Office,
    on_registered: Callable[[], None],
) -> dict[int, Registered]:
    """Register the companies of the plan, and decide about those that were decided."""
    terms = load_terms()
    kinds_seen: set[str] = set()
    registered = {}
    for index, one in enumerate(planned):
        on_registered()
        is_sign_in = one.kind not in kinds_seen and one.kind in {"brand", "factory"}
        kinds_seen.add(one.kind)
        if one.outcome == "listed":
            registered[index] = Registered(_list(one, index, terms, officer, office), None)
            continue
        owner = _owner(one, index, password if is_sign_in else None, office)
        with history.done_by(owner):
            registered[index] = _register(one, owner, terms, office)
        _certify(one, registered[index], terms, officer, office)
    people.quieten(users=silent(registered.values()))
    for index, one in enumerate(planned):
        if one.outcome != "listed":
            with history.done_by(officer):
                _decide(one, registered[index].company, officer, office)
    _backdate(planned, registered, office)
    for row in registered.values():
        row.company.refresh_from_db()
    _relate(planned, registered, officer, office.ago())
    return registered


def silent(registered: Iterable[Registered]) -> list[User]:
    read = {people.BRAND.email, people.FACTORY.email}
    return [row.owner for row in registered if row.owner and row.owner.email not in read]


def _owner(one: PlannedCompany, index: int, password: str | None, office: Office) -> User:
    then = office.ago(days=one.days_ago, hours=25)
    if password:
        sign_in = people.BRAND if one.kind == "brand" else people.FACTORY
        return people.make_person(
            email=sign_in.email,
            name=sign_in.name,
            language=one.language,
            password=password,
            at=then,
        )
    return people.make_person(
        email=f"member-{index:03d}@example.com", name=one.person, language=one.language, at=then
    )


def _register(one: PlannedCompany, owner: User, terms: Terms, office: Office) -> Registered:
    then = office.ago(days=one.days_ago)
    company = companies.register_company(
        by=owner,
        at=then,
        name_zh=one.name_zh,
        name_en=one.name_en,
        kind=one.kind,
        cluster=terms.clusters[one.place],
        division_code=one.place,
        size_band=one.size_band,
    )
    contact_book.add_contact(
        company=company,
        person=owner.name,
        kind=ContactKind.EMAIL,
        value=f"hello+{company.pk}@example.com",
    )
    return Registered(company, owner)


def _certify(
    one: PlannedCompany, row: Registered, terms: Terms, officer: User, office: Office
) -> None:
    """Add the company's certificates some days later, each reviewed by an officer."""
    shown = office.ago(days=one.days_ago - 3)
    for code, days in one.certificates.items():
        with history.done_by(row.owner):
            certificate = certificates.add_certificate(
                company=row.company,
                certification=terms.certifications[code],
                expires_on=trade_day(office.now) + dt.timedelta(days=days),
                at=shown,
            )
        rows = Certificate.objects.filter(pk=certificate.pk)
        history.began(rows=rows, at=shown)
        with history.done_by(officer):
            certificates.review_certificate(
                certificate=certificate, by=officer, at=office.ago(days=one.days_ago - 3, hours=-30)
            )


def _list(one: PlannedCompany, index: int, terms: Terms, officer: User, office: Office) -> Company:
    then = office.ago(days=one.days_ago)
    company, _is_new = companies.import_company(
        by=officer,
        at=then,
        source=LIST,
        own_reference=f"EX-{index:03d}",
        name_zh=one.name_zh,
        name_en=one.name_en,
        kind=one.kind,
        cluster=terms.clusters[one.place],
        division_code=one.place,
        size_band=one.size_band,
    )
    return company


def _decide(one: PlannedCompany, company: Company, officer: User, office: Office) -> None:
    """Approve, send back or leave waiting; a suspension comes after the posts."""
    then = office.ago(days=one.days_ago, hours=-20)
    if one.takes_part:
        review.approve_company(company=company, by=officer, at=then)
        history.began(rows=company.verifications.all(), at=then)
        if one.tier != VerificationTier.LISTED:
            visited = office.ago(days=60)
            on = trade_day(visited)
            show_evidence(company, by=officer, at=visited)
            review.record_verification(
                company=company,
                tier=one.tier,
                is_compared=True,
                on=on,
                expires_on=on + VERIFIED_FOR,
                by=officer,
                at=visited,
            )
            history.began(rows=company.verifications.filter(tier=one.tier), at=visited)
    elif one.outcome == "returned":
        reason = wording.RETURNS[company.pk % len(wording.RETURNS)]
        review.return_company(company=company, reason=reason, by=officer, at=office.ago())


def _backdate(
    planned: Sequence[PlannedCompany], registered: Mapping[int, Registered], office: Office
) -> None:
    """Set the day of registration, which the database's clock wrote, to the plan's."""
    moments = {
        registered[index].company.pk: office.ago(days=one.days_ago, hours=index % 24)
        for index, one in enumerate(planned)
    }
    history.began_each(Company, moments)
    history.began_each(Membership, moments, key="company_id", field="joined_at")
    history.began_each(Contact, moments, key="company_id")


def _relate(
    planned: Sequence[PlannedCompany],
    registered: Mapping[int, Registered],
    officer: User,
    at: dt.datetime,
) -> None:
    """Group a brand with a factory, block a partner, invite a colleague."""
    brands = [i for i, one in enumerate(planned) if one.outcome == "active" and one.kind == "brand"]
    makers = [
        i for i, one in enumerate(planned) if one.outcome == "active" and one.kind == "factory"
    ]
    first, owner = registered[brands[0]].company, registered[brands[0]].owner
    if owner is None:
        raise TypeError("the first brand has no owner")
    group = CompanyGroup.objects.create(name="示例·同檐集团")
    with history.done_by(officer):
        for index in (brands[1], makers[1]):
            review.change_group(company=registered[index].company, group=group, by=officer, at=at)
    blocked = registered[makers[2]].company
    block = partners.block_partner(company=first, partner=str(blocked.code), by=owner)
    # Before the first matches: the market heeds a block from the day after it.
    history.began(rows=Block.objects.filter(pk=block.pk), at=at - dt.timedelta(days=7))
    invitations.invite_member(
        company=first, email="colleague@example.com", role=Role.MEMBER, by=owner, at=at
    )


def make_disputes(
    planned: Sequence[PlannedCompany],
    registered: Mapping[int, Registered],
    *,
    officer: User,
    at: dt.datetime,
) -> None:
    """Leave two decisions open: who is the holder of a code, and whose a listed company is."""
    makers = [
        i for i, one in enumerate(planned) if one.outcome == "active" and one.kind == "factory"
    ]
    holder = registered[makers[3]]
    with history.done_by(officer):
        companies.change_company(
            company=holder.company, by=officer, at=at, as_officer=True, uscc=DISPUTED_USCC
        )
    for index, one in enumerate(planned):
        row = registered[index]
        if one.outcome == "disputed" and row.owner:
            with history.done_by(row.owner):
                companies.change_company(
                    company=row.company, by=row.owner, at=at, uscc=DISPUTED_USCC
                )
    listed = next((i for i, one in enumerate(planned) if one.outcome == "listed"), None)
    if listed is not None:
        claimant = people.make_person(
            email="claimant@example.com", name="丁若谷", language="zh-hans", at=at
        )
        claims.claim_company(company=registered[listed].company, note=wording.CLAIM, by=claimant)


def suspend_late(
    planned: Sequence[PlannedCompany],
    registered: Mapping[int, Registered],
    *,
    officer: User,
    at: dt.datetime,
) -> None:
    """Suspend those whose outcome it is; their posts leave the market with them."""
    for index, one in enumerate(planned):
        if one.outcome == "suspended":
            with history.done_by(officer):
                review.suspend_company(
                    company=registered[index].company, reason=wording.SUSPENSION, by=officer, at=at
                )
