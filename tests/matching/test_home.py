"""The day of a company begins with who waits for it."""

import datetime as dt

from django.utils import timezone

from accounts.models import Contact
from matchmaking.core.dashboard_registry import todos_for
from matchmaking.matching import home
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Match
from matchmaking.matching.services import announcements, messages
from matchmaking.matching.states import MatchState


def test_the_day_begins_with_who_waits(match, say, brand, brand_company, factory, factory_company):
    Contact.objects.create(company=factory_company, person="Wu", kind="phone", value="13800001111")
    announcements.announce_matches(matches=[match.pk])
    say("order")
    first = todos_for(factory, factory_company)[0]
    assert str(first.title) == "1 company is waiting for your answer"

    say("offer")
    messages.write_message(match=match, side="order", text="Hi", by=brand, at=timezone.now())

    titles = [str(todo.title) for todo in todos_for(factory, factory_company)]
    assert "New messages in 1 conversation" in titles
    assert "1 company is waiting for your answer" not in titles


def test_firms_in_conversation_are_counted_as_of_the_last_midnight(match, say):
    say("order")
    say("offer")
    assert [(total.key, total.value) for total in home.totals()] == [("talking", 0)]

    yesterday = timezone.now() - dt.timedelta(days=1)
    Match.objects.update(mutual_at=yesterday)
    assert [total.value for total in home.totals()] == [2]
    Match.objects.update(
        state=MatchState.ENDED, end_cause=EndCause.PARTNER, ended_at=timezone.now()
    )
    assert [total.value for total in home.totals()] == [2]
