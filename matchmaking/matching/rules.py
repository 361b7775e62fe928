"""The depth at which a reader sees a post that matching shows."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.rules import is_member
from matchmaking.listings.disclosure import Depth
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide, MatchState

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


def depth_of(user: Person, post: AnyPost, match: Match) -> Depth:
    if is_member(user, post.company) or sees_all_matches(user):
        return Depth.OWN
    return depth_for_partner(match)


def depth_for_partner(match: Match) -> Depth:
    if match.state == MatchState.MUTUAL:
        return Depth.MUTUAL if has_active_sides(match) else Depth.MATCHED
    return Depth.MATCHED if match.state in OPEN_STATES else Depth.STRANGER


def knows_partner(match: Match) -> bool:
    return depth_for_partner(match) >= Depth.MUTUAL


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
