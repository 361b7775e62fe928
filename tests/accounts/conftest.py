import io

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from PIL import Image

from matchmaking.notifications import delivery
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState
from tests.factories import MembershipFactory, UserFactory


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def pending_company(brand_company):
    brand_company.status = "pending"
    brand_company.tier = "none"
    brand_company.tier_on = brand_company.tier_expires_on = None
    brand_company.save()
    return brand_company


@pytest.fixture
def member(brand_company):
    return MembershipFactory(company=brand_company, role="member").user


@pytest.fixture
def newcomer(db):
    return verified(UserFactory(name="Newcomer"))


def verified(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def fresh_limits():
    """Rate limits of allauth live in the cache: no test counts for another."""
    cache.clear()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def work(*kinds):
    """Let the worker do the waiting messages of these kinds; return what became of them."""
    waiting = OutboxMessage.objects.filter(kind__in=kinds, state=OutboxState.PENDING)
    ids = list(waiting.order_by("id").values_list("pk", flat=True))
    waiting.update(next_at="2020-01-01T00:00:00Z")
    for pk in ids:
        delivery.deliver(pk)
    done = OutboxMessage.objects.filter(pk__in=ids).order_by("id")
    return list(done.values_list("state", flat=True))


def published(kind):
    return OutboxMessage.objects.filter(kind=kind).count()


def picture(form="JPEG", exif=True, name="证书.jpg", content_type="image/jpeg"):
    out = io.BytesIO()
    image = Image.new("RGB", (8, 8), "red")
    info = Image.Exif()
    if exif:
        info[0x010F] = "SECRET-CAMERA"
        info[0x0112] = 6
    image.save(out, form, exif=info)
    return SimpleUploadedFile(name, out.getvalue(), content_type)
