"""Words that cards of companies need."""

from django import template

from accounts.choices import SizeBand
from matchmaking.matching.presentation import band_words

register = template.Library()


@register.filter
def size_band(value: str) -> str:
    return str(SizeBand(value).label) if value in SizeBand.values else ""


register.filter("days_band", band_words.days_of)
