"""Words that cards of companies need."""

from django import template
from django.utils.translation import gettext_lazy as _

from accounts.choices import SizeBand
from matchmaking.listings import shared_cards
from matchmaking.matching.presentation import alias, band_words, match_rows

register = template.Library()
# Where fewer than five have a size alike, the next wider class is shown.
WIDER = {
    shared_cards.SMALL: _("under 500 workers"),
    shared_cards.LARGE: _("500 workers and more"),
}


@register.filter
def size_band(value: str) -> str:
    if value in WIDER:
        return str(WIDER[value])
    return str(SizeBand(value).label) if value in SizeBand.values else ""


register.filter("other_name", match_rows.other_name)
register.filter("alias_of", alias.alias_of)
register.filter("days_band", band_words.days_of)
