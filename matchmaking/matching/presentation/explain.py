"""Stored numbers in words. Pure: what a match keeps goes in, sentences come out.

``assessment`` and ``change`` are what :class:`Match` and :class:`NearMiss` store. They
name terms by codes; ``names`` gives the words for codes in the reader's language, and a
code without one speaks for itself. Sentences begin small, so that they can be joined.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.core import weeks
from matchmaking.core.formatting import grouped, money, pairs, weeks_in_words
from matchmaking.engine.types import MIN_SCORE, Change, FactorCode, Gate

Names = Mapping[str, str]
Numbers = Mapping[str, Any]

SPARE = 1.1  # below a tenth in reserve there is little to spare
CHEAP = 1.5  # a target so far above the band is another grade
CENTS = 100
CORE = (FactorCode.VOLUME, FactorCode.CATEGORY, FactorCode.LEAD_TIME)
CAUSES = {
    Gate.CATEGORY: gettext_lazy("another kind of shoe"),
    Gate.CONSTRUCTION: gettext_lazy("another construction"),
    Gate.CERTIFICATES: gettext_lazy("a certificate is missing"),
    Gate.OWN_COMPANY: gettext_lazy("companies that are not matched with each other"),
    Gate.WINDOW: gettext_lazy("cannot start before the due week"),
    Gate.CAPACITY: gettext_lazy("too few free pairs in time"),
    Gate.MINIMUM_ORDER: gettext_lazy("below the minimum order"),
    Gate.PRICE: gettext_lazy("the price begins too far above the target"),
    MIN_SCORE: gettext_lazy("fits, but not well enough to be proposed"),
}
OF_ORDER = frozenset(
    {
        Change.DUE_LATER,
        Change.START_EARLIER,
        Change.ALLOW_SPLIT,
        Change.FEWER_PAIRS,
        Change.ANY_CONSTRUCTION,
        Change.TARGET_PRICE,
    }
)


@dataclass(frozen=True, slots=True)
class FactorLine:
    """A factor as people read it. ``is_core`` marks the three that carry the weight.

    ``unsaid`` names the sides ("order", "offer") that left out what the factor is measured
    by: it counts as neither good nor bad. ``ask_url`` is where the reader may say it.
    """

    code: str
    label: str
    value: float
    weight: float
    sentence: str
    is_core: bool
    unsaid: tuple[str, ...]
    ask_url: str = ""


def factor_lines(assessment: Mapping[str, Any], names: Names | None = None) -> list[FactorLine]:
    """Give every factor with its sentence, in the order of the score."""
    terms, found = assessment.get("terms", {}), []
    for factor in assessment["factors"]:
        words = FACTORS[FactorCode(factor["code"])]
        numbers = factor["numbers"] | {"value": factor["value"]}
        found.append(
            FactorLine(
                code=factor["code"],
                label=str(words.label),
                value=factor["value"],
                weight=factor["weight"],
                sentence=words.sentence(numbers, terms, names or {}),
                is_core=factor["code"] in CORE,
                unsaid=words.unsaid(numbers),
            )
        )
    return found


def reasons(assessment: Mapping[str, Any], names: Names | None = None) -> str:
    return joined(line for line in factor_lines(assessment, names) if line.is_core)


def joined(lines: Iterable[FactorLine]) -> str:
    """Return the sentences of the lines as one, "" for none."""
    sentences = [line.sentence for line in lines]
    if not sentences:
        return ""
    return reduce(
        lambda one, other: _("%(one)s; %(other)s") % {"one": one, "other": other}, sentences
    )


def gate_sentences(assessment: Mapping[str, Any], names: Names | None = None) -> list[str]:
    """Return the conditions that were checked, each with its finding."""
    terms = assessment.get("terms", {})
    gates = {gate["code"]: gate for gate in assessment["gates"]}
    known = names or {}
    minimum, window = gates[Gate.MINIMUM_ORDER], gates[Gate.WINDOW]
    found = [
        _construction(terms, known),
        _certificates(terms, known),
        _minimum(minimum["wanted"], minimum["found"]),
        _("can start in %(week)s") % {"week": _week(window["found"])},
    ]
    return [sentence for sentence in found if sentence]


def change_sentence(change: Mapping[str, Any], names: Names | None = None) -> str:
    return _CHANGES[Change(change["kind"])](change, names or {})


def cause_sentence(gate: str) -> str:
    return str(CAUSES[gate])


def changes_order(change: Mapping[str, Any]) -> bool:
    return change["kind"] in OF_ORDER


def _week(number: int) -> str:
    return weeks_in_words(weeks.monday(number))


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _minimum(least: int, part: int) -> str:
    if least < 0:
        return _("the factory states no minimum order, up to %(part)s could be placed") % {
            "part": pairs(part)
        }
    return _("minimum order %(least)s, up to %(part)s could be placed") % {
        "least": pairs(least),
        "part": pairs(part),
    }


def _volume(numbers: Numbers, _terms: Numbers, _names: Names) -> str:
    asked, free = numbers["pairs"], numbers["free_pairs"]
    values = {
        "free": grouped(min(free, asked)),
        "pairs": pairs(asked),
        "week": _week(numbers["due_week"]),
    }
    if free < asked:
        sentence = _("%(free)s of %(pairs)s free by %(week)s") % values
    elif free < asked * SPARE:
        sentence = _("all %(pairs)s free by %(week)s, with little to spare") % values
    else:
        sentence = _("all %(pairs)s free by %(week)s") % values
    # What the line makes in a week stays with the factory: an order is small for it, or is not.
    if (numbers.get("line_pairs") or 0) > asked:
        sentence = _("%(sentence)s, a small order for this factory") % {"sentence": sentence}
    if numbers["is_stale"]:
        return _("%(sentence)s (counted less because the figures are out of date)") % {
            "sentence": sentence
        }
    return sentence


def _category(numbers: Numbers, terms: Numbers, _names: Names) -> str:
    kind = _kind(numbers, terms)
    if numbers.get("class_said", 1):
        return kind
    return _("%(kind)s, the factory does not say which constructions it makes") % {"kind": kind}


def _kind(numbers: Numbers, terms: Numbers) -> str:
    if terms.get("category") == terms.get("offer_category"):
        return _("the same category")
    if terms.get("same_family"):
        return _("same family of categories")
    share = round(numbers["value"] * 100)
    return _("a related category (%(share)s%% alike)") % {"share": share}


def _lead_time(numbers: Numbers, _terms: Numbers, _names: Names) -> str:
    slack = _slack(numbers)
    if numbers.get("lead_days", 0) is None:
        return _("%(slack)s, if the factory needs no days of preparation: it does not say") % {
            "slack": slack
        }
    return slack


def _slack(numbers: Numbers) -> str:
    whole, part = numbers["whole_slack_days"], numbers["part_slack_days"]
    if whole is None and part is None:
        return _("cannot be finished by the due week")
    if whole is None:
        return _("%(part)s can be done with %(slack)s of slack, the whole order cannot") % {
            "part": pairs(numbers["part_pairs"]),
            "slack": _days(part),
        }
    if whole == 0:
        return _("done in the due week itself, without slack")
    return _("%(slack)s of slack") % {"slack": _days(whole)}


def _price(numbers: Numbers, _terms: Numbers, _names: Names) -> str:
    asked = numbers["low_cny"] if numbers["low_cny"] is not None else numbers["high_cny"]
    target = numbers["target_cny"]
    if asked is None:
        return _("the factory states no price")
    if target is None:
        return _("the order states no target price")
    values = {"price": money(asked), "target": money(target)}
    if numbers["low_cny"] is None:
        return _("up to %(price)s a pair, the target is %(target)s") % values
    if asked > target:
        return _("from %(price)s a pair, above the target of %(target)s") % values
    if target > (numbers["high_cny"] or asked) * CHEAP:
        return (
            _("from %(price)s a pair, far below the target of %(target)s: another grade") % values
        )
    return _("from %(price)s a pair, within the target of %(target)s") % values


def _place(numbers: Numbers, _terms: Numbers, _names: Names) -> str:
    if numbers["same_cluster"]:
        return _("in the same cluster")
    if numbers["same_province"]:
        return _("in the same province")
    if numbers.get("is_hidden"):
        return _("the place is not shown nearer")
    if not numbers.get("is_known", 1):
        return _("a place was not said")
    return _("in another province")


def _freshness(numbers: Numbers, _terms: Numbers, _names: Names) -> str:
    age = numbers["age_days"]
    if age == 0:
        return _("capacity confirmed today")
    if numbers["is_stale"]:
        return _("capacity last confirmed %(age)s ago, out of date") % {"age": _days(age)}
    return _("capacity confirmed %(age)s ago") % {"age": _days(age)}


def _construction(terms: Numbers, names: Names) -> str:
    asked = terms.get("construction")
    if not asked:
        return ""
    return _("construction asked for: %(construction)s") % {"construction": names.get(asked, asked)}


def _certificates(terms: Numbers, names: Names) -> str:
    asked: Sequence[str] = terms.get("certificates") or ()
    if not asked:
        return ""
    listed = reduce(
        lambda one, other: _("%(one)s, %(other)s") % {"one": one, "other": other},
        (names.get(code, code) for code in asked),
    )
    return _("holds %(certificates)s") % {"certificates": listed}


def _silent(**sides: bool) -> tuple[str, ...]:
    return tuple(side for side, is_silent in sides.items() if is_silent)


_Sentence = Callable[[Numbers, Numbers, Names], str]


@dataclass(frozen=True, slots=True)
class FactorWords:
    """A factor's label, its sentence, and which sides left out what it is measured by."""

    label: Promise
    sentence: _Sentence
    unsaid: Callable[[Numbers], tuple[str, ...]] = lambda _numbers: ()


FACTORS = {
    FactorCode.VOLUME: FactorWords(
        gettext_lazy("Volume"),
        _volume,
        lambda numbers: _silent(offer=numbers.get("min_order", 0) is None),
    ),
    FactorCode.CATEGORY: FactorWords(
        gettext_lazy("Category"),
        _category,
        lambda numbers: _silent(offer=not numbers.get("class_said", 1)),
    ),
    FactorCode.LEAD_TIME: FactorWords(
        gettext_lazy("Lead time"),
        _lead_time,
        lambda numbers: _silent(offer=numbers.get("lead_days", 0) is None),
    ),
    FactorCode.PRICE: FactorWords(
        gettext_lazy("Price"),
        _price,
        lambda numbers: _silent(
            order=numbers["target_cny"] is None,
            offer=numbers["low_cny"] is None and numbers["high_cny"] is None,
        ),
    ),
    FactorCode.PLACE: FactorWords(gettext_lazy("Place"), _place),
    FactorCode.FRESHNESS: FactorWords(gettext_lazy("Freshness"), _freshness),
}


def _due_later(change: Numbers, _names: Names) -> str:
    return ngettext(
        "due %(count)s week later: %(after)s instead of %(before)s",
        "due %(count)s weeks later: %(after)s instead of %(before)s",
        change["amount"],
    ) % _moved(change)


def _start_earlier(change: Numbers, _names: Names) -> str:
    return ngettext(
        "start %(count)s week earlier: %(after)s instead of %(before)s",
        "start %(count)s weeks earlier: %(after)s instead of %(before)s",
        change["amount"],
    ) % _moved(change)


def _moved(change: Numbers) -> dict[str, Any]:
    return {
        "count": change["amount"],
        "after": _week(change["after"]),
        "before": _week(change["before"]),
    }


def _figures(change: Numbers) -> dict[str, str]:
    return {"after": grouped(change["after"]), "before": pairs(change["before"])}


def _minimum_order(change: Numbers, _names: Names) -> str:
    return _("minimum order %(after)s instead of %(before)s") % _figures(change)


def _allow_split(change: Numbers, _names: Names) -> str:
    if change.get("terms", {}).get("is_splittable"):
        return _("smallest part %(after)s instead of %(before)s") % _figures(change)
    return _("allow a split, with parts of %(part)s") % {"part": pairs(change["after"])}


def _fewer_pairs(change: Numbers, _names: Names) -> str:
    return _("%(after)s instead of %(before)s") % _figures(change)


def _any_construction(change: Numbers, names: Names) -> str:
    asked = change.get("terms", {}).get("construction", "")
    return _("any construction instead of %(construction)s") % {
        "construction": names.get(asked, asked)
    }


def _add_certificate(change: Numbers, names: Names) -> str:
    missing = change.get("terms", {}).get("missing_certificates") or [""]
    return _("the factory adds the certificate %(certificate)s") % {
        "certificate": names.get(missing[0], missing[0])
    }


def _confirm_figures(change: Numbers, _names: Names) -> str:
    return _("the factory confirms its figures, %(age)s old") % {"age": _days(change["before"])}


def _target_price(change: Numbers, _names: Names) -> str:
    return _("a target price of %(after)s instead of %(before)s") % {
        "after": money(change["after"] / CENTS),
        "before": money(change["before"] / CENTS),
    }


_CHANGES: dict[Change, Callable[[Numbers, Names], str]] = {
    Change.DUE_LATER: _due_later,
    Change.START_EARLIER: _start_earlier,
    Change.MINIMUM_ORDER: _minimum_order,
    Change.ALLOW_SPLIT: _allow_split,
    Change.FEWER_PAIRS: _fewer_pairs,
    Change.ANY_CONSTRUCTION: _any_construction,
    Change.ADD_CERTIFICATE: _add_certificate,
    Change.CONFIRM_FIGURES: _confirm_figures,
    Change.TARGET_PRICE: _target_price,
}
