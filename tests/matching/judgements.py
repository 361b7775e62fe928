"""Judgements of the trade, held against what a scoring writes; ``make judgements`` prints them.

A case is an order with candidate offers, or an offer with candidate orders; weeks count from
this Monday, null is not said. It goes the whole way: rows, the scoring of the market with the
active profile, and the matches and near misses that stand then. What may be expected:
``a > b`` (a is proposed, and b is not or scores less), ``a not proposed``,
``a near miss KIND`` (a gate or a change, or a part of its name), ``distinct scores >= n``.
"""

import datetime as dt
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
if __name__ == "__main__":
    django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Certificate, Certification, Cluster
from matchmaking.core import weeks
from matchmaking.listings.models import Category, Construction
from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.ranking import rescore_market
from tests.factories import CompanyFactory, OfferFactory, OrderFactory

FILES = sorted((Path(__file__).parent / "data").glob("judgements*.jsonl"))
# What people call a cause or a change that the engine names otherwise.
WORDS = {"moq": "minimum_order", "score": "min_score", "floor": "min_score", "time": "window"}


class Verdict(NamedTuple):
    """An expectation of a case, and whether it holds."""

    expected: str
    holds: bool


class Found(NamedTuple):
    """What stands of the candidates by name: scores of matches, names of near misses."""

    scores: dict[str, float]
    near: dict[str, tuple[str, str]]

    def __str__(self) -> str:
        matches = [f"{name} {score:.2f}" for name, score in self.scores.items()]
        misses = [f"{name} nearly ({kind})" for name, (_, kind) in self.near.items()]
        return ", ".join([*matches, *misses]) or "nothing"


def cases(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def judge(case: dict[str, Any]) -> tuple[Found, list[Verdict]]:
    """Score the case on an empty market, and take its rows back."""
    with transaction.atomic():
        found = score(case)
        transaction.set_rollback(True)
    return found, [Verdict(expected, holds(expected, found)) for expected in case["expect"]]


def score(case: dict[str, Any]) -> Found:
    at = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    at -= dt.timedelta(days=at.weekday())
    if case["side"] == "brand":
        make_order("", case["order"], at)
        made = {make_offer(name, offer, at): name for name, offer in case["offers"].items()}
    else:
        make_offer("", case["offer"], at)
        made = {make_order(name, order, at): name for name, order in case["orders"].items()}
    rescore_market(at=at)
    side = "offer_id" if case["side"] == "brand" else "order_id"
    matches = Match.objects.proposed().order_by("-score")
    misses = NearMiss.objects.all()
    return Found(
        scores={made[getattr(match, side)]: float(match.score) for match in matches},
        near={made[getattr(miss, side)]: (miss.gate, miss.change["kind"]) for miss in misses},
    )


def company_of(post: dict[str, Any], **values: Any) -> Any:
    city = post["city"]
    return CompanyFactory(
        division_code=city or "", cluster=Cluster.objects.filter(code=city).first(), **values
    )


def make_order(name: str, order: dict[str, Any], at: dt.datetime) -> int:
    monday, is_split = at.date(), order["splittable"]
    row = OrderFactory(
        title=name or "own",
        company=company_of(order),
        category=Category.objects.get(code=order["category"]),
        construction=Construction.objects.filter(code=order["construction"]).first(),
        pairs=order["pairs"],
        target_unit_price_cny=order["target_cny"],
        earliest_start=monday + dt.timedelta(weeks=order["start_in_weeks"]),
        due_week=monday + dt.timedelta(weeks=order["due_in_weeks"]),
        splittable=is_split,
        smallest_part=order["smallest_part"] if is_split else None,
        most_factories=4 if is_split else None,
    )
    row.certifications.set(Certification.objects.filter(code__in=order["certificates"]))
    return int(row.pk)


def make_offer(name: str, offer: dict[str, Any], at: dt.datetime) -> int:
    first, last = offer["first_in_weeks"], offer["first_in_weeks"] + offer["weeks"]
    plan = [
        offer["weekly_pairs"] if first <= week < last else 0 for week in range(weeks.HORIZON_WEEKS)
    ]
    company = company_of(offer, kind="factory")
    for certification in Certification.objects.filter(code__in=offer["certificates"]):
        Certificate.objects.create(
            company=company,
            certification=certification,
            expires_on=at.date() + dt.timedelta(days=400),
            reviewed_at=at,
        )
    row = OfferFactory(
        title=name or "own",
        company=company,
        categories=list(Category.objects.filter(code__in=offer["categories"])),
        anchor_week=at.date(),
        published=plan,
        free=plan,
        min_order_pairs=offer["min_order"],
        lead_days=offer["lead_days"],
        price_low_cny=offer["low_cny"],
        price_high_cny=offer["high_cny"],
        confirmed_at=at - dt.timedelta(days=offer["confirmed_days_ago"]),
    )
    row.constructions.set(Construction.objects.filter(code__in=offer["constructions"]))
    return int(row.pk)


def holds(expected: str, found: Found) -> bool:
    """Say whether an expectation holds.

    :raises ValueError: for a sentence that is not known
    """
    if said := re.fullmatch(r"(\w+) > (\w+)", expected):
        better, worse = (found.scores.get(name, -1.0) for name in said.groups())
        return better > worse
    if said := re.fullmatch(r"(\w+) (not )?proposed", expected):
        return (said[1] in found.scores) != bool(said[2])
    if said := re.fullmatch(r"(\w+) near miss (.+)", expected):
        word = said[2].strip().lower().replace(" ", "_")
        return any(WORDS.get(word, word) in name for name in found.near.get(said[1], ()))
    if said := re.fullmatch(r"distinct scores >= (\d+)", expected):
        return len(set(found.scores.values())) >= int(said[1])
    raise ValueError(f"no expectation reads {expected!r}")


def run(paths: list[Path]) -> Iterator[Verdict]:
    """Judge the cases of files and print a line for each; yield the verdicts."""
    for path in paths:
        for case in cases(path):
            found, verdicts = judge(case)
            wrong = [verdict.expected for verdict in verdicts if not verdict.holds]
            said = f"WRONG: {', '.join(wrong)}; {case['why']}" if wrong else "right"
            print(f"{case['id']:6} {said} [{found}]")  # noqa: T201 - the command's answer
            yield from verdicts


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    given = list(run([Path(name) for name in sys.argv[1:]] or FILES))
    right = sum(verdict.holds for verdict in given)
    print(f"judgements={len(given)} right={right} wrong={len(given) - right}")  # noqa: T201
    sys.exit(0 if given and right == len(given) else 1)
