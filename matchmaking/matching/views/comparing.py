"""Up to three matches of one side beside each other."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from matchmaking.matching import queries
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import cards
from matchmaking.matching.presentation.match_rows import row_of
from matchmaking.matching.views import frame

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST = 3


@require_safe
@login_required
def match_compare(request: HttpRequest) -> HttpResponse:
    """Compare the matches that the address names by ``m``, the first three that are visible."""
    codes = _codes(request.GET.getlist("m"))
    rows = queries.match_in_full(Match.objects.visible_to(request.user).filter(code__in=codes))
    matches = {match.code: match for match in rows.prefetch_related("answers")}
    found = [matches[code] for code in codes if code in matches]
    if not found:
        return redirect("matching:match-list")
    user = frame.person(request)
    user.load_roles()
    shown = [
        cards.match_card(match, user=user, own=frame.side_name(request, match))
        for match in found[:MOST]
    ]
    context = {
        "rows": [row_of(card) for card in shown],
        "factors": list(zip(*(card.lines for card in shown), strict=True)),
        "left_out": len(found) - len(shown),
        "most": MOST,
    }
    return render(request, "matching/match_compare.html", context)


def _codes(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
