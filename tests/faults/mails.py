"""Mails whose subject is the number of what they report."""

from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import MailKind
from matchmaking.notifications.mailer import MailContent

NAME = "numbered"


def build(_user, notifications):
    return MailContent(
        subject=" ".join(str(row.subject["number"]) for row in notifications),
        template="mail/digest",
    )


def headline(notification):
    return str(notification.subject["number"]), "/"


NUMBERED = MailKind(name=NAME, label="Numbered", build=build, headline=headline)


def register():
    kinds.register(NUMBERED)
