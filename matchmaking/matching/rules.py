"""How much a reader may know of a post that matching shows."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.rules import is_member
from matchmaking.listings.disclosure import Depth
from matchmaking.listings.models import CapacityOffer, ProcessingOrder

Person = User | AbstractBaseUser | AnonymousUser
AnyPost = ProcessingOrder | CapacityOffer


def sees_all_matches(user: Person) -> bool:
    """Tell whether the person watches over all matches for the association."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.has_perm("matching.view_match")
    )


def depth_of(user: Person, post: AnyPost) -> Depth:
    """Give how much the person may know of a post on a match that it may see."""
    if is_member(user, post.company) or sees_all_matches(user):
        return Depth.OWN
    return Depth.MATCHED


def can_change(user: Person, post: AnyPost) -> bool:
    """Tell whether a change of the post is the person's to make."""
    return is_member(user, post.company)


def can_activate_profile(user: Person) -> bool:
    """Tell whether the person may let another profile score the market."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.has_perm("matching.activate_profile")
    )
