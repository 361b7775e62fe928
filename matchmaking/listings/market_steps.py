"""The next step that a post of the market leaves its reader: only what that reader can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_member
from matchmaking.listings import rules
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.models import Company
    from matchmaking.listings.post_kinds import AnyPost, PostKind
    from matchmaking.listings.rules import Person


@dataclass(frozen=True, slots=True)
class StepWords:
    """The words for a post of one kind, which posts of the other kind answer."""

    answered_by: PostKind
    stranger: Promise
    other_kind: Promise
    first: Promise
    another: Promise
    post: Promise


WORDS = {
    ORDER.name: StepWords(
        answered_by=OFFER,
        stranger=_(
            "Everybody sees these bands. Register your factory and post your free weeks: where "
            "they fit, you see more, and after both sides agree the name."
        ),
        other_kind=_(
            "Factories answer orders, and your company is registered as a brand. If it also makes "
            "shoes for others, say so on its page."
        ),
        first=_("Post your free weeks: if this order fits them, you meet it among your matches."),
        another=_(
            "Your capacity on the market does not fit this order as it stands. What nearly fits "
            "is listed with each post."
        ),
        post=_("Post capacity"),
    ),
    OFFER.name: StepWords(
        answered_by=ORDER,
        stranger=_(
            "Everybody sees these bands. Register your brand and post your order: where it fits, "
            "you see more, and after both sides agree the name."
        ),
        other_kind=_(
            "Brands answer capacity, and your company is registered as a factory. If it also has "
            "shoes made by others, say so on its page."
        ),
        first=_("Post your order: if this capacity fits it, you meet it among your matches."),
        another=_(
            "Your orders on the market do not fit this capacity as they stand. What nearly fits "
            "is listed with each order."
        ),
        post=_("Post an order"),
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence and up to two links; the first is the button."""

    text: str | Promise
    url: str = ""
    label: str | Promise = ""
    second_url: str = ""
    second_label: str | Promise = ""


def next_step(post: AnyPost, kind: PostKind, *, user: Person, company: Company | None) -> Step:
    """Return what the reader, acting for ``company``, can do about a post of the market."""
    words = WORDS[kind.name]
    new = reverse(f"listings:{words.answered_by.name}-new")
    if not user.is_authenticated:
        return Step(
            words.stranger,
            reverse("account_signup"),
            _("Register your company"),
            f"{reverse('account_login')}?next={new}",
            _("Sign in"),
        )
    if is_member(user, post.company):
        own = reverse(f"listings:{kind.name}-detail", args=[post.code])
        return Step(_("This is your own post, as everybody sees it."), own, _("To the post"))
    if company is None:
        return _without_company(user)
    if not rules.can_post(user, words.answered_by, company):
        return Step(words.other_kind, reverse("accounts:company-edit"), _("My company"))
    own_posts = words.answered_by.model.objects.filter(company=company, state=PostState.PUBLISHED)
    if own_posts.exists():
        mine = reverse(f"listings:{words.answered_by.name}-list")
        return Step(words.another, mine, _("My posts"), new, words.post)
    return Step(words.first, new, words.post)


def _without_company(user: Person) -> Step:
    if getattr(user, "is_staff", False):
        return Step(_("This is what everybody sees. Posts are decided on in the workbench."))
    return Step(
        _("Register your company first: the association checks who takes part."),
        reverse("accounts:company-register"),
        _("Register your company"),
    )
