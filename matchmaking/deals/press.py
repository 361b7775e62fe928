"""The press text of a board, in each language of the site, from the words that officers keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.association import association
from matchmaking.core.formatting import grouped, large
from matchmaking.core.links import absolute
from matchmaking.core.trade_day import trade_day
from matchmaking.deals import press_words
from matchmaking.deals.models import PressTemplate
from matchmaking.deals.results import Stage

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.deals.models import ResultsBoard
    from matchmaking.deals.results import Stages


@dataclass(frozen=True, slots=True)
class PressText:
    language: str
    label: str
    text: str


def texts(board: ResultsBoard, whole: Stages, *, at: dt.datetime) -> list[PressText]:
    """Return the text of each language, figures and days written as that language writes them."""
    found = []
    for template in PressTemplate.objects.order_by("-language"):
        with translation.override(template.language):
            text = press_words.fill(template.text, _values(board, whole, at))
        found.append(PressText(template.language, template.get_language_display(), text))
    return found


def _values(board: ResultsBoard, whole: Stages, at: dt.datetime) -> dict[str, str]:
    confirmed = whole[Stage.CONFIRMED]
    return {
        "title": board.title,
        "since": date_format(board.since, "DATE_FORMAT"),
        "until": date_format(board.until or trade_day(at), "DATE_FORMAT"),
        "firms": grouped(confirmed.firms),
        "brands": grouped(len(confirmed.brands)),
        "factories": grouped(len(confirmed.factories)),
        "intentions": grouped(confirmed.intentions),
        "pairs": large(confirmed.pairs),
        "pairs_exact": grouped(confirmed.pairs),
        "yuan": large(confirmed.yuan),
        "yuan_exact": grouped(confirmed.yuan),
        press_words.STAGES: _stages(whole),
        "method": absolute(reverse("deals:method")),
        "association": association().name,
    }


def _stages(whole: Stages) -> str:
    """Return the four stages in a sentence: none of them is quoted without the others."""
    words = {stage: _sums(whole, stage) for stage in Stage}
    return _(
        "announced %(announced)s; confirmed by both %(confirmed)s; contracted %(contracted)s; "
        "delivered %(delivered)s"
    ) % {stage.value: words[stage] for stage in Stage}


def _sums(whole: Stages, stage: Stage) -> str:
    sums = whole[stage]
    return ngettext(
        "%(count)s intention, %(pairs)s pairs, %(yuan)s yuan",
        "%(count)s intentions, %(pairs)s pairs, %(yuan)s yuan",
        sums.intentions,
    ) % {
        "count": grouped(sums.intentions),
        "pairs": grouped(sums.pairs),
        "yuan": grouped(sums.yuan),
    }
