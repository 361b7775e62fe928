"""What the trade puts first: the judgements of the issue, and our own of the same kinds."""

import json

import pytest

from tests.matching import judgements

CASES = [(path.stem, case) for path in judgements.FILES for case in judgements.cases(path)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{name}-{case['id']}") for name, case in CASES]
)
def test_the_trade_agrees(case):
    found, verdicts = judgements.judge(case)

    wrong = [verdict.expected for verdict in verdicts if not verdict.holds]
    assert wrong == [], f"{case['why']} Found: {found}"


@pytest.mark.django_db
def test_a_wrong_expectation_is_found_out():
    _, case = CASES[0]
    turned = json.loads(json.dumps(case)) | {
        "expect": ["b > a", "a not proposed", "b near miss due"]
    }

    _, verdicts = judgements.judge(turned)

    assert [verdict.holds for verdict in verdicts] == [False, False, False]


def test_an_expectation_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="a is nice"):
        judgements.holds("a is nice", judgements.Found({}, {}))
