"""Conditions of a possible and complete post: one list for forms, API, imports, services.

Each problem belongs to a field and says what would be right. The database refuses the
same by its constraints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.core import weeks
from matchmaking.core.errors import InvalidInput
from matchmaking.core.formatting import weeks_in_words
from matchmaking.listings.models import CapacityOffer, Category, Post, ProcessingOrder
from matchmaking.listings.models.offers import WEEK_FIELDS
from matchmaking.listings.models.orders import MAX_PAIRS
from matchmaking.listings.post_kinds import kind_of

Problems = dict[str, str | Promise]

MAX_PRICE_CNY = Decimal("999999.99")
REQUIRED_OF_ORDER: dict[str, str | Promise] = {
    "title": _("Give the order a title, for example “Running shoe, spring 2027”."),
    "category": _("Choose the category."),
    "pairs": _("Enter the number of pairs."),
    "target_unit_price_cny": _("Enter your target price per pair."),
    "due_week": _("Enter the week in which the pairs are due."),
}


def order_problems(order: ProcessingOrder, *, today: dt.date) -> Problems:
    """Return what is impossible in the order, by field. ``today`` is the trade's day."""
    problems: Problems = {}
    this_week = weeks.monday_of(today)
    if order.pairs is not None and not 1 <= order.pairs <= MAX_PAIRS:
        problems["pairs"] = _("An order has between 1 and %(most)s pairs.") % {
            "most": f"{MAX_PAIRS:,}"
        }
    if order.target_unit_price_cny is not None and not (
        0 < order.target_unit_price_cny <= MAX_PRICE_CNY
    ):
        problems["target_unit_price_cny"] = _("A price lies above 0 yuan a pair.")
    if order.colourways is not None and order.colourways < 1:
        problems["colourways"] = _("An order has at least one colourway.")
    problems |= _week_problems(order, this_week)
    problems |= _split_problems(order)
    return problems


def _week_problems(order: ProcessingOrder, this_week: dt.date) -> Problems:
    problems: Problems = {}
    start, due = order.earliest_start, order.due_week
    last = this_week + dt.timedelta(weeks=weeks.HORIZON_WEEKS - 1)
    for field, week in (("earliest_start", start), ("due_week", due)):
        if week is not None and week != weeks.monday_of(week):
            problems[field] = _("A week is named by its Monday: %(monday)s.") % {
                "monday": weeks.monday_of(week).isoformat()
            }
    if due is not None and not this_week <= due <= last:
        problems["due_week"] = _("The due week lies between %(first)s and %(last)s.") % {
            "first": weeks_in_words(this_week),
            "last": weeks_in_words(last),
        }
    if start is not None and start > last:
        problems["earliest_start"] = _("The earliest start lies at most in %(last)s.") % {
            "last": weeks_in_words(last)
        }
    elif start is not None and due is not None and due < start:
        problems["due_week"] = _(
            "The order is due in %(due)s, before it may start in %(start)s: choose a later "
            "due week or an earlier start."
        ) % {"due": weeks_in_words(due), "start": weeks_in_words(start)}
    return problems


def _split_problems(order: ProcessingOrder) -> Problems:
    problems: Problems = {}
    part, most, pairs = order.smallest_part, order.most_factories, order.pairs
    if not order.splittable:
        if part is not None:
            problems["smallest_part"] = _("Leave this empty, or allow the order to be split.")
        if most is not None:
            problems["most_factories"] = _("Leave this empty, or allow the order to be split.")
        return problems
    if part is None:
        problems["smallest_part"] = _("Say the smallest part that one factory may take.")
    elif part < 1:
        problems["smallest_part"] = _("The smallest part has at least 1 pair.")
    elif pairs is not None and part > pairs:
        problems["smallest_part"] = _(
            "A part of %(part)s pairs is larger than the order of %(pairs)s."
        ) % {"part": f"{part:,}", "pairs": f"{pairs:,}"}
    if most is None or most < 2:  # noqa: PLR2004 - a split has two sides
        problems["most_factories"] = _("An order that may be split goes to at least 2 factories.")
    return problems


def offer_problems(offer: CapacityOffer) -> Problems:
    """Return what is impossible in the offer, by field."""
    problems: Problems = {}
    low, high = offer.price_low_cny, offer.price_high_cny
    if offer.min_order_pairs is not None and offer.min_order_pairs < 1:
        problems["min_order_pairs"] = _("The minimum order must be at least 1 pair.")
    for field, price in (("price_low_cny", low), ("price_high_cny", high)):
        if price is not None and not 0 < price <= MAX_PRICE_CNY:
            problems[field] = _("A price lies above 0 yuan a pair.")
    if low is not None and high is not None and high < low:
        problems["price_high_cny"] = _(
            "The upper price must be at least the lower one, ¥%(low)s."
        ) % {"low": low}
    return problems


def missing_in_order(order: ProcessingOrder) -> Problems:
    """Return what an order still needs before it can be published, by field."""
    return {
        field: sentence
        for field, sentence in REQUIRED_OF_ORDER.items()
        if getattr(order, field) in (None, "")
    }


def missing_in_offer(offer: CapacityOffer, categories: Sequence[Category]) -> Problems:
    """Return what an offer still needs before it can be published, by field."""
    problems: Problems = {}
    if not offer.title:
        problems["title"] = _("Give the capacity a title, for example “Line 2, sports shoes”.")
    if not categories:
        problems["categories"] = _("Choose at least one category.")
    if not any(offer.published):
        problems["weeks_mode"] = _("Enter the pairs per week.")
    return problems


def reference_taken(post: Post) -> bool:
    """Return whether another post of the company carries the same own reference."""
    if not post.own_reference:
        return False
    same = kind_of(post).model.objects.filter(
        company=post.company_id, own_reference=post.own_reference
    )
    return same.exclude(pk=post.pk).exists()


def refuse(problems: Problems) -> None:
    """Return when there is no problem.

    :raises InvalidInput: for the first one, naming its field
    """
    for field, sentence in problems.items():
        raise InvalidInput(sentence, field=field)


def check_fields(post: Post) -> None:
    """Return when each field of the post holds what its column can hold.

    Text without control characters, figures within their column, known choices.

    :raises InvalidInput: for the first that does not, naming its field
    """
    try:
        # A row of the taxonomy that is loaded is there: asking for each again is a query a field.
        loaded = set(post._state.fields_cache)  # noqa: SLF001 - Django's documented name
        # The ledger bounds weeks itself; 416 figures with three validators each would take more
        # time than all else that a save does.
        post.clean_fields(exclude={"company", "created_by", *loaded, *WEEK_FIELDS})
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            raise InvalidInput(messages[0], field=field) from error
