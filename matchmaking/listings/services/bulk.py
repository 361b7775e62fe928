"""Many new posts of one sheet, stored by few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer, LedgerEntry, ProcessingOrder
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.services.posts import Weeks, check_offer, check_order, set_fields
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from accounts.models import Company, User
    from matchmaking.listings.models import Post


@transaction.atomic
def create_orders(
    *,
    rows: Sequence[tuple[Company, Mapping[str, Any]]],
    by: User,
    at: dt.datetime,
    submit: bool = False,
) -> list[ProcessingOrder]:
    """Create orders that :func:`check_order` has let pass, as :func:`save_order` would one by one.

    One INSERT for all of them and one for each kind of link.

    :raises InvalidInput: when one of them is not possible any more
    :raises IntegrityError: when an own reference is taken by now
    """
    orders = []
    for company, data in rows:
        check_order(company=company, data=data, at=at, submit=submit)
        order = ProcessingOrder(company=company, created_by=by)
        _fill(order, data, ORDER.fields, submit=submit, at=at)
        orders.append(order)
    created = ProcessingOrder.objects.bulk_create(orders)
    _link(ProcessingOrder, ORDER.links, created, [data for _company, data in rows])
    return created


@transaction.atomic
def create_offers(
    *,
    rows: Sequence[tuple[Company, Mapping[str, Any], Weeks | None]],
    by: User,
    at: dt.datetime,
    submit: bool = False,
) -> list[CapacityOffer]:
    """Create offers with their plans, as :func:`save_offer` would one by one.

    One INSERT for all of them, one for their ledger entries and one for each kind of link.

    :raises InvalidInput: when one of them is not possible any more
    :raises IntegrityError: when an own reference is taken by now
    """
    offers, entries = [], []
    for company, data, plan in rows:
        check_offer(company=company, data=data, at=at, weeks=plan, submit=submit)
        offer = CapacityOffer(company=company, created_by=by)
        _fill(offer, data, OFFER.fields, submit=submit, at=at)
        if plan is not None:
            row = ledger.spread(plan.first_week, plan.pairs, ledger.current_week(at))
            entry = ledger.first_plan(offer, row, by=by, at=at)
            entries.append(entry)
        offers.append(offer)
    # The entries point at the very instances, which have their keys only from here on.
    created = CapacityOffer.objects.bulk_create(offers)
    for entry in entries:
        entry.offer_id = entry.offer.pk
    LedgerEntry.objects.bulk_create(entries)
    _link(CapacityOffer, OFFER.links, created, [data for _company, data, _plan in rows])
    return created


def _fill(
    post: Post, data: Mapping[str, Any], fields: Sequence[str], *, submit: bool, at: dt.datetime
) -> None:
    set_fields(post, data, fields)
    if submit:
        post.state, post.submitted_at = PostState.PENDING, at


def _link(
    model: type[Post],
    names: Sequence[str],
    posts: Sequence[Post],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    for name in names:
        through, side = getattr(model, name).through, getattr(model, name).field
        through.objects.bulk_create(
            through(
                **{
                    f"{side.m2m_field_name()}_id": post.pk,
                    f"{side.m2m_reverse_field_name()}_id": one.pk,
                }
            )
            for post, data in zip(posts, rows, strict=True)
            for one in data.get(name, ())
        )
