"""Mail and inbox lines about questions on orders."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.core.links import absolute
from matchmaking.deals.models import OrderQuestion
from matchmaking.deals.services.questions import QUESTION_ANSWERED, QUESTION_ASKED
from matchmaking.deals.states import QuestionState
from matchmaking.matching.models import Match
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Email, Heading, Paragraph
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.notifications.models import Notification


def write_mail(kind: str, user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write about each question as it stands now; None when the person may read none any more."""
    rows = OrderQuestion.objects.visible_to(user).select_related("order")
    known = {
        row.pk: row for row in rows.filter(pk__in=[n.subject["question"] for n in notifications])
    }
    blocks: list[Heading | Paragraph | Action] = []
    shown = []
    for notification in notifications:
        question = known.get(notification.subject["question"])
        url = question and _page(kind, question, notification)
        if question is None or not url:
            continue
        shown.append(_line(kind, question))
        blocks += [Heading(shown[-1]), *(Paragraph(text) for text in _said(question))]
        blocks.append(Action(_("Read it on its page"), absolute(url)))
    if not shown:
        return None
    count = len(shown)
    many = ngettext("%(count)s question", "%(count)s questions", count) % {"count": count}
    subject = shown[0] if count == 1 else many
    return Email(subject, blocks, subject)


def headlines(kind: str, rows: Sequence[InboxRow]) -> list[Headline]:
    """Return title and address of inbox lines; the addresses check again who may read."""
    ids = {row.notification.subject["question"] for row in rows}
    known = {
        one.pk: one for one in OrderQuestion.objects.filter(pk__in=ids).select_related("order")
    }
    matches = _codes(row.notification for row in rows)
    found = []
    for row in rows:
        question = known.get(row.notification.subject["question"])
        if question is None:
            found.append(Headline(_("A question that no longer stands"), ""))
            continue
        code = matches.get(row.notification.subject.get("match"))
        found.append(Headline(_line(kind, question), _url(kind, question, code)))
    return found


def _said(question: OrderQuestion) -> list[str]:
    if question.state == QuestionState.CLOSED:
        return [question.text, question.close_reason]
    return [question.text, question.answer] if question.answer else [question.text]


def _line(kind: str, question: OrderQuestion) -> str:
    """Say what happened; the order's title is the brand's own, and no factory's before consent."""
    if kind == QUESTION_ASKED:
        return _("A factory asks about your order %(title)s") % {"title": question.order.title}
    if question.state == QuestionState.CLOSED:
        return _("The association closed a question on an order that matches your capacity")
    return _("A question on an order that matches your capacity is answered")


def _page(kind: str, question: OrderQuestion, notification: Notification) -> str:
    code = _codes([notification]).get(notification.subject.get("match"))
    return _url(kind, question, code)


def _url(kind: str, question: OrderQuestion, match: object) -> str:
    if kind == QUESTION_ASKED:
        return reverse("deals:question-list", args=[question.order.code])
    return reverse("matching:match-detail", args=[match]) if match else ""


def _codes(rows: object) -> dict[object, object]:
    ids = {row.subject.get("match") for row in rows}  # type: ignore[attr-defined]
    return dict(Match.objects.filter(pk__in=ids - {None}).values_list("pk", "code"))


for name, label, help_text in (
    (
        QUESTION_ASKED,
        gettext_lazy("Questions on your orders"),
        gettext_lazy("A factory asks; your answer reaches all that match the order."),
    ),
    (
        QUESTION_ANSWERED,
        gettext_lazy("Answers to questions"),
        gettext_lazy("A brand has answered a question on an order that matches your capacity."),
    ),
):
    kinds.register(
        MailKind(
            name=name,
            label=label,
            help_text=help_text,
            write=partial(write_mail, name),
            headlines=partial(headlines, name),
            default=MailMode.IMMEDIATE,
        )
    )
