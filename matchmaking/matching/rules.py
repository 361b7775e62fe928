"""The depth at which a reader sees a post that matching shows."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.rules import is_member
from matchmaking.core import protections
from matchmaking.core.protections import Protection
from matchmaking.listings.disclosure import Depth
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import AnswerKind, MatchSide, MatchState

Person = User | AbstractBaseUser | AnonymousUser
AnyPost = ProcessingOrder | CapacityOffer
OPEN_STATES = (MatchState.PROPOSED, MatchState.INTERESTED)


def sees_all_matches(user: Person) -> bool:
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.has_perm("matching.view_match")
    )


def depth_of(user: Person, match: Match, side: MatchSide | str) -> Depth:
    if is_member(user, match.post(side).company) or sees_all_matches(user):
        return Depth.OWN
    return depth_for_partner(match, side)


def depth_for_partner(match: Match, side: MatchSide | str) -> Depth:
    """Return the depth at which the other side sees the post of ``side``.

    Figures open to the partner by an act of their owner alone: by his yes to this match.
    """
    if match.state == MatchState.MUTUAL:
        return Depth.MUTUAL if has_active_sides(match) else Depth.CONSENTED
    if match.state not in OPEN_STATES:
        return Depth.STRANGER
    if protections.is_on(Protection.FIGURES_BY_CONSENT) and not _has_said_yes(match, side):
        return Depth.MATCHED
    return Depth.CONSENTED


def knows_partner(match: Match) -> bool:
    return match.state == MatchState.MUTUAL and has_active_sides(match)


def _has_said_yes(match: Match, side: MatchSide | str) -> bool:
    if match.state != MatchState.INTERESTED:
        return False
    # From what a list has loaded: filter() would ask for each match.
    return any(
        answer.side == side and answer.kind == AnswerKind.INTERESTED
        for answer in match.answers.all()
    )


def has_active_sides(match: Match) -> bool:
    return match.order.company.is_active and match.offer.company.is_active


def can_answer(user: Person, match: Match, side: MatchSide | str) -> bool:
    return is_member(user, match.post(side).company)


def can_act_on_matches(user: Person) -> bool:
    """Return whether the person may answer for a company, remind it, and withdraw matches."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.has_perm("matching.act_on_match")
    )


def can_change(user: Person, post: AnyPost) -> bool:
    return is_member(user, post.company)


def can_activate_profile(user: Person) -> bool:
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.has_perm("matching.activate_profile")
    )
