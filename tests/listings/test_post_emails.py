"""Mails about posts are right while they are read, and their links work once."""

import datetime as dt

import pytest
import time_machine
from django.utils import translation

from matchmaking.listings import ledger, one_tap_links
from matchmaking.listings.emails import posts as posts_emails
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import scheduled, transitions, weekly
from matchmaking.listings.states import PostState
from matchmaking.notifications.email.content import WeekBars
from matchmaking.notifications.models import Notification

pytestmark = pytest.mark.django_db


def built(kind_name, notification, user):
    kind = next(kind for kind in posts_emails.KINDS if kind.name == kind_name)
    with translation.override("en"):
        return kind.write(user, [notification])


def path_of(url, settings):
    return url.removeprefix(settings.SITE_URL)


def test_rejection_mail_carries_the_reason_while_it_holds(order, brand, officer, at):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=PostState.PENDING)
    transitions.reject_post(post=order, reason="Add a picture", by=officer, at=at)
    notification = Notification.objects.get()

    mail = built("post_rejected", notification, brand)
    assert mail.subject == f"“{order.title}” needs a correction"
    assert mail.blocks[0].quote.text == "Add a picture"

    transitions.submit_post(post=order, by=brand, at=at)
    assert built("post_rejected", notification, brand) is None


def test_renewal_link_works_from_the_mail_once(client, offer, factory, at, settings):
    week_before = at + dt.timedelta(days=84)
    scheduled.remind_expiry(at=week_before)
    mail = built("post_expiring", Notification.objects.get(kind="post_expiring"), factory)
    url = path_of(mail.blocks[0].action.url, settings)
    ends = CapacityOffer.objects.get().expires_on

    with time_machine.travel(week_before, tick=False):
        assert "Keep this post on the market?" in client.get(url).content.decode()
        assert CapacityOffer.objects.get().expires_on == ends
        client.post(url)
        renewed = CapacityOffer.objects.get().expires_on
        assert renewed == ends + dt.timedelta(days=84)
        assert "All done" in client.get(url).content.decode()
        client.post(url)
    assert CapacityOffer.objects.get().expires_on == renewed


def asked(offer, at):
    """Ask about figures of twenty days ago; return when those were confirmed."""
    old = at - dt.timedelta(days=20)
    CapacityOffer.objects.filter(pk=offer.pk).update(confirmed_at=old)
    assert weekly.ask_weekly(at=at) == 1
    return old


def weekly_mail(factory):
    return built("figures_stale", Notification.objects.get(kind="figures_stale"), factory)


def links(mail, settings):
    return [path_of(block.url, settings) for block in mail.blocks if hasattr(block, "url")]


def test_still_right_link_confirms_on_post_only(client, offer, factory, at, settings):
    old = asked(offer, at)
    url = links(weekly_mail(factory), settings)[0]

    client.get(url)
    client.head(url)
    assert CapacityOffer.objects.get().confirmed_at == old
    client.post(url)
    assert CapacityOffer.objects.get().confirmed_at > at - dt.timedelta(minutes=5)
    assert "All done" in client.get(url).content.decode()
    assert weekly_mail(factory) is None


def test_the_weekly_mail_draws_half_a_year(offer, factory, at):
    asked(offer, at)

    (bars,) = [block for block in weekly_mail(factory).blocks if isinstance(block, WeekBars)]

    assert len(bars.heights) == 26
    assert max(bars.heights) == 48
    assert "█" in bars.plain


def test_a_factory_is_asked_once_a_week_and_not_after_it_confirmed(offer, factory, at):
    asked(offer, at)

    weekly.ask_weekly(at=at + dt.timedelta(hours=1))
    assert Notification.objects.filter(kind="figures_stale").count() == 1
    transitions.confirm_figures(post=offer, by=factory, at=at)
    assert weekly.ask_weekly(at=at + dt.timedelta(days=5)) == 0
    assert weekly.ask_weekly(at=at + dt.timedelta(days=7)) == 1


def test_a_fifth_less_takes_it_off_what_is_free(client, offer, factory, at, settings):
    ledger.hold_pairs(offer=offer, first_week=offer.anchor_week, pairs=[1_000], by=factory, at=at)
    asked(offer, at)
    before = CapacityOffer.objects.get()
    url = links(weekly_mail(factory), settings)[1]

    client.get(url)
    assert CapacityOffer.objects.get().free == before.free
    client.post(url)

    after = CapacityOffer.objects.get()
    assert after.held == before.held
    assert after.free == [weekly.lowered(pairs) for pairs in before.free]
    assert after.confirmed_at > before.confirmed_at
    client.post(url)
    assert CapacityOffer.objects.get().free == after.free


@pytest.mark.parametrize(("free", "left"), [(5_000, 4_000), (1_234, 900), (99, 79), (0, 0)])
def test_a_fifth_less_is_a_round_figure(free, left):
    assert weekly.lowered(free) == left


def test_paused_by_the_mail_and_never_again_by_the_same(client, offer, factory, at, settings):
    asked(offer, at)
    url = links(weekly_mail(factory), settings)[2]

    client.get(url)
    assert CapacityOffer.objects.get().state == PostState.PUBLISHED
    client.post(url)
    assert CapacityOffer.objects.get().state == PostState.PAUSED

    transitions.resume_post(post=offer, by=factory, at=at)
    client.post(url)
    assert CapacityOffer.objects.get().state == PostState.PUBLISHED


def test_links_of_others_and_forged_ones_are_not_found(client, offer, factory, settings):
    url = path_of(one_tap_links.renew_url(offer, factory), settings)

    assert client.get(f"{url[:-3]}xx/").status_code == 404
    assert client.get(url.replace("/renew/", "/confirm/")).status_code == 404
    factory.memberships.all().delete()
    assert client.get(url).status_code == 404
