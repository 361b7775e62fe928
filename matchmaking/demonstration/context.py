"""Whether demonstration data are on their way, for every page of a developer's site."""

from django.conf import settings
from django.http import HttpRequest

from matchmaking.demonstration.progress import arriving


def demonstration(request: HttpRequest) -> dict[str, object]:
    del request
    return {"demonstration": arriving() if settings.DEVELOPMENT else None}
