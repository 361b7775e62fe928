"""Mails about posts are right while they are read, and their links work once."""

import datetime as dt

import pytest
import time_machine
from django.utils import translation

from matchmaking.listings import one_tap_links
from matchmaking.listings.emails import posts as posts_emails
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import scheduled, transitions
from matchmaking.listings.states import PostState
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


def test_still_right_link_confirms_on_post_only(client, offer, factory, at, settings):
    old = at - dt.timedelta(days=20)
    CapacityOffer.objects.filter(pk=offer.pk).update(confirmed_at=old)
    scheduled.begin_market_day(at=at)
    mail = built("figures_stale", Notification.objects.get(kind="figures_stale"), factory)
    url = path_of(mail.blocks[0].action.url, settings)

    client.get(url)
    client.head(url)
    assert CapacityOffer.objects.get().confirmed_at == old
    client.post(url)
    assert CapacityOffer.objects.get().confirmed_at > at - dt.timedelta(minutes=5)
    assert "All done" in client.get(url).content.decode()


def test_links_of_others_and_forged_ones_are_not_found(client, offer, factory, settings):
    url = path_of(one_tap_links.renew_url(offer, factory), settings)

    assert client.get(f"{url[:-3]}xx/").status_code == 404
    assert client.get(url.replace("/renew/", "/confirm/")).status_code == 404
    factory.memberships.all().delete()
    assert client.get(url).status_code == 404
