"""Making and editing orders and offers."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.trade_day import trade_day
from matchmaking.core.uploads import CleanUpload
from matchmaking.listings import ledger, validation
from matchmaking.listings.models import Attachment, CapacityOffer, Post, ProcessingOrder
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.post_locking import check_version, lock_post, publish_change
from matchmaking.listings.services import edits, transitions
from matchmaking.listings.states import PostState
from matchmaking.listings.widening import Reach, reach_of

if TYPE_CHECKING:
    from accounts.models import Company, User

P = TypeVar("P", bound=Post)
MOST_ATTACHMENTS = 10

# What is asked or offered. Who declined it is asked again only when one of these changes.
TERMS = frozenset(
    {
        "category",
        "construction",
        "upper_material",
        "sole_material",
        "pairs",
        "target_unit_price_cny",
        "earliest_start",
        "due_week",
        "splittable",
        "smallest_part",
        "most_factories",
        "min_order_pairs",
        "lead_days",
        "price_low_cny",
        "price_high_cny",
        *ORDER.links,
        *OFFER.links,
    }
)


@dataclass(frozen=True, slots=True)
class Weeks:
    """A plan of capacity: pairs per week from the Monday ``first_week`` on."""

    first_week: dt.date
    pairs: Sequence[int]


@transaction.atomic
def save_order(
    *,
    company: Company,
    data: Mapping[str, Any],
    by: User | None,
    at: dt.datetime,
    order: ProcessingOrder | None = None,
    version: int | None = None,
    submit: bool = False,
    files: Sequence[CleanUpload] = (),
    remove_files: Iterable[UUID] = (),
    is_checked: bool = False,
) -> ProcessingOrder:
    """Create an order of ``company``, or change the one given; return it as it is now.

    ``data`` holds the fields that are to change, by name; what it leaves out stays.
    ``version`` is the one that the person saw. A save that changes nothing leaves the
    version and publishes nothing. A change of an order that officers let in is published, or waits
    for them as a :class:`PostEdit` while the order stays as it was: when it reaches further than
    what they checked, when the day's changes are used up, or where the company's edits are checked.
    ``is_checked`` says that they have looked. ``submit`` hands a draft to the officers in the same step.

    :raises InvalidInput: for an impossible or missing value, naming its field
    :raises Conflict: when somebody changed it since ``version``, or it is closed
    """
    order = _open(ProcessingOrder, company, order, version, by)
    due_before = order.due_week
    before = reach_of(order)
    changed = _apply(order, data, ORDER.fields)
    links = _changed_links(order, data, ORDER.links)
    gone = list(order.attachments.filter(code__in=list(remove_files))) if order.pk else []
    validation.check_fields(order)
    if changed or not order.pk:
        validation.refuse(validation.order_problems(order, today=trade_day(at)))
    _check_complete(order, validation.missing_in_order(order))
    terms = not TERMS.isdisjoint([*changed, *links])
    if (changed or links) and not is_checked:
        wait = edits.waits_for(order, before, reach_of(order), terms=terms, at=at)
        if wait:
            wanted = {name: getattr(order, name) for name in changed} | links
            edits.keep_for_officers(order, wait, changes=wanted, plan=None, by=by, at=at)
            order, changed, links, terms = lock_post(order), [], {}, False
    if order.state == PostState.PUBLISHED and order.due_week != due_before:
        order.expires_on = transitions.expiry(order, at)
    # Files follow the row, since a new order has no key before; the version counts them here. They
    # never wait: nobody but the company and the association opens them.
    _write(order, links, changed=bool(changed or links or files or gone), terms=terms)
    _change_files(order, files, gone, by)
    if submit and order.state in {PostState.DRAFT, PostState.REJECTED}:
        transitions.submit_locked(order, at=at)
    return order


@transaction.atomic
def save_offer(
    *,
    company: Company,
    data: Mapping[str, Any],
    by: User | None,
    at: dt.datetime,
    offer: CapacityOffer | None = None,
    version: int | None = None,
    weeks: Weeks | None = None,
    submit: bool = False,
    is_checked: bool = False,
) -> CapacityOffer:
    """Create an offer of ``company``, or change the one given; return it as it is now.

    As :func:`save_order`. ``weeks`` replaces the plan of all 104 weeks and confirms the
    figures; None leaves the plan as it is.

    :raises InvalidInput: for an impossible or missing value, naming its field
    :raises Conflict: when somebody changed it since ``version``, or it is closed
    """
    offer = _open(CapacityOffer, company, offer, version, by)
    before = reach_of(offer) if offer.pk else None
    changed = _apply(offer, data, OFFER.fields)
    links = _changed_links(offer, data, OFFER.links)
    validation.check_fields(offer)
    validation.refuse(validation.offer_problems(offer))
    row = None
    if weeks is not None:
        row = ledger.spread(weeks.first_week, weeks.pairs, ledger.current_week(at))
    # An entry of the ledger needs the offer's key, so a new offer is stored before its weeks.
    if offer.pk is None:
        offer.save()
        _link(offer, links)
        if row is not None:
            ledger.set_published_locked(offer, row, by=by, at=at)
            offer.save()
    elif (
        before is not None
        and not is_checked
        and (wait := _offer_waits(offer, before, changed, links, row, at))
    ):
        wanted = {name: getattr(offer, name) for name in changed} | links
        plan = (weeks.first_week, weeks.pairs) if weeks else None
        edits.keep_for_officers(offer, wait, changes=wanted, plan=plan, by=by, at=at)
        return lock_post(offer)
    else:
        entry = row is not None and ledger.set_published_locked(offer, row, by=by, at=at)
        terms = bool(entry) or not TERMS.isdisjoint([*changed, *links])
        _write(offer, links, changed=bool(changed or links or entry), terms=terms)
    # Last: whether the weeks are there is known only after the ledger has written them.
    _check_complete(offer, {} if offer.state == PostState.DRAFT else transitions.missing(offer))
    if submit and offer.state in {PostState.DRAFT, PostState.REJECTED}:
        transitions.submit_locked(offer, at=at)
    return offer


def check_order(
    *,
    company: Company,
    data: Mapping[str, Any],
    at: dt.datetime,
    order: ProcessingOrder | None = None,
    submit: bool = False,
) -> list[str]:
    """Return the names of fields that :func:`save_order` would change; write nothing.

    The caller has looked whether the own reference is free.

    :raises InvalidInput, Conflict: as :func:`save_order` would
    """
    post = _unsaved(ProcessingOrder, company, order)
    changed = set_fields(post, data, ORDER.fields)
    links = _changed_links(post, data, ORDER.links)
    validation.check_fields(post)
    today = trade_day(at)
    if changed or not post.pk:
        validation.refuse(validation.order_problems(post, today=today))
    is_handed_in = submit and post.state in {PostState.DRAFT, PostState.REJECTED}
    if is_handed_in:
        transitions.check_company(post)
        validation.refuse(validation.order_problems(post, today=today))
    if is_handed_in or post.state not in {PostState.DRAFT, PostState.CLOSED}:
        validation.refuse(validation.missing_in_order(post))
    return [*changed, *links, *(["state"] if is_handed_in else [])]


def check_offer(
    *,
    company: Company,
    data: Mapping[str, Any],
    at: dt.datetime,
    offer: CapacityOffer | None = None,
    weeks: Weeks | None = None,
    submit: bool = False,
) -> list[str]:
    """Return the names of fields that :func:`save_offer` would change; write nothing.

    ``"weeks"`` stands for a plan that differs from the present one.

    :raises InvalidInput, Conflict: as :func:`save_offer` would
    """
    post = _unsaved(CapacityOffer, company, offer)
    changed = set_fields(post, data, OFFER.fields)
    links = _changed_links(post, data, OFFER.links)
    validation.check_fields(post)
    validation.refuse(validation.offer_problems(post))
    if weeks is not None:
        row = ledger.spread(weeks.first_week, weeks.pairs, ledger.current_week(at))
        if ledger.changes_plan(post, row, at=at):
            changed.append("weeks")
        post.published = row
    is_handed_in = submit and post.state in {PostState.DRAFT, PostState.REJECTED}
    if is_handed_in:
        transitions.check_company(post)
    if is_handed_in or post.state not in {PostState.DRAFT, PostState.CLOSED}:
        categories = data.get("categories") or (list(post.categories.all()) if post.pk else [])
        validation.refuse(validation.missing_in_offer(post, categories))
    return [*changed, *links, *(["state"] if is_handed_in else [])]


@transaction.atomic
def discard_post(*, post: Post, version: int) -> None:
    """Delete a draft, or a post that waits for its first approval, that nobody has changed since ``version``.

    :raises Conflict: when it is or was on the market, or somebody changed it
    """
    post = lock_post(post)
    check_version(post, version)
    if post.state not in {PostState.DRAFT, PostState.PENDING} or post.expires_on is not None:
        raise Conflict(_("This post is or was on the market: close it instead."))
    post.delete()


@transaction.atomic
def copy_order(*, order: ProcessingOrder, by: User, at: dt.datetime) -> ProcessingOrder:
    """Create a draft with the figures of an earlier order; weeks that have passed stay empty.

    The own reference and the attachments belong to the earlier order and are not copied.
    """
    this_week = ledger.current_week(at)
    fields = {name: getattr(order, name) for name in ORDER.fields if name != "own_reference"}
    for name in ("earliest_start", "due_week"):
        if fields[name] and fields[name] < this_week:
            fields[name] = None
    copy = ProcessingOrder(company=order.company, created_by=by, **fields)
    copy.save()
    copy.certifications.set(order.certifications.all())
    return copy


def _offer_waits(
    offer: CapacityOffer,
    before: Reach,
    changed: Sequence[str],
    links: Mapping[str, list[Any]],
    row: list[int] | None,
    at: dt.datetime,
) -> edits.Wait | None:
    """Return why the edit of an offer waits, before anything of it is written.

    :raises BelowPromised: when a week would fall below its held and booked pairs
    """
    planned = row is not None and ledger.changes_plan(offer, row, at=at)
    if not (changed or links or planned):
        return None
    wanted = reach_of(offer, categories=links.get("categories"), weeks=row)
    terms = planned or not TERMS.isdisjoint([*changed, *links])
    return edits.waits_for(offer, before, wanted, terms=terms, at=at)


def _open(
    model: type[P], company: Company, post: P | None, version: int | None, by: User | None
) -> P:
    """Return the locked post to change, or a new draft."""
    if post is None:
        return model(company=company, created_by=by)
    if post.company_id != company.pk:
        raise Conflict(_("This post belongs to another company."))
    post = lock_post(post)
    if post.state == PostState.CLOSED:
        raise Conflict(_("This post is closed: copy it to use it again."), code="closed")
    check_version(post, version)
    return post


def _unsaved(model: type[P], company: Company, post: P | None) -> P:
    """Return a copy to try changes on, or a new draft.

    :raises Conflict: when the post is closed
    """
    if post is None:
        return model(company=company)
    if post.state == PostState.CLOSED:
        raise Conflict(_("This post is closed: copy it to use it again."), code="closed")
    trial = copy.copy(post)
    # Related rows that are set on the trial stay off the original; arrays are never changed in place.
    trial._state = copy.copy(post._state)  # noqa: SLF001 - Django's documented name
    trial._state.fields_cache = dict(post._state.fields_cache)  # noqa: SLF001 - as above
    return trial


def set_fields(post: Post, data: Mapping[str, Any], fields: Sequence[str]) -> list[str]:
    """Set the fields that ``data`` names; return those whose value became another."""
    changed = []
    for name in fields:
        if name in data:
            before = getattr(post, name)
            setattr(post, name, data[name])
            if before != data[name]:
                changed.append(name)
    return changed


def _apply(post: Post, data: Mapping[str, Any], fields: Sequence[str]) -> list[str]:
    """Set the fields that ``data`` names; return those whose value became another."""
    changed = set_fields(post, data, fields)
    # The unique constraint is the net; asked here, the refusal is a sentence at its field.
    if "own_reference" in changed and validation.reference_taken(post):
        raise InvalidInput(
            _("Another of your posts carries this reference: choose another, or edit that one."),
            field="own_reference",
        )
    return changed


def _changed_links(
    post: Post, data: Mapping[str, Any], names: Sequence[str]
) -> dict[str, list[Any]]:
    """Return the many-to-many fields whose set of rows becomes another."""
    changed = {}
    for name in names:
        if name not in data:
            continue
        wanted = list(data[name])
        present = set(getattr(post, name).all()) if post.pk else set()
        if present != set(wanted):
            changed[name] = wanted
    return changed


def _link(post: Post, links: Mapping[str, list[Any]]) -> None:
    for name, rows in links.items():
        getattr(post, name).set(rows)


def _check_complete(post: Post, missing: validation.Problems) -> None:
    if post.state not in {PostState.DRAFT, PostState.CLOSED}:
        validation.refuse(missing)


def _write(post: Post, links: Mapping[str, list[Any]], *, changed: bool, terms: bool) -> None:
    """Store a changed post as a new version; publish the change of one on the market.

    ``terms``: what is asked or offered has become something else.
    """
    if post.pk is None:
        post.save()
        _link(post, links)
        return
    if not changed:
        return
    post.version += 1
    if terms:
        post.terms_version = post.version
    post.save()
    _link(post, links)
    if post.state == PostState.PUBLISHED:
        publish_change(post)


def _change_files(
    order: ProcessingOrder,
    files: Sequence[CleanUpload],
    gone: Sequence[Attachment],
    by: User | None,
) -> None:
    """Add and remove attachments; a removed file leaves the store after the commit."""
    for attachment in gone:
        stored, name = attachment.file.storage, str(attachment.file.name)
        attachment.delete()
        # Not before the commit: a rollback brings the row back, but no file.
        transaction.on_commit(partial(stored.delete, name))
    if files and order.attachments.count() + len(files) > MOST_ATTACHMENTS:
        raise InvalidInput(
            _("An order carries at most %(most)s files.") % {"most": MOST_ATTACHMENTS},
            field="uploads",
        )
    for file in files:
        attachment = Attachment(
            order=order,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            uploaded_by=by,
        )
        attachment.file.save(file.file.name or "file", file.file, save=False)
        attachment.save()
