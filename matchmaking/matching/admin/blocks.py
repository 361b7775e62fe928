"""The blocks of a match's page: posts, answers, conversation, consents, reasons, story."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from matchmaking.core.formatting import (
    grouped,
    in_a_row,
    listed,
    money,
    money_to,
    percent,
    weeks_in_words,
)
from matchmaking.core.workbench.tables import NOTHING, Table, badge, link
from matchmaking.matching import conversations, queries
from matchmaking.matching.admin import activity
from matchmaking.matching.presentation import explain
from matchmaking.matching.states import AnswerKind, MatchState

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.matching.models import Answer, Match, Message


def short_state(match: Match) -> str:
    """Return the state in few words, for an ended match with its cause."""
    state = MatchState(match.state)
    if state == MatchState.WITHDRAWN:
        return _("Withdrawn")
    if state == MatchState.ENDED:
        return str(match.get_end_cause_display())
    return str(state.label)


def owing(match: Any) -> str:
    sides = activity.sides_that_owe(match)
    return _("Both sides") if len(sides) > 1 else in_a_row(side.label for side in sides)


def local(at: dt.datetime | None) -> dt.datetime | None:
    return at and timezone.localtime(at)


def moment(at: dt.datetime | None) -> Any:
    """Return a moment to the minute."""
    if at is None:
        return NOTHING
    text = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)


def posts(match: Match) -> Table:
    """Show what the two sides ask and offer, line by line."""
    order, offer = match.order, match.offer
    made = offer.categories.all()
    return Table(
        _("Both posts"),
        ("", _("Brand"), _("Factory")),
        [
            (_("company"), link(order.company), link(offer.company)),
            (_("title"), link(order), link(offer)),
            (_("state"), order.get_state_display(), offer.get_state_display()),
            (
                _("category"),
                order.category or NOTHING,
                listed(made) or NOTHING,
            ),
            (
                _("pairs"),
                grouped(order.pairs) or NOTHING,
                capfirst(_("from %(figure)s") % {"figure": grouped(offer.min_order_pairs)})
                if offer.min_order_pairs
                else NOTHING,
            ),
            (
                _("price, yuan a pair"),
                money(order.target_unit_price_cny) or NOTHING,
                money_to(offer.price_low_cny, offer.price_high_cny) or NOTHING,
            ),
            (
                _("weeks"),
                capfirst(_("due %(week)s") % {"week": weeks_in_words(order.due_week)})
                if order.due_week
                else NOTHING,
                capfirst(_("from %(week)s") % {"week": weeks_in_words(offer.anchor_week)})
                if offer.anchor_week
                else NOTHING,
            ),
            (_("seen"), moment(match.order_seen_at), moment(match.offer_seen_at)),
        ],
    )


def answers(match: Match) -> Table:
    """Show every answer with its reason and its note."""
    rows = match.answers.select_related("company", "answered_by").order_by("answered_at", "pk")
    return Table(
        _("Answers"),
        (_("at"), _("company"), _("answer"), _("reason"), _("note"), _("by")),
        [
            (
                moment(row.answered_at),
                link(row.company),
                badge(row.get_kind_display(), "ok" if row.kind == AnswerKind.INTERESTED else "bad"),
                row.get_reason_display() or NOTHING,
                _note(row),
                _by(row.answered_by, is_on_behalf=row.is_on_behalf),
            )
            for row in rows
        ],
        _("Nobody has answered yet."),
    )


def _note(answer: Answer) -> Any:
    if not answer.note:
        return NOTHING
    reader = _("shared with the other side") if answer.shares_note else _("for officers alone")
    return format_html("{} {}", answer.note, badge(reader))


def _by(person: Any, *, is_on_behalf: bool) -> Any:
    who = person or NOTHING
    return format_html("{} {}", who, badge(_("on behalf"), "info")) if is_on_behalf else who


def conversation(match: Match) -> Table:
    """Show what was written; officers read it here and mark nothing as read."""
    rows = conversations.thread(match) if match.mutual_at else []
    companies = {"order": match.order.company, "offer": match.offer.company}
    return Table(
        _("Conversation"),
        (_("at"), _("company"), _("author"), _("message")),
        [
            (
                moment(row.written_at),
                companies[row.side],
                _by(row.author, is_on_behalf=row.is_on_behalf),
                format_html("{}{}", _lines(row.text), _files(match, row)),
            )
            for row in rows
        ],
        _("Nobody has written yet.") if match.mutual_at else "",
    )


def _lines(text: str) -> Any:
    return mark_safe(linebreaks(text, autoescape=True)) if text else ""  # noqa: S308 - escaped


def _files(match: Match, message: Message) -> Any:
    return format_html_join(
        " ",
        '<a class="wb-link" href="{}">{}</a>',
        (
            (reverse("matching:match-file", args=[match.code, file.code]), file.name)
            for file in message.files.all()
        ),
    )


def consents(match: Match) -> Table:
    """Show who let whom know, and who of them has looked at the contacts."""
    return Table(
        _("Consents and who looked"),
        (_("company"), _("lets know"), _("given"), _("ended"), _("looked at its contacts")),
        [
            (
                link(row.company),
                link(row.to_company),
                moment(row.given_at),
                moment(row.ended_at),
                format_html_join(
                    mark_safe("<br>"),
                    "{} · {}",
                    ((look.user, moment(look.seen_at)) for look in row.disclosures.all()),
                )
                or _("nobody yet"),
            )
            for row in activity.consents_of(match)
        ],
    )


def reasons(match: Match) -> Iterable[Table]:
    """Show every factor with its weight and its sentence, then the conditions."""
    names = queries.term_names()
    yield Table(
        _("Factors"),
        (_("factor"), _("value"), _("weight"), _("reason")),
        [
            (line.label, percent(line.value), percent(line.weight), capfirst(line.sentence))
            for line in explain.factor_lines(match.assessment, names)
        ],
        numbers=(1, 2),
    )
    yield Table(
        _("Conditions"),
        (_("what was checked"),),
        [(capfirst(sentence),) for sentence in explain.gate_sentences(match.assessment, names)],
    )


def story(match: Match) -> Table:
    """Show everything that happened, the newest first."""
    return Table(
        _("History"),
        (_("at"), _("who"), _("what")),
        [
            (moment(act.at), act.who or capfirst(_("the system")), capfirst(act.what))
            for act in activity.activities_of(match)
        ],
    )
