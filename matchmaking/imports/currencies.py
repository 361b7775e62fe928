"""Prices in other currencies: asked about once a file and currency, and converted at a rate that officers keep."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.imports.questions import Choice
from matchmaking.listings.models import Currency, ExchangeRate
from matchmaking.listings.models.rates import RATE_LASTS_DAYS

if TYPE_CHECKING:
    from matchmaking.imports.questions import Asker

OF_CURRENCY = "currency:"
AT_RATE = "rate:"
YUAN, LEAVE = "yuan", "leave"


def in_yuan(
    amount: Decimal, currency: str, written: str, *, asker: Asker, today: dt.date
) -> Decimal | None:
    """Return the amount in yuan by what was answered about its currency.

    None while the question is open, and where somebody chose to leave such rows out.
    """
    key = f"{OF_CURRENCY}{currency}"
    rate = _rate(currency, asker.answer_to(key), today)
    choices = [
        Choice(YUAN, _("These prices are yuan: %(price)s") % {"price": f"¥{amount:,.2f}"}),
        Choice(LEAVE, _("Leave these rows out")),
    ]
    detail = _(
        "No rate of the last month is kept here: ask the association for one, or write yuan and "
        "send the file again."
    )
    if rate is not None:
        words = _("Convert: 1 %(currency)s was %(rate)s yuan on %(day)s, so this is %(price)s") % {
            "currency": currency,
            "rate": f"{rate.yuan.normalize():f}",
            "day": date_format(rate.day),
            "price": f"¥{rate.in_yuan(amount):,}",
        }
        choices.insert(0, Choice(f"{AT_RATE}{rate.day.isoformat()}", words, is_likely=True))
        detail = _("The rate is from: %(source)s.") % {"source": rate.source}
    sentence = _("“%(price)s” is in %(currency)s, and prices are in yuan here: what is meant?") % {
        "price": written,
        "currency": Currency(currency).label,
    }
    answer = asker.ask(key, sentence, choices, detail=detail)
    if answer == YUAN:
        return amount
    return rate.in_yuan(amount) if rate is not None and answer.startswith(AT_RATE) else None


def is_left_out(currency: str, asker: Asker) -> bool:
    return asker.answer_to(f"{OF_CURRENCY}{currency}") == LEAVE


def _rate(currency: str, answer: str, today: dt.date) -> ExchangeRate | None:
    """Return the rate that was agreed to; else the newest that holds."""
    if answer.startswith(AT_RATE):
        # A newer one may have come since: what was shown is what happens.
        day = answer.removeprefix(AT_RATE)
        agreed = ExchangeRate.objects.filter(currency=currency, day=day).first()
        if agreed is not None and (today - agreed.day).days < RATE_LASTS_DAYS:
            return agreed
    return ExchangeRate.objects.on(currency, today)
