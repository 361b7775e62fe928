"""The kinds of mail by which companies hear of their posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.account_emails import absolute
from accounts.models import User
from matchmaking.listings import one_tap_links, search_emails
from matchmaking.listings.disclosure import is_stale
from matchmaking.listings.models import CapacityOffer, Post, ProcessingOrder
from matchmaking.listings.post_locking import model_of
from matchmaking.listings.services.scheduled import LIVE
from matchmaking.listings.states import PostState
from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import MailContent, MailKind
from matchmaking.notifications.models import Notification

AnyPost = ProcessingOrder | CapacityOffer


@dataclass(frozen=True, slots=True)
class Item:
    """One post in a mail: what happened to it, and where its button leads."""

    title: str
    text: str | Promise
    quote: str
    url: str
    label: str | Promise


Say = Callable[[AnyPost, Notification, User], Item | None]


def detail_path(model: str, code: object) -> str:
    return reverse(f"listings:{model}-detail", args=[code])


def load(notification: Notification) -> AnyPost | None:
    """Return the post that the notification is about, None when it is gone."""
    rows = model_of(str(notification.subject["model"])).objects.select_related("company")
    return rows.filter(pk=notification.subject["id"]).first()


def _approved(post: AnyPost, notification: Notification, _user: User) -> Item | None:
    if post.state != PostState.PUBLISHED:
        return None
    return Item(
        post.title,
        _("Published until %(day)s. Matching is automatic.") % {"day": _day(post.expires_on)},
        "",
        absolute(detail_path(str(notification.subject["model"]), post.code)),
        _("See the post"),
    )


def _rejected(post: AnyPost, notification: Notification, _user: User) -> Item | None:
    if post.state != PostState.REJECTED:
        return None
    return Item(
        post.title,
        _("The association cannot publish this yet. It writes:"),
        post.reject_reason,
        absolute(detail_path(str(notification.subject["model"]), post.code)),
        _("Correct it and submit again"),
    )


def _expiring(post: AnyPost, notification: Notification, user: User) -> Item | None:
    if post.state not in LIVE or not notification.fact.endswith(str(post.expires_on)):
        return None
    return Item(
        post.title,
        _("This post ends on %(day)s. One tap extends it by up to %(days)s days.")
        % {"day": _day(post.expires_on), "days": settings.POST_LIFETIME_DAYS},
        "",
        one_tap_links.renew_url(post, user),
        _("Renew"),
    )


def _stale(post: AnyPost, _notification: Notification, user: User) -> Item | None:
    if not isinstance(post, CapacityOffer) or post.state not in LIVE or not is_stale(post):
        return None
    return Item(
        post.title,
        _("You last confirmed these weekly figures on %(day)s. Old figures are scored lower.")
        % {"day": _day(timezone.localdate(post.confirmed_at))},
        "",
        one_tap_links.confirm_url(post, user),
        _("The figures are still right"),
    )


def _kind(
    name: str,
    label: Promise,
    say: Say,
    subject: Callable[[int, str], str],
    title: Promise,
    **options: Any,
) -> MailKind:
    """Return a kind whose mail lists every post of which the news still holds."""

    def build(user: Any, notifications: Sequence[Notification]) -> MailContent | None:
        items: dict[tuple[str, int], Item] = {}
        for notification in notifications:
            post = load(notification)
            item = say(post, notification, user) if post else None
            if post and item:
                items[str(notification.subject["model"]), post.pk] = item
        if not items:
            return None
        rows = list(items.values())
        words = subject(len(rows), rows[0].title)
        return MailContent(words, "listings/mail/posts", {"items": rows})

    def headline(notification: Notification) -> tuple[str, str]:
        about: Post | None = getattr(notification, "about", None)
        if about is None:
            return str(title), reverse("home:dashboard")
        path = detail_path(str(notification.subject["model"]), about.code)
        return gettext("%(what)s: %(title)s") % {"what": title, "title": about.title}, path

    return MailKind(name, label, build, headline, prepare=_load_posts, **options)


def _load_posts(notifications: Sequence[Notification]) -> None:
    """Put the post at hand for each line, by one query per model."""
    for model in ("order", "offer"):
        rows = [row for row in notifications if row.subject["model"] == model]
        if not rows:
            continue
        posts = (
            model_of(model)
            .objects.filter(pk__in={row.subject["id"] for row in rows})
            .only("pk", "code", "title")
            .in_bulk()
        )
        for row in rows:
            row.about = posts.get(row.subject["id"])  # type: ignore[attr-defined]


def _approved_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("“%(title)s” is published") % {"title": title}
    return gettext("%(count)s posts are published") % {"count": count}


def _rejected_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("“%(title)s” needs a correction") % {"title": title}
    return gettext("%(count)s posts need a correction") % {"count": count}


def _expiring_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("“%(title)s” ends soon") % {"title": title}
    return gettext("%(count)s posts end soon") % {"count": count}


def _stale_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("Are the figures of “%(title)s” still right?") % {"title": title}
    return gettext("Are the figures of %(count)s posts still right?") % {"count": count}


def _day(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else gettext("an unknown day")


def register() -> None:
    for kind in KINDS:
        kinds.register(kind)


KINDS = (
    _kind(
        "post_approved",
        _("Your post is published"),
        _approved,
        _approved_subject,
        _("Published"),
    ),
    _kind(
        "post_rejected",
        _("Your post needs a correction"),
        _rejected,
        _rejected_subject,
        _("Needs a correction"),
        mandatory=True,
    ),
    _kind(
        "post_expiring",
        _("Your post ends soon"),
        _expiring,
        _expiring_subject,
        _("Ends soon"),
    ),
    _kind(
        "figures_stale",
        _("Weekly figures to confirm"),
        _stale,
        _stale_subject,
        _("Please confirm the figures"),
    ),
    search_emails.KIND,
)
