"""The replay itself: from a list of factories to accepted mails, through the real services."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from accounts.models import Company, User
from accounts.services import claims, companies, review
from matchmaking.core.trade_day import trade_week
from matchmaking.demonstration import names, services
from matchmaking.demonstration.capacity_plans import steady_weeks
from matchmaking.demonstration.figures import Rng, tables
from matchmaking.demonstration.replay import database_counts
from matchmaking.demonstration.replay.factories import SHEET, Factory, read_factories
from matchmaking.demonstration.replay.orders import BRANDS, EventOrder, make_orders
from matchmaking.demonstration.replay.servers import Servers
from matchmaking.demonstration.services.companies import Registered
from matchmaking.demonstration.terms import Terms, load_terms
from matchmaking.imports import queries as imports
from matchmaking.imports import services as import_services
from matchmaking.imports.company_plans import NEW
from matchmaking.imports.models import ImportBatch, ImportKind, RowOutcome
from matchmaking.imports.queries import Stage
from matchmaking.imports.questions import OF_ROW
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import posts, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.notifications.kinds import all_kinds
from matchmaking.notifications.models import MailMode
from matchmaking.notifications.services import set_preferences

SECONDS_TO_SETTLE = 300
OFFERED_WEEKS = 36
DAYS_OF_LEAD = (12, 15, 20, 25, 30)
MOST_FACTORIES = 12
CLAIM = "Replay: one member at example.com acts for the company inside this run."


class ReplayFailed(Exception):
    """The replay cannot go on; the text says where it stopped."""


@dataclass(slots=True)
class Clock:
    """Seconds of each stage, in order."""

    say: Callable[[str], None]
    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what the block does under ``name``."""
        started = time.monotonic()
        yield
        self.stages[name] = time.monotonic() - started
        self.say(f"  {name}: {self.stages[name]:.1f} s")


@dataclass(slots=True)
class Replay:
    """One run against an empty, migrated database, with ``servers`` working beside it."""

    servers: Servers
    clock: Clock
    sheet: bytes = field(default_factory=SHEET.read_bytes)
    factories: Sequence[Factory] = field(default_factory=read_factories)
    orders: Sequence[EventOrder] = field(default_factory=make_orders)
    rng: Rng = field(default_factory=Rng)
    imported: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Go through the stages up to an outbox with nothing left to do."""
        at = timezone.now()
        terms = load_terms()
        with self.clock.stage("people"):
            officer = services.make_person(
                email="officer@example.com", name="Officer", language="en", at=at
            )
            officer = services.appoint_officer(user=officer)
        with self.clock.stage("import of the factories by the worker"):
            self.imported = self._import(officer)
        with self.clock.stage("one member each: claimed, decided"):
            owners = self._claim_all(officer)
        with self.clock.stage("brands registered and approved"):
            brands = self._brands(officer, terms)
        with self.clock.stage("capacity and orders posted"):
            offers = [self._offer(one, owners[index], terms) for index, one in self._numbered()]
            orders = [self._order(one, brands[one.brand], terms) for one in self.orders]
        with self.clock.stage("posts approved, worker matching beside"):
            for post in (*offers, *orders):
                transitions.approve_post(post=post, by=officer, at=timezone.now())
        with self.clock.stage("last matches, last mails"):
            self._wait_for(lambda: not database_counts.open_messages(), "the outbox to be empty")

    def _numbered(self) -> Iterator[tuple[int, Factory]]:
        return enumerate(self.factories)

    def _import(self, officer: User) -> dict[str, int]:
        """Send the sheet as an officer does; the worker reads, checks and writes its rows."""
        batch = import_services.send_file(
            kind=ImportKind.COMPANIES,
            company=None,
            name=SHEET.name,
            content=self.sheet,
            options={"source": "brand lists", "kind": "factory"},
            by=officer,
        )
        self._wait_for(lambda: _stage(batch) != Stage.READING, "the sheet to be read")
        if _stage(batch) != Stage.READY:
            raise ReplayFailed(f"the sheet was not readable: {_reload(batch).job}")
        self._enter_doubtful(batch, officer)
        import_services.start_import(batch=_reload(batch), by=officer)
        self._wait_for(lambda: _stage(batch) != Stage.RUNNING, "the rows to be imported")
        counts = imports.counts_of(_reload(batch))
        refused = batch.rows.filter(outcome__in=[RowOutcome.FAILED, RowOutcome.SKIPPED])
        for row in refused[:5]:
            self.clock.say(f"  row {row.number} {row.outcome}: {row.problems}")
        return counts

    def _enter_doubtful(self, batch: ImportBatch, officer: User) -> None:
        """Say of each row that looks like another firm that it is a firm of its own: the lists are clean."""
        asked = [one.key for one in imports.questions_of(_reload(batch)) if one.is_open]
        rows = {key: NEW for key in asked if key.startswith(OF_ROW)}
        if rows:
            import_services.answer_questions(batch=_reload(batch), answers=rows, by=officer)
            self._wait_for(lambda: _stage(batch) != Stage.READING, "the answers to be read")

    def _claim_all(self, officer: User) -> list[Registered]:
        """Claim each listed company for a person of its own, and accept the claims."""
        listed = {
            (company.source, company.own_reference): company for company in Company.objects.all()
        }
        owners = []
        for number, factory in self._numbered():
            at = timezone.now()
            company = listed.get((factory.source, factory.reference))
            if company is None:
                raise ReplayFailed(f"{factory.name} was not imported")
            person = services.make_person(
                email=f"factory-{number + 1:03d}@example.com",
                name=f"Member {number + 1}",
                language="en",
                at=at,
            )
            hear_at_once(person)
            claim = claims.claim_company(company=company, note=CLAIM, by=person)
            claims.decide_claim(claim=claim, accept=True, by=officer, at=at)
            owners.append(Registered(company, person))
        return owners

    def _brands(self, officer: User, terms: Terms) -> list[Registered]:
        made = names.company_names(self.rng, names.BRAND_TRADES, first=names.FIRST_BRAND)
        brands = []
        for number in range(BRANDS):
            at = timezone.now()
            name_zh, name_en = next(made)
            place = self.rng.brand_place()
            person = services.make_person(
                email=f"brand-{number + 1:02d}@example.com",
                name=f"Merchandiser {number + 1}",
                language="en",
                at=at,
            )
            hear_at_once(person)
            company = companies.register_company(
                by=person,
                at=at,
                name_zh=name_zh,
                name_en=name_en,
                kind="brand",
                cluster=terms.clusters[place],
                division_code=place,
            )
            company = review.approve_company(company=company, by=officer, at=at)
            brands.append(Registered(company, person))
        return brands

    def _offer(self, factory: Factory, owner: Registered, terms: Terms) -> CapacityOffer:
        at = timezone.now()
        first = ledger.current_week(at) + dt.timedelta(weeks=1)
        plan = steady_weeks(first, OFFERED_WEEKS, factory.weekly_pairs)
        minimum = tables()["minimum_orders"]["by_band"][owner.company.size_band or "500_1999"][0]
        by_category = tables()["constructions"]["by_category"]
        price = Decimal(self.rng.between(84, 96)) / 2
        return posts.save_offer(
            company=owner.company,
            data={
                "title": f"Lines of {factory.workers:,} workers",
                "categories": [terms.categories[code] for code in factory.categories],
                "constructions": [
                    terms.constructions[way]
                    for way in sorted(
                        {way for code in factory.categories for way in by_category.get(code, [])}
                    )
                ],
                "min_order_pairs": minimum,
                "lead_days": self.rng.one(DAYS_OF_LEAD),
                "price_low_cny": price,
                "price_high_cny": price + 6,
            },
            by=owner.owner,
            at=at,
            weeks=Weeks(first, plan),
            submit=True,
        )

    def _order(self, order: EventOrder, owner: Registered, terms: Terms) -> ProcessingOrder:
        at = timezone.now()
        this_week = ledger.current_week(at)
        part = order.smallest_part
        return posts.save_order(
            company=owner.company,
            data={
                "title": order.title,
                "category": terms.categories[order.category],
                "pairs": order.pairs,
                "target_unit_price_cny": Decimal(str(order.price_cny)),
                "earliest_start": this_week + dt.timedelta(weeks=order.start_in),
                "due_week": this_week + dt.timedelta(weeks=order.due_in),
                "splittable": part is not None,
                "smallest_part": part,
                "most_factories": MOST_FACTORIES if part else None,
            },
            by=owner.owner,
            at=at,
            submit=True,
        )

    def _wait_for(self, is_done: Callable[[], bool], what: str) -> None:
        """Wait for the worker.

        :raises ReplayFailed: when it takes more than five minutes
        """
        deadline = time.monotonic() + SECONDS_TO_SETTLE
        while not is_done():
            self.servers.check()
            if time.monotonic() > deadline:
                raise ReplayFailed(f"waited {SECONDS_TO_SETTLE} s for {what}")
            time.sleep(0.1)


def hear_at_once(person: User) -> None:
    """Have the person choose mail at once: that of the next morning would outlast the replay."""
    kinds = [kind.name for kind in all_kinds() if not kind.mandatory]
    set_preferences(by=person, modes=dict.fromkeys(kinds, MailMode.IMMEDIATE))


def offered_by_each(factories: Sequence[Factory], first: dt.date) -> list[int]:
    return [sum(steady_weeks(first, OFFERED_WEEKS, factory.weekly_pairs)) for factory in factories]


def next_week() -> dt.date:
    return trade_week() + dt.timedelta(weeks=1)


def _reload(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_related("job", "company").get(pk=batch.pk)


def _stage(batch: ImportBatch) -> Stage:
    return imports.stage_of(_reload(batch))
