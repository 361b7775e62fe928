"""The part of listings in the front page and in a person's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.models import Company
from matchmaking.core.dashboard_registry import News, NextStep, Todo, Total
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import queries
from matchmaking.listings.disclosure import is_stale
from matchmaking.listings.figures import WHOLE
from matchmaking.listings.models import CapacityOffer, Post
from matchmaking.listings.post_kinds import KINDS, OFFER, ORDER, kind_of
from matchmaking.listings.services.figures import latest_figures
from matchmaking.listings.services.scheduled import LIVE
from matchmaking.listings.states import PostState

MOST_TODOS = 20
UNSENT = (PostState.DRAFT, PostState.REJECTED)
DRAFTS_APART = 2  # more of them are one line
NEW_ORDERS = ngettext_lazy(
    "%(count)s new order on the market", "%(count)s new orders on the market", "count"
)
NEW_OFFERS = ngettext_lazy(
    "%(count)s new capacity offer on the market",
    "%(count)s new capacity offers on the market",
    "count",
)


def totals() -> Iterable[Total]:
    """Return the firms, posts and pairs of the market.

    Posts as the lists show them; firms and pairs as the page of the market's figures has them,
    which are of one day: a firm that comes or a post that changes is not seen at once.
    """
    market = latest_figures(at=timezone.now())
    firms, asked, free = market.firms, market.asked.total, market.free.total
    url = reverse("listings:market-figures")
    yield Total("firms", firms.on_market, _("firms have posts on the market"))
    yield Total("brands", firms.asking, _("firms look for capacity"))
    yield Total("factories", firms.offering, _("firms have capacity free"))
    yield Total("orders", queries.open_posts(ORDER).count(), _("open orders"))
    asked_pairs = asked.get(WHOLE, 0)
    yield Total("pairs_asked", asked_pairs, _("pairs asked, in all weeks posted"), "pairs", url)
    yield Total("offers", queries.open_posts(OFFER).count(), _("offers on the market"))
    free_pairs = free.get(WHOLE, 0)
    yield Total("pairs_free", free_pairs, _("pairs free, in all weeks posted"), "pairs", url)


def own_totals(_user: Any, company: Company | None) -> Iterable[Total]:
    """Return how many posts the company has on the market."""
    if company is None:
        return
    for kind, label in (
        (ORDER, _("orders on the market")),
        (OFFER, _("capacity offers on the market")),
    ):
        if kind.may_post(company):
            own = kind.model.objects.filter(company=company, state=PostState.PUBLISHED)
            url = reverse(f"listings:{kind.name}-list")
            yield Total(f"own_{kind.side}", own.count(), label, url=url)


def changes(_user: Any, company: Company | None, since: dt.datetime) -> Iterator[News]:
    """Yield how many posts of others came to the market since, of the kind that the reader seeks.

    Who makes shoes seeks orders, and the other way round; who has no company is told of both.
    """
    for kind, sought_by, title in (
        (ORDER, OFFER, NEW_ORDERS),
        (OFFER, ORDER, NEW_OFFERS),
    ):
        if company and not sought_by.may_post(company):
            continue
        new = _new_on_the_market(kind.model.objects, company, since)
        if new:
            url = reverse(f"listings:market-{kind.side}")
            yield News(kind.name, title % {"count": new}, url)


def _new_on_the_market(posts: Any, company: Company | None, since: dt.datetime) -> int:
    new = posts.filter(state=PostState.PUBLISHED, published_at__gt=since)
    count: int = (new.exclude(company=company) if company else new).count()
    return count


def todos(_user: Any, company: Company | None) -> Iterable[Todo]:
    """Return the company's posts that need somebody: sent back, ending, stale, drafts."""
    if company is None:
        return []
    today = trade_day()
    soon = today + dt.timedelta(days=settings.EXPIRY_REMINDER_DAYS)
    states = (PostState.REJECTED, PostState.DRAFT, *LIVE)
    found: list[Todo] = []
    for kind in KINDS:
        rows = kind.model.objects.filter(company=company, state__in=states)
        rows = rows.defer(*kind.deferred)
        posts: list[Post] = list(rows.order_by("-updated_at")[: MOST_TODOS * 10])
        drafts = [post for post in posts if post.state == PostState.DRAFT]
        if len(drafts) > DRAFTS_APART:
            found.append(_finish_all(drafts))
            posts = [post for post in posts if post not in drafts]
        for post in posts:
            found.extend(_todos_of(post, soon))
    found.sort(key=lambda todo: -todo.weight)
    return found[:MOST_TODOS]


def steps(user: Any, company: Company | None) -> Iterator[NextStep]:
    """Return the steps of the first post until it is live, in the words of the company's kind."""
    del user
    if company is None or not (company.can_order or company.can_make):
        return
    first = _first_posts(company)
    is_live = any(post.published_at for post in first)
    handed_in = is_live or any(post.state == PostState.PENDING for post in first)
    begun = next((post for post in first if post.state in UNSENT), None)
    if not handed_in and begun is not None:
        yield _finish(begun)
    else:
        yield from _new_posts(company, done=handed_in)
    yield NextStep(
        place=60,
        title=_("Your post is on the market"),
        text=_("Its matches stand there within seconds of the approval."),
        done=is_live,
    )


def _first_posts(company: Company) -> list[Post]:
    """Return what says how far the first post has come: a few posts, live ones first."""
    found: list[Post] = []
    for kind in KINDS:
        rows = kind.model.objects.filter(company=company)
        rows = rows.only("code", "title", "state", "published_at", "company")
        found += rows.order_by(F("published_at").desc(nulls_last=True), "-updated_at")[:5]
    return found


def _finish(post: Post) -> NextStep:
    title = post.title or _("Without a title")
    return NextStep(
        place=40,
        title=_("Submit “%(title)s”") % {"title": title},
        text=_("It is still with you: check it once more and hand it in."),
        done=False,
        url=reverse(f"listings:{kind_of(post).name}-edit", args=[post.code]),
        label=_("Check and submit"),
    )


def _new_posts(company: Company, *, done: bool) -> Iterator[NextStep]:
    if company.can_order:
        yield NextStep(
            place=40,
            title=_("Post your first order"),
            text=_("Five fields are enough: title, category, pairs, price and due week."),
            done=done,
            url=reverse("listings:order-new"),
            label=_("New order"),
        )
    if company.can_make:
        yield NextStep(
            place=41,
            title=_("Post your weekly capacity"),
            text=_("Pairs per week for the coming months, as a rate or from your own sheet."),
            done=done,
            url=reverse("listings:offer-new"),
            label=_("New capacity"),
        )


def _finish_all(drafts: list[Post]) -> Todo:
    kind = kind_of(drafts[0]).name
    title = _("Finish %(count)s drafts") % {"count": len(drafts)}
    url = reverse(f"listings:{kind}-list") + f"?state={PostState.DRAFT}"
    return Todo(kind, title, url, drafts[0].title, drafts[0].updated_at, 30)


def _todos_of(post: Post, soon: dt.date) -> Iterator[Todo]:
    kind = kind_of(post).name
    url = reverse(f"listings:{kind}-detail", args=[post.code])
    title = post.title or _("Without a title")
    if post.state == PostState.REJECTED:
        yield Todo(
            kind,
            _("Correct “%(title)s”") % {"title": title},
            url,
            post.reject_reason,
            post.decided_at,
            80,
        )
    elif post.state == PostState.DRAFT:
        yield Todo(
            kind,
            _("Finish the draft “%(title)s”") % {"title": title},
            url,
            "",
            post.updated_at,
            30,
        )
    else:
        if isinstance(post, CapacityOffer) and is_stale(post):
            yield Todo(
                "figures",
                _("Are the weeks of “%(title)s” still right?") % {"title": title},
                url,
                _("Old figures are scored lower."),
                post.confirmed_at,
                60,
            )
        if post.expires_on and post.expires_on <= soon:
            yield Todo(
                kind,
                _("“%(title)s” is about to end") % {"title": title},
                url,
                _("Ends on %(day)s") % {"day": date_format(post.expires_on)},
                None,
                70,
            )
