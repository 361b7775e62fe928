"""An attack by the clock: a form that takes longer for an address that has an account."""

from __future__ import annotations

import math
import random
import time

from django.test.utils import override_settings

from accounts.models import User
from matchmaking.core.protections import Protection
from tests.attacks.attack import Attack, Outcome, area_under_curve
from tests.attacks.visitor import Visitor
from tests.attacks.world import World

MOST_AREA = 0.6
SURE = 3.4  # standard deviations: of few answers an area of 0.6 is chance
TRIES, TRIES_SHORT, TURNS = 200, 64, 4
HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # a real one takes its time
NEW_PASSWORD = "a new one for these shoes 1"
FORMS = {
    "/account/password/reset/": {},
    "/account/signup/": {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
}


def time_answers(world: World) -> Outcome:
    """Anybody asks for a reset of addresses, and measures which answers take longer."""
    tries = TRIES_SHORT if world.short else TRIES
    addresses = list(User.objects.order_by("pk").values_list("email", flat=True)[:tries])
    half = min(tries, len(addresses))
    with override_settings(PASSWORD_HASHERS=HASHERS):
        paths = list(FORMS)[: 1 if world.short else None]
        areas = {path: area_of(world.visitor(), path, addresses[:half]) for path in paths}
    # Mann and Whitney's deviation for two samples of one size.
    chance = SURE * math.sqrt((2 * half + 1) / (12 * half * half))
    most = max(MOST_AREA - 1 / 2, chance)
    told = [path for path, area in areas.items() if abs(area - 1 / 2) > most]
    words = ", ".join(f"{path} AUC {area:.2f}" for path, area in areas.items())
    return Outcome(len(told), f"{words}, N {half} known and {half} unknown")


def area_of(visitor: Visitor, path: str, addresses: list[str]) -> float:
    draw = random.Random(12)
    strangers = [f"nobody{n:03d}@attacks.example" for n in range(len(addresses))]
    asked = [(address, True) for address in addresses] + [(address, False) for address in strangers]
    draw.shuffle(asked)
    visitor.get(path)
    # The least of some answers: what else the machine does only ever makes one later.
    least = dict.fromkeys(asked, math.inf)
    for _turn in range(TURNS):
        for address, has_account in asked:
            started = time.perf_counter()
            visitor.post(path, {"email": address, **FORMS[path]})
            seconds = time.perf_counter() - started
            least[address, has_account] = min(least[address, has_account], seconds)
    known, unknown = ([least[key] for key in asked if key[1] is has] for has in (True, False))
    return area_under_curve(known, unknown)


ATTACKS = (
    Attack(
        12,
        "Anybody measures how long the forms of sign-in take",
        time_answers,
        (Protection.EQUAL_TIME,),
    ),
)
