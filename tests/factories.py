"""Rows for tests: the smallest that the constraints allow."""

import datetime as dt

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.choices import CompanyKind, Role, SizeBand, VerificationTier
from accounts.models import Certification, Cluster, Company, Membership, User
from accounts.services.companies import list_company
from accounts.states import CompanyStatus
from matchmaking.core import weeks
from matchmaking.listings.models import (
    CapacityOffer,
    Category,
    ProcessingOrder,
    SharedCard,
)
from matchmaking.listings.states import PostState

PASSWORD = "correct horse battery staple"


def this_monday() -> dt.date:
    return weeks.monday_of(timezone.localdate())


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"
    password = factory.django.Password(PASSWORD)


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company
        skip_postgeneration_save = True

    name_zh = factory.Sequence(lambda n: f"示例鞋业{n}号有限公司")
    name_en = factory.Sequence(lambda n: f"Example Shoes No. {n} Ltd.")
    kind = CompanyKind.BRAND
    status = CompanyStatus.ACTIVE
    size_band = SizeBand.FROM_500
    cluster = factory.LazyFunction(lambda: Cluster.objects.get(code="350300"))
    tier = VerificationTier.DOCUMENTS
    tier_on = factory.LazyFunction(timezone.localdate)
    tier_expires_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=365))

    @factory.post_generation
    def card(self, create, extracted, **kwargs):
        """Counted among companies enough that are like it, so that nothing of it is hidden."""
        if create and extracted is not False:
            place = self.cluster and [self.cluster.code, self.cluster.name_zh, self.cluster.name_en]
            shown = {"place": place, "tier": self.tier_today, "size": self.size_band}
            held = list(Certification.objects.values_list("pk", flat=True))
            card = shown | {"certifications": held}
            SharedCard.objects.create(company=self, order=card, offer=card)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    role = Role.OWNER


def category(code: str = "athletic") -> Category:
    return Category.objects.get(code=code)


def listed_company(**facts):
    """Make a company as an import of the association does: nobody acts for it, and it is searched."""
    company = CompanyFactory(**facts)
    list_company(
        company,
        uscc=company.uscc or "",
        name_zh=company.name_zh,
        name_en=company.name_en,
        cluster=company.cluster,
    )
    return company


class PostFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    company = factory.SubFactory(CompanyFactory)
    state = PostState.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)
    submitted_at = factory.LazyFunction(timezone.now)
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=90))


class OrderFactory(PostFactory):
    class Meta:
        model = ProcessingOrder

    title = factory.Sequence(lambda n: f"Running shoe order {n}")
    category = factory.LazyFunction(category)
    pairs = 60_000
    target_unit_price_cny = "46.50"
    earliest_start = factory.LazyFunction(this_monday)
    due_week = factory.LazyFunction(lambda: this_monday() + dt.timedelta(weeks=20))


class OfferFactory(PostFactory):
    """A published offer of ``rate`` pairs in each of the 104 weeks, no ledger entry."""

    class Meta:
        model = CapacityOffer
        skip_postgeneration_save = True

    class Params:
        rate = 5_000

    company = factory.SubFactory(CompanyFactory, kind=CompanyKind.FACTORY)
    title = factory.Sequence(lambda n: f"Line {n}")
    anchor_week = factory.LazyFunction(this_monday)
    published = factory.LazyAttribute(lambda o: [o.rate] * weeks.HORIZON_WEEKS)
    free = factory.LazyAttribute(lambda o: [o.rate] * weeks.HORIZON_WEEKS)
    min_order_pairs = 3_000
    lead_days = 14
    price_low_cny = "42.00"
    price_high_cny = "52.00"
    confirmed_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _generate(cls, strategy, params):
        with transaction.atomic():  # the database looks for categories when the offer is whole
            return super()._generate(strategy, params)

    @factory.post_generation
    def categories(self, create, extracted, **kwargs):
        if create:
            self.categories.set(extracted or [category()])
