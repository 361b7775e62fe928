"""Permission predicates of deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.rules import is_member, is_officer
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from matchmaking.deals.models import Intention, OrderQuestion, Quote, SplitPart
    from matchmaking.listings.models import ProcessingOrder


def own_sides(user: User | AnonymousUser, intention: Intention) -> list[MatchSide]:
    """Return the sides for which the person may speak; both for who has both companies."""
    return [side for side in MatchSide if is_member(user, intention.company(side))]


def can_plan(user: User | AnonymousUser, order: ProcessingOrder) -> bool:
    """Return whether the person speaks for the active brand of an order, which alone splits it."""
    return order.company.is_active and is_member(user, order.company)


def can_answer_part(user: User | AnonymousUser, part: SplitPart) -> bool:
    return is_member(user, part.factory)


def can_act_on_intentions(user: User | AnonymousUser) -> bool:
    return is_officer(user) and user.has_perm("deals.act_on_intention")


def can_decide_objections(user: User | AnonymousUser) -> bool:
    return is_officer(user) and user.has_perm("deals.decide_objection")


def can_read_dossier(user: User | AnonymousUser) -> bool:
    """Say whether the person may read a board's firms by name, with what proves each figure."""
    return can_publish_results(user) and user.has_perm("deals.view_intention")


def can_publish_results(user: User | AnonymousUser) -> bool:
    return is_officer(user) and user.has_perm("deals.publish_results")


def can_answer_question(user: User | AnonymousUser, question: OrderQuestion) -> bool:
    return is_member(user, question.order.company)


def can_close_questions(user: User | AnonymousUser) -> bool:
    return is_officer(user) and user.has_perm("deals.close_question")


def own_sides_of_quote(user: User | AnonymousUser, quote: Quote) -> list[MatchSide]:
    return [side for side in MatchSide if is_member(user, quote.company(side))]


def can_ask_for_quotes(user: User | AnonymousUser, order: ProcessingOrder) -> bool:
    return is_member(user, order.company)
