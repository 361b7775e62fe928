"""The replay's figures and its count of mails, with controls that show a loss."""

import pytest
from django.core.management import CommandError, call_command

from matchmaking.demonstration.replay import mailbox
from matchmaking.demonstration.replay.accounting import Announcement, SentEmail, account
from matchmaking.demonstration.replay.factories import MEDIAN_WORKERS, read_factories
from matchmaking.demonstration.replay.mailbox import AcceptedMail
from matchmaking.demonstration.replay.orders import EVENT_PAIRS, make_orders

BRAND, FACTORY = "brand@example.com", "factory@example.com"
ONE, TWO, OTHER = Announcement("m1", BRAND), Announcement("m2", BRAND), Announcement("m1", FACTORY)
DUE = {ONE, TWO, OTHER}
LETTERS = {
    "<1>": SentEmail(BRAND, frozenset({ONE, TWO})),
    "<2>": SentEmail(FACTORY, frozenset({OTHER})),
    "<3>": SentEmail(FACTORY, frozenset()),
}
SENT = [
    AcceptedMail("<1>", BRAND, 2),
    AcceptedMail("<2>", FACTORY, 1),
    AcceptedMail("<3>", FACTORY, 0),
]


def count(due=DUE, sent=LETTERS, accepted=SENT):
    return account(due=due, sent=sent, accepted=accepted)


def test_accounting_is_clean_when_everybody_was_told_once():
    assert count().is_clean
    assert count().accepted == 3


def test_accounting_names_a_mail_that_the_sink_never_saw():
    found = count(accepted=SENT[1:])
    assert list(found.lost) == [
        "mail <1>",
        *(f"match {fact.match} for {BRAND}" for fact in DUE if fact.person == BRAND),
    ]
    assert not found.is_clean


def test_accounting_names_a_match_that_no_mail_carries():
    sent = LETTERS | {"<1>": SentEmail(BRAND, frozenset({ONE}))}
    assert list(count(sent=sent).lost) == ["match m2 for brand@example.com"]


def test_accounting_names_a_mail_that_arrived_twice():
    assert list(count(accepted=[*SENT, SENT[0]]).doubled) == ["mail <1> × 2"]


def test_accounting_names_a_match_told_in_two_mails():
    sent = LETTERS | {"<3>": SentEmail(FACTORY, frozenset({OTHER}))}
    accepted = [*SENT[:2], AcceptedMail("<3>", FACTORY, 1)]
    found = count(sent=sent, accepted=accepted)
    assert list(found.doubled) == ["match m1 for factory@example.com in 2 mails"]


def test_accounting_names_a_match_left_out_of_its_mail():
    found = count(accepted=[AcceptedMail("<1>", BRAND, 1), *SENT[1:]])
    assert list(found.lost) == ["left out of mail <1>"]


def test_accounting_knows_a_mail_that_nobody_meant_and_one_that_went_astray():
    strange = [AcceptedMail("<9>", BRAND, 0), AcceptedMail("<2>", BRAND, 1)]
    found = count(accepted=[SENT[0], SENT[2], *strange])
    assert list(found.strange) == ["mail <9> to brand@example.com", "mail <2> to brand@example.com"]


def test_mailbox_reads_what_a_sink_kept(tmp_path):
    text = "- Score 93 · 运动鞋\n  All free\n- Score 80 · x\nand 1,204 more\n\nSee the matches: x\n"
    mail = "X-Envelope-To: a@example.com\r\nMessage-ID: <7@example.com>\r\n"
    mail += "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text
    (tmp_path / "1.eml").write_bytes(mail.encode())
    assert mailbox.read_mails(tmp_path) == [AcceptedMail("<7@example.com>", "a@example.com", 1206)]


def test_factories_are_the_237_of_the_lists():
    factories = read_factories()
    assert len(factories) == 237
    assert len({(one.source, one.reference) for one in factories}) == 237
    assert [one.workers_from for one in factories].count("published") == 103
    assert {one.workers for one in factories if one.workers_from == "median"} == {MEDIAN_WORKERS}


def test_capacity_follows_the_published_ratio():
    san_feng = next(one for one in read_factories() if "San Feng" in one.name)
    # 3,558 workers × 632 pairs × 11 % free / 49 weeks
    assert (san_feng.workers, san_feng.weekly_pairs) == (3_558, 5_048)


def test_orders_have_the_pairs_of_the_event():
    orders = make_orders()
    assert len(orders) == 60
    assert sum(order.pairs for order in orders) == EVENT_PAIRS == 6_510_000
    assert (min(order.due_in for order in orders), max(order.due_in for order in orders)) == (6, 34)
    assert make_orders() == orders


def test_replay_refuses_a_database_that_is_in_use(officer):
    with pytest.raises(CommandError, match="not empty"):
        call_command("replay")
