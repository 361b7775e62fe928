"""The mails that people got."""

import re

from tests.faults.conftest import eventually

PATIENCE = 15


class Mails:
    """Looks into the mail server that the site delivers to."""

    def __init__(self, sink):
        self.sink = sink

    def to(self, person):
        return [mail for mail in self.sink.kept if person in mail["To"]]

    def wait(self, person, words):
        """Return the first mail to the person that has the words, once it stands there."""
        found = []

        def look():
            found[:] = [mail for mail in self.to(person) if words in subject_and_text(mail)]
            return bool(found)

        eventually(look, PATIENCE)
        return found[0]

    def link(self, person, part):
        """Return the link with ``part`` in the first mail to the person that has one."""
        return re.search(rf"http\S*{part}\S*", text(self.wait(person, part)))[0]


def text(mail):
    return mail.get_body(("plain",)).get_content()


def subject_and_text(mail):
    return f"{mail['Subject']}\n{text(mail)}"
