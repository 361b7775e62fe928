"""Mails whose subject is the number of what they report."""

from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Email, Paragraph
from matchmaking.notifications.kinds import Headline, MailKind

NAME = "numbered"


def write(_user, notifications):
    numbers = [str(row.subject["number"]) for row in notifications]
    return Email(" ".join(numbers), [Paragraph(number) for number in numbers])


def headlines(rows):
    return [Headline(str(row.notification.subject["number"]), "/") for row in rows]


NUMBERED = MailKind(name=NAME, label="Numbered", write=write, headlines=headlines)


def register():
    kinds.register(NUMBERED)
