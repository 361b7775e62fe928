"""The day of a company begins with who waits for it."""

from django.utils import timezone

from matchmaking.core.dashboard_registry import todos_for
from matchmaking.matching.services import announcements, messages


def test_the_day_begins_with_who_waits(match, say, brand, brand_company, factory, factory_company):
    announcements.announce_matches(matches=[match.pk])
    say("order")
    first = todos_for(factory, factory_company)[0]
    assert str(first.title) == "1 company is waiting for your answer"

    say("offer")
    messages.write_message(match=match, side="order", text="Hi", by=brand, at=timezone.now())

    titles = [str(todo.title) for todo in todos_for(factory, factory_company)]
    assert "New messages in 1 conversation" in titles
    assert "1 company is waiting for your answer" not in titles
