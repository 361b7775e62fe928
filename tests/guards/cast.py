"""A market in which every private field holds a string that occurs nowhere else."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts import invitation_links
from accounts.choices import CompanyKind
from accounts.models import (
    Block,
    Certificate,
    Certification,
    CompanyDocument,
    CompanyGroup,
    Contact,
    Invitation,
)
from accounts.services import tokens
from accounts.services.companies import list_company
from matchmaking.casework.models import SavedView
from matchmaking.connections.models import Endpoint
from matchmaking.connections.sealing import seal
from matchmaking.connections.services import sources
from matchmaking.connections.signatures import new_secret
from matchmaking.core import jobs
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.core.uploads import CleanUpload
from matchmaking.deals.models import ResultsBoard, SplitPart, SplitPlan
from matchmaking.deals.quote_terms import QuoteTerms
from matchmaking.deals.services import intentions, questions, quotes, rounds
from matchmaking.docking.models import (
    Agenda,
    Attendee,
    DockingEvent,
    Hall,
    Registration,
    TableOffer,
    TimeSlot,
)
from matchmaking.docking.services import meetings
from matchmaking.exports.models import ListExport
from matchmaking.imports.models import ImportBatch, ImportRow
from matchmaking.listings.models import SavedSearch
from matchmaking.listings.services import texts
from matchmaking.listings.texts import links
from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.ranking import rescore_market
from matchmaking.matching.services import announcements, answers
from matchmaking.matching.services import messages as conversation
from matchmaking.notifications import unsubscribe_links
from matchmaking.notifications.models import Notification
from matchmaking.policies.models import Application, CompanyFact, Policy
from tests.factories import CompanyFactory, MembershipFactory, UserFactory
from tests.guards.planting import Planting
from tests.guards.posts import plant_offers, plant_orders
from tests.guards.routes import COMPANIES, STAFF


class Market(Planting):
    """The companies, their people, and all that they keep to themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}
        self.companies: dict[str, Any] = {}
        self.objects: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        self.posts: dict[str, list[Any]] = defaultdict(list)

    # --- the cast -----------------------------------------------------------------------

    def build(self) -> Market:
        kinds = {
            "brand": CompanyKind.BRAND,
            "rival": CompanyKind.BRAND,
            "factory": CompanyKind.FACTORY,
            "plant": CompanyKind.FACTORY,
            "pending": CompanyKind.BOTH,
            "suspended": CompanyKind.BOTH,
            "listed": CompanyKind.FACTORY,
        }
        for owner, kind in kinds.items():
            self._company(owner, kind)
        for owner in COMPANIES:
            self._people(owner)
            self._records(owner)
            self._texts(owner)
        plant_orders(self)
        plant_offers(self)
        for owner in COMPANIES:
            self._imports(owner)
            self._connections(owner)
        self._standing()
        rescore_market(at=timezone.now())
        announcements.announce_matches(matches=list(Match.objects.values_list("pk", flat=True)))
        self._matches()
        self._talk()
        self._quotes()
        self._deal()
        self._questions()
        self._split()
        self._staff()
        self._docking()
        self._policies()
        return self

    def _company(self, owner: str, kind: str) -> None:
        uscc = self.text(owner).upper().ljust(18, "0")
        self.companies[owner] = CompanyFactory(
            kind=kind,
            name_zh=f"{self.text(owner, 'n')}鞋业有限公司",
            name_en=f"{self.text(owner, 'n')} Ltd.",
            uscc=uscc,
            uscc_warning=self.text(owner),
            address=self.text(owner),
            source=self.text(owner),
            own_reference=self.text(owner),
            returned_reason=self.text(owner),
            status_reason=self.text(owner),
            group=CompanyGroup.objects.create(name=self.text(owner)),
        )
        self.objects["company"].append((owner, {"code": self.companies[owner].code}))
        if owner == "listed":
            company = self.companies[owner]
            list_company(company, uscc=uscc, name_zh=company.name_zh, name_en=company.name_en)
            self.objects["listing"].append((owner, {"code": company.listing.code}))

    def _person(self, owner: str, **fields: Any) -> Any:
        person = UserFactory(
            name=self.text(owner, "m"), email=f"{self.text(owner, 'p')}@example.com", **fields
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person

    def _people(self, owner: str) -> None:
        company = self.companies[owner]
        self.people[owner] = self._person(owner)
        MembershipFactory(company=company, user=self.people[owner])
        colleague = self._person(owner)
        MembershipFactory(company=company, user=colleague, role="member")
        self.objects["member"].append((owner, {"code": colleague.code}))
        for scopes in (["read"], ["write"]):
            token, secret = tokens.issue_token(
                company=company,
                name=self.text(owner),
                scopes=scopes,
                by=self.people[owner],
            )
            self.tokens[owner] = secret
        company.tokens.update(last_used_on=timezone.localdate())  # noted once a day: not here
        self.objects["token"].append((owner, {"code": token.code}))
        invitation = Invitation.objects.create(
            company=company,
            email=f"{self.text(owner, 'p')}@example.com",
            invited_by=self.people[owner],
            expires_at=timezone.now() + dt.timedelta(days=3),
        )
        self.objects["invitation"].append((owner, {"code": invitation.code}))
        search = SavedSearch.objects.create(
            user=self.people[owner],
            name=self.text(owner),
            side="offers" if company.can_order else "orders",
        )
        self.objects["search"].append((owner, {"code": search.code}))
        link = invitation_links.token_of(invitation)
        self.objects["invitation_link"].append((owner, {"token": link}))
        link = unsubscribe_links.unsubscribe_url(self.people[owner], ["match_found"]).rsplit(
            "/", 2
        )[1]
        self.objects["unsubscribe"].append((owner, {"token": link}))

    def _records(self, owner: str) -> None:
        company = self.companies[owner]
        contact = Contact.objects.create(
            company=company,
            person=self.text(owner, "k"),
            kind="phone",
            value=self.text(owner, "k"),
        )
        self.objects["contact"].append((owner, {"code": contact.code}))
        certificate = Certificate.objects.create(
            company=company,
            certification=Certification.objects.get(code="wrap"),
            number=self.text(owner),
            expires_on=timezone.localdate() + dt.timedelta(days=200),
            proof=ContentFile(self.text(owner).encode(), name="proof.pdf"),
            proof_name=f"{self.text(owner)}.pdf",
        )
        self.objects["certificate"].append((owner, {"code": certificate.code}))
        document = CompanyDocument.objects.create(
            company=company,
            kind="licence",
            file=ContentFile(self.text(owner).encode(), name="licence.pdf"),
            name=f"{self.text(owner)}.pdf",
            content_type="application/pdf",
            sent_at=timezone.now(),
        )
        self.objects["document"].append((owner, {"code": document.code}))
        block = Block.objects.create(company=company, uscc=self.text(owner).upper().ljust(18, "0"))
        self.objects["block"].append((owner, {"code": block.code}))

    def _texts(self, owner: str) -> None:
        """Plant a message that the owner pasted, and one that a group's robot took in."""
        words = "找厂 跑鞋 3万双 48块 {} 电话13800000000"
        common = {"at": timezone.now(), "side": "order"}
        text = texts.keep_text(
            text=words.format(self.text(owner)),
            company=self.companies[owner],
            by=self.people[owner],
            **common,
        )
        self.objects["text"].append((owner, {"code": text.code}))
        self.objects["text_contact"].append((owner, {"code": text.code, "number": 0}))
        loose = texts.keep_text(
            text=words.format(self.text(owner)), company=None, by=None, **common
        )
        token = links.text_url(loose).rsplit("/", 2)[1]
        self.objects["text_link"].append((owner, {"token": token}))

    def _connections(self, owner: str) -> None:
        """Plant a webhook with one call, and a system that sends weeks."""
        company = self.companies[owner]
        endpoint = Endpoint.objects.create(
            company=company,
            kind="webhook",
            name=self.text(owner),
            sealed_url=seal(f"https://{self.text(owner)}.example.com/"),
            sealed_secret=seal(new_secret()),
            off_at=timezone.now(),  # nothing of this market is sent anywhere
            off_reason="by_hand",
        )
        self.objects["endpoint"].append((owner, {"code": endpoint.code}))
        attempt = endpoint.attempts.create(sent=self.text(owner), answer=self.text(owner))
        self.objects["attempt"].append((owner, {"code": endpoint.code, "attempt": attempt.code}))
        source, _secret = sources.add_source(
            company=company, name=self.text(owner), by=self.people[owner]
        )
        self.objects["source"].append((owner, {"code": source.code}))

    # --- what came of it ----------------------------------------------------------------

    def _imports(self, owner: str) -> None:
        can_order = self.companies[owner].can_order
        batch = ImportBatch.objects.create(
            kind="orders" if can_order else "offers",
            company=self.companies[owner],
            created_by=self.people[owner],
            name=f"{self.text(owner)}.csv",
            header=[self.text(owner), self.text(owner)],
            mapping={},
            job=jobs.start_job(kind="import", by=self.people[owner]),
        )
        ImportRow.objects.create(
            batch=batch,
            number=2,
            cells=[self.text(owner), self.text(owner)],
            outcome="failed",
            problems=[{"column": "", "message": self.text(owner)}],
        )
        self.objects["batch"].append((owner, {"code": batch.code}))

    def _matches(self) -> None:
        pairs = {
            (m.order.company_id, m.offer.company_id): m
            for m in Match.objects.proposed().select_related("order", "offer")
        }
        ids = {owner: company.pk for owner, company in self.companies.items()}
        assert set(pairs) == {
            (ids["brand"], ids["factory"]),
            (ids["rival"], ids["plant"]),
        }, "the two pairs that stand"
        assert NearMiss.objects.filter(
            order__company=ids["brand"], offer__company=ids["plant"], score__isnull=False
        ).exists()
        for match in pairs.values():
            sides = {match.order.company_id, match.offer.company_id}
            owners = "+".join(owner for owner, pk in ids.items() if pk in sides)
            self.objects["match"].append((owners, {"code": match.code}))
        for owner in COMPANIES:
            for row in Notification.objects.filter(recipient=self.people[owner]):
                self.objects["notification"].append((owner, {"code": row.code}))

    def _talk(self) -> None:
        """Let rival and plant say yes to each other and write, with all that each keeps back."""
        owners, match = next(
            (names, Match.objects.get(**kwargs))
            for names, kwargs in self.objects["match"]
            if "rival" in names
        )
        common = {"match": match, "at": timezone.now()}
        for owner, side in (("rival", "order"), ("plant", "offer")):
            answers.answer_match(
                side=side, kind="interested", note=self.text(owner), by=self.people[owner], **common
            )
        for owner, side in (("rival", "order"), ("plant", "offer")):
            file = CleanUpload(
                ContentFile(self.text(owner, "m").encode(), name="last.pdf"),
                f"{self.text(owner, 'm')}.pdf",
                "application/pdf",
                20,
            )
            message = conversation.write_message(
                side=side,
                text=self.text(owner, "m"),
                files=[file],
                by=self.people[owner],
                **common,
            )
            for kept in message.files.all():
                self.objects["message_file"].append(
                    (owners, {"code": match.code, "file": kept.code})
                )

    def _deal(self) -> None:
        """Let rival propose the figures of a deal to plant, and an officer keep a board back."""
        owners, match = next(
            (names, Match.objects.get(**kwargs))
            for names, kwargs in self.objects["match"]
            if "rival" in names
        )
        week = trade_week()
        intention = intentions.propose(
            match=match,
            side="order",
            figures=intentions.Figures(
                pairs=self.figure("rival", "m", 17_311),
                unit_price=self.figure("rival", "m", Decimal("43.17")),
                first_week=week,
                last_week=week + dt.timedelta(weeks=8),
                note=self.text("rival", "m"),
            ),
            by=self.people["rival"],
            at=timezone.now(),
        )
        self.objects["intention"].append((owners, {"code": intention.code}))
        self.objects["record_case"].append(("plant", {"fact": "answered", "code": match.code}))
        board = ResultsBoard.objects.create(
            title_zh=self.text("officer", "t"), title_en="", since=week, is_published=False
        )
        self.objects["board"].append(("officer", {"code": board.code}))

    def _split(self) -> None:
        """Let rival ask plant for a part of its order."""
        owners, match = next(
            (names, Match.objects.get(**kwargs))
            for names, kwargs in self.objects["match"]
            if "rival" in names
        )
        at = timezone.now()
        plan = SplitPlan.objects.create(
            order=match.order,
            state="parts_out",
            aim="cheapest",
            asked_by=self.people["rival"],
            chosen_by=self.people["rival"],
            asked_at=at,
        )
        made = self.figure("rival", "m", 15_413)
        part = SplitPart.objects.create(
            plan=plan,
            match=match,
            factory=match.offer.company,
            pairs=made,
            unit_price=self.figure("rival", "m", Decimal("41.37")),
            first_week=trade_week(),
            weeks=[made],
            asked_at=at,
        )
        self.objects["plan"].append(("rival", {"code": plan.code}))
        self.objects["part"].append((owners, {"code": part.code}))

    def _policies(self) -> None:
        """Let officers keep a policy back and publish another, and a brand tell and apply."""
        for is_published in (False, True):
            words = "措施" if is_published else self.text("officer")
            policy = Policy.objects.create(
                level="national",
                topic="finance",
                title=words,
                measure=words,
                conditions="revenue_yuan >= 5000000",
                source="https://example.gov.cn/",
                trust="A",
                valid_to=timezone.localdate() + dt.timedelta(days=300),
                is_published=is_published,
            )
            owner = "" if is_published else "officer"
            self.objects["policy"].append((owner, {"code": policy.code}))
        CompanyFact.objects.create(
            company=self.companies["brand"],
            key="revenue_yuan",
            number=self.figure("brand", "t", 4_871_239),
            told_on=timezone.localdate(),
        )
        application = Application.objects.create(
            policy=policy,
            company=self.companies["brand"],
            started_at=timezone.now(),
            note=self.text("brand"),
            outcome="waiting",
            answered_at=timezone.now(),
        )
        self.objects["application"].append(("brand", {"code": application.code}))

    def _docking(self) -> None:
        """Let officers keep a docking day back, and open another."""
        soon = timezone.now() + dt.timedelta(days=10)
        for phase in ("draft", "registration", "running"):
            event = DockingEvent.objects.create(
                name_zh=self.text("officer") if phase == "draft" else "对接会",
                name_en=self.text("officer") if phase == "draft" else "Docking day",
                venue_zh="会展中心",
                venue_en="Convention Centre",
                host_cluster=self.companies["brand"].cluster,
                phase=phase,
                registration_until=soon,
                preferences_until=soon + dt.timedelta(days=5),
            )
            Hall.objects.create(event=event, name_zh="一号厅", name_en="Hall 1", tables=2)
            starts = soon + dt.timedelta(days=12)
            for number in range(4):
                begins = starts + number * dt.timedelta(minutes=20)
                TimeSlot.objects.create(
                    event=event, starts_at=begins, ends_at=begins + dt.timedelta(minutes=20)
                )
            if phase != "draft":
                self._register(event)
            if phase == "running":
                self._meet(event)
            self.objects["event"].append(
                ("officer" if phase == "draft" else "", {"code": event.code})
            )

    def _register(self, event: DockingEvent) -> None:
        """Let each company come with somebody and a note; officers have let in all but two."""
        for owner in COMPANIES:
            row = Registration.objects.create(
                event=event,
                company=self.companies[owner],
                role="brand" if self.companies[owner].can_order else "factory",
                state="applied" if owner in ("pending", "suspended") else "approved",
                note=self.text(owner),
                registered_by=self.people[owner],
                registered_at=timezone.now(),
            )
            agenda = Agenda.objects.create(registration=row, number=1)
            attendee = Attendee.objects.create(agenda=agenda, name=self.text(owner, "m"))
            self.objects["attendee"].append((owner, {"code": attendee.code}))
            self.objects["partner"].append((owner, {"code": event.code, "partner": row.code}))

    def _meet(self, event: DockingEvent) -> None:
        """Set rival and plant at a table."""
        agendas = Agenda.objects.filter(
            registration__event=event,
            registration__company__in=[self.companies["rival"], self.companies["plant"]],
        )
        meeting = meetings.create(
            event,
            agendas=list(agendas.values_list("pk", flat=True)),
            slot=event.time_slots.earliest("pk"),
            hall=event.halls.get().pk,
            table=1,
            origin="wish",
            match=None,
            at=timezone.now(),
        )
        self.objects["meeting"].append(("rival+plant", {"code": meeting.code}))
        offer = TableOffer.objects.create(
            event=event,
            missed=meeting,
            slot=event.time_slots.latest("pk"),
            hall=meeting.hall,
            table=1,
            offered_at=timezone.now(),
            answer_by=timezone.now() + dt.timedelta(hours=5),
        )
        for agenda in agendas:
            offer.sides.create(registration=agenda.registration, agenda=agenda)
        self.objects["table"].append(("rival+plant", {"code": offer.code}))

    def _quotes(self) -> None:
        """Let plant quote to rival, with a file and a draft's successor, in the open."""
        owners, match = next(
            (names, Match.objects.get(**kwargs))
            for names, kwargs in self.objects["match"]
            if "plant" in names
        )
        week = trade_week()
        file = CleanUpload(
            ContentFile(self.text("plant", "m").encode(), name="calculation.pdf"),
            f"{self.text('plant', 'm')}.pdf",
            "application/pdf",
            20,
        )
        quote = quotes.submit(
            match=match,
            terms=QuoteTerms(
                pairs=self.figure("plant", "m", 16_393),
                least_pairs=self.figure("plant", "m", 1_039),
                unit_price=self.figure("plant", "m", Decimal("44.39")),
                tooling_cost=self.figure("plant", "m", Decimal("7391.00")),
                first_week=week,
                last_week=week + dt.timedelta(weeks=8),
                valid_until=trade_day() + dt.timedelta(days=20),
                note=self.text("plant", "m"),
            ),
            files=[file],
            by=self.people["plant"],
            at=timezone.now(),
        )
        self.objects["quote"].append((owners, {"code": quote.code}))
        kept = quote.current.files.get()
        self.objects["quote_file"].append((owners, {"code": quote.code, "file": kept.code}))
        brand, order = next(
            (names, post) for names, post in self.posts["order"] if names == "brand"
        )
        sealed = rounds.ask_for_sealed(
            order=order,
            opens_at=timezone.now() + dt.timedelta(days=2),
            by=self.people[brand],
            at=timezone.now(),
        )
        self.objects["round"].append(("", {"code": sealed.code}))

    def _questions(self) -> None:
        """Let factory ask before consent and be answered, and plant ask and wait."""
        at = timezone.now()
        for brand, factory in (("brand", "factory"), ("rival", "plant")):
            match = next(
                Match.objects.get(**kwargs)
                for names, kwargs in self.objects["match"]
                if factory in names
            )
            question = questions.ask(
                match=match, text=self.text(factory, "q"), by=self.people[factory], at=at
            )
            if brand == "brand":
                questions.answer(
                    question=question,
                    text=self.text(brand, "a"),
                    audience="matched",
                    by=self.people[brand],
                    at=at,
                )
            self.objects["question"].append((brand, {"code": question.code}))

    # --- those who watch, and how it all stands -----------------------------------------

    def _staff(self) -> None:
        for owner in STAFF:
            fields = {"is_staff": True, "is_superuser": owner == "superuser"}
            person = self.people[owner] = UserFactory(name=owner, **fields)
            EmailAddress.objects.create(
                user=person, email=person.email, verified=True, primary=True
            )
            TOTP.activate(self.people[owner], generate_totp_secret())
        self.people["officer"].groups.add(Group.objects.get(name="Officers"))
        person = self.people["brand"]
        self.objects["reset_key"] = [
            (
                "brand",
                {
                    "uidb36": user_pk_to_url_str(person),
                    "key": default_token_generator.make_token(person) + "x",
                },
            )
        ]
        self.objects["email_key"] = [("brand", {"key": "forged"})]
        self.objects["import_kind"] = [("", {"kind": kind}) for kind in ("orders", "companies")]
        self.objects["help_topic"] = [
            ("", {"slug": slug}) for slug in ("order", "score", "workbench")
        ]
        self.objects["import_template"] = [("", {"kind": "orders", "suffix": "csv"})]
        self.objects["app_list"] = [("", {"app_label": "accounts"})]
        self.objects["catch_all"] = [("", {"url": "nowhere/"})]
        view = SavedView.objects.create(
            user=self.people["officer"], name=self.text("officer"), query=""
        )
        self.objects["view"] = [("officer", {"code": view.code})]
        export = ListExport.objects.create(
            job=jobs.start_job(kind="export", by=self.people["officer"]),
            model="accounts.company",
            file_format="csv",
            name="company.csv",
            file=ContentFile(self.text("officer").encode(), name="company.csv"),
            created_by=self.people["officer"],
        )
        self.objects["export"] = [("officer", {"code": export.code})]
        kind = ContentType.objects.get_for_model(self.companies["brand"])
        self.objects["view_on_site"] = [
            ("", {"content_type_id": kind.pk, "object_id": self.companies["brand"].pk})
        ]

    def _standing(self) -> None:
        """Bring the companies into their states without the worker's help."""
        pending, suspended = self.companies["pending"], self.companies["suspended"]
        type(pending).objects.filter(pk=pending.pk).update(status="pending")
        type(pending).objects.filter(pk=suspended.pk).update(status="suspended")
        for company in self.companies.values():
            company.refresh_from_db()

    def client(self, role: str) -> Client:
        """Return a browser in which the role has signed in, and which carries its token."""
        headers = {}
        if role in self.tokens:
            headers["authorization"] = f"Token {self.tokens[role]}"
        client = Client(headers=headers, raise_request_exception=True)
        if role in self.people:
            client.force_login(self.people[role])
        return client
