"""The formatters of :mod:`matchmaking.core.formatting` as template filters."""

from django import template

from matchmaking.core import formatting

register = template.Library()

for name in (
    "figure",
    "grouped",
    "hundredths",
    "in_a_row",
    "large",
    "listed",
    "money",
    "money_to",
    "pairs",
    "pairs_unit",
    "percent",
    "points",
    "tel_url",
    "week",
    "week_range",
):
    register.filter(name, getattr(formatting, name))

register.filter("countries", formatting.country_names)
# Safe text stays safe: the joiners that it adds are no markup.
register.filter("unbroken", formatting.unbroken, is_safe=True)
register.simple_tag(formatting.band_text)
register.simple_tag(formatting.period)
register.simple_tag(formatting.week_codes)
register.simple_tag(formatting.weeks_in_words)
