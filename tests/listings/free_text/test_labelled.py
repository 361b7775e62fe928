"""The labelled messages, held to the goals that the site promises."""

import pytest

from benchmarks.read_text import DEFAULT, main, measure


@pytest.mark.parametrize("path", DEFAULT, ids=lambda path: path.stem)
def test_labelled_messages_are_read_right_or_asked_about(path):
    tally = measure([path])

    assert tally.counts["messages"] > 0
    assert tally.counts["leaked"] == 0
    assert tally.counts["asked"] == tally.counts["to_ask"]
    assert tally.counts["right"] >= 0.99 * (tally.counts["right"] + tally.counts["wrong"])
    assert tally.counts["right"] >= 0.90 * tally.counts["fields"]


def test_command_fails_below_the_goals(tmp_path, capsys):
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"id": "a", "today": "2026-11-30", "text": "跑鞋2万双 找厂 50元", "ask": [], "contacts": [],'
        ' "expect": {"side": "order", "category": "athletic", "pairs": 30000}}\n',
        encoding="utf-8",
    )

    status = main([str(cases)])

    assert status == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "a: WRONG pairs=20000 for 30000; WRONG target_price_cny=50.0 for None",
        "messages=1 fields=3 right=2 wrong=2 missing=0 asked=0/0 contacts_leaked=0",
    ]
