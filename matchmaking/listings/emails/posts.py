"""The kinds of mail by which companies hear of their posts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.links import absolute
from matchmaking.listings import one_tap_links
from matchmaking.listings.emails import searches, weekly
from matchmaking.listings.models import Post, PostEdit
from matchmaking.listings.post_kinds import AnyPost, kind_named
from matchmaking.listings.services.scheduled import LIVE
from matchmaking.listings.states import PostState
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Card, Email, Quote
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode, Notification

Write = Callable[[AnyPost, Notification, User], Card | None]


def detail_path(model: str, code: object) -> str:
    return reverse(f"listings:{model}-detail", args=[code])


def load(notification: Notification) -> AnyPost | None:
    rows = kind_named(notification.subject["model"]).model.objects.select_related("company")
    return rows.filter(pk=notification.subject["id"]).first()


def _approved(post: AnyPost, notification: Notification, _user: User) -> Card | None:
    if post.state != PostState.PUBLISHED:
        return None
    words = {"day": _day(post.expires_on), "company": post.company.name}
    return Card(
        title=post.title,
        text=_(
            "The association has verified %(company)s. The post is published until %(day)s; its "
            "matches stand there within seconds."
        )
        % words
        if post.company.activated_at == post.decided_at
        else _("Published until %(day)s. Matching is automatic.") % words,
        action=Action(_("See the post"), _detail_url(notification, post)),
    )


def _rejected(post: AnyPost, notification: Notification, _user: User) -> Card | None:
    if post.state != PostState.REJECTED:
        return None
    return Card(
        title=post.title,
        text=_("The association cannot publish this yet. It writes:"),
        quote=Quote(post.reject_reason) if post.reject_reason else None,
        action=Action(_("Correct it and submit again"), _detail_url(notification, post)),
    )


def _edit_approved(post: AnyPost, notification: Notification, _user: User) -> Card | None:
    if post.state == PostState.CLOSED:
        return None
    return Card(
        title=post.title,
        text=_("The association has looked at your change; the post is now as you wanted it."),
        action=Action(_("See the post"), _detail_url(notification, post)),
    )


def _edit_refused(post: AnyPost, notification: Notification, _user: User) -> Card | None:
    edit = PostEdit.objects.filter(pk=notification.subject["edit"]).first()
    if edit is None or post.state == PostState.CLOSED:
        return None
    return Card(
        title=post.title,
        text=_("Your change was not taken over; the post stays as it was. The association writes:"),
        quote=Quote(edit.decision_note) if edit.decision_note else None,
        action=Action(_("See the post"), _detail_url(notification, post)),
    )


def _expiring(post: AnyPost, notification: Notification, user: User) -> Card | None:
    if post.state not in LIVE or not notification.fact.endswith(str(post.expires_on)):
        return None
    return Card(
        title=post.title,
        text=_("This post ends on %(day)s. One tap extends it by up to %(days)s days.")
        % {"day": _day(post.expires_on), "days": settings.POST_LIFETIME_DAYS},
        action=Action(_("Renew"), one_tap_links.renew_url(post, user)),
    )


def _detail_url(notification: Notification, post: AnyPost) -> str:
    return absolute(detail_path(str(notification.subject["model"]), post.code))


def _kind(
    name: str,
    label: Promise,
    write: Write,
    subject: Callable[[int, str], str],
    title: Promise,
    **options: Any,
) -> MailKind:
    """Return a kind whose mail lists every post of which the news still holds."""

    def list_posts(user: Any, notifications: Sequence[Notification]) -> Email | None:
        found: dict[tuple[str, int], Card] = {}
        for notification in notifications:
            post = load(notification)
            card = write(post, notification, user) if post else None
            if post and card:
                found[str(notification.subject["model"]), post.pk] = card
        cards = list(found.values())
        return Email(subject(len(cards), str(cards[0].title)), cards) if cards else None

    return MailKind(name, label, list_posts, _lines(title), **options)


def _lines(title: Promise) -> kinds.Headlines:
    """Return the function that words a line of the inbox for each post."""

    def headlines(rows: Sequence[InboxRow]) -> list[Headline]:
        posts = _posts_of(rows)
        return [_headline(title, row, posts) for row in rows]

    return headlines


def _headline(title: Promise, row: InboxRow, posts: Mapping[tuple[str, int], Post]) -> Headline:
    model, pk = str(row.notification.subject["model"]), row.notification.subject["id"]
    post = posts.get((model, pk))
    if post is None:
        return Headline(str(title), reverse("home:dashboard"))
    line = gettext("%(what)s: %(title)s") % {"what": title, "title": post.title}
    return Headline(line, detail_path(model, post.code))


def _posts_of(rows: Sequence[InboxRow]) -> dict[tuple[str, int], Post]:
    """Return the posts that the rows are about, by one query per kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[str(row.notification.subject["model"])].add(row.notification.subject["id"])
    return {
        (model, post.pk): post
        for model, pks in ids.items()
        for post in kind_named(model).model.objects.filter(pk__in=pks).only("pk", "code", "title")
    }


def _approved_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("“%(title)s” is published") % {"title": title}
    return gettext("%(count)s posts are published") % {"count": count}


def _rejected_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("“%(title)s” needs a correction") % {"title": title}
    return gettext("%(count)s posts need a correction") % {"count": count}


def _edit_approved_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("Your change of “%(title)s” is published") % {"title": title}
    return gettext("Your changes of %(count)s posts are published") % {"count": count}


def _edit_refused_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("Your change of “%(title)s” was not taken over") % {"title": title}
    return gettext("Your changes of %(count)s posts were not taken over") % {"count": count}


def _expiring_subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("“%(title)s” ends soon") % {"title": title}
    return gettext("%(count)s posts end soon") % {"count": count}


def _day(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else gettext("an unknown day")


def register() -> None:
    kinds.mail_kinds.update(KINDS)


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
        "edit_approved",
        _("Your change is published"),
        _edit_approved,
        _edit_approved_subject,
        _("Change published"),
    ),
    _kind(
        "edit_refused",
        _("Your change was not taken over"),
        _edit_refused,
        _edit_refused_subject,
        _("Change not taken over"),
        mandatory=True,
    ),
    _kind(
        "post_expiring",
        _("Your post ends soon"),
        _expiring,
        _expiring_subject,
        _("Ends soon"),
        default=MailMode.DAILY,
        has_deadline=True,
        whole_in_digest=True,  # with its button: one tap is all it asks
    ),
    MailKind(
        "figures_stale",
        _("Weekly figures to confirm"),
        weekly.email,
        _lines(_("Please confirm the figures")),
        default=MailMode.DAILY,
        has_deadline=True,
        whole_in_digest=True,  # with its button: one tap is all it asks
    ),
    searches.KIND,
)
