"""A market in which every private field holds a string that occurs nowhere else.

A canary reads ``zq<owner>x<letter>x<number>z``: one regular expression finds them all and says
whose they are. Exact figures are unusual numbers, found as numbers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
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
from accounts import services as accounts
from accounts.choices import CompanyKind
from accounts.models import Block, Certificate, Certification, CompanyGroup, Contact, Invitation
from matchmaking.core import jobs
from matchmaking.core.uploads import CleanUpload
from matchmaking.listings import ledger, links
from matchmaking.listings.models import Attachment, ImportBatch, ImportRow, SavedSearch
from matchmaking.listings.states import PostState
from matchmaking.matching import services
from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.services import announce_matches, rescore_market
from matchmaking.notifications import letters
from matchmaking.notifications.models import Notification
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
    category,
    this_monday,
)
from tests.guards.routes import COMPANIES, STAFF

KINDS = {
    "n": "name",
    "t": "text",
    "f": "figures",  # of the matched post
    "g": "others",  # figures of posts that match nothing
    "l": "ledger",
    "o": "obstacle",  # the one figure that stands in the way of a match
    "p": "people",
    "m": "shown",  # to the other side of a match, once both have said yes
    "k": "contact",  # opened by one who knows the name
}
CANARY = re.compile(r"zq([a-z]+?)x([ntflgopmk])x(\d+)z")
OTHER_STATES = [
    PostState.DRAFT,
    PostState.PENDING,
    PostState.PAUSED,
    PostState.CLOSED,
    PostState.EXPIRED,
    PostState.REJECTED,
]


class Market:
    """The companies, their people, and all that they keep to themselves."""

    def __init__(self) -> None:
        self.serial = 0
        self.figures: dict[str, str] = {}
        self.people: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}
        self.companies: dict[str, Any] = {}
        self.objects: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        self.posts: dict[str, list[Any]] = defaultdict(list)

    # --- planting ---------------------------------------------------------------------

    def text(self, owner: str, letter: str = "t") -> str:
        self.serial += 1
        return f"zq{owner}x{letter}x{self.serial}z"

    def figure(self, owner: str, letter: str, number: Any) -> Any:
        """Note that this number gives the owner away."""
        assert str(number) not in self.figures
        self.figures[str(number)] = f"{owner}:{KINDS[letter]}"
        return number

    def found_in(self, body: str) -> set[str]:
        """Return whose secrets the text shows, as ``owner:kind``."""
        text = body.lower().replace(",", "")
        found = {f"{m[1]}:{KINDS[m[2]]}" for m in CANARY.finditer(text)}
        return found | {self.figures[m[0]] for m in self.figure_pattern.finditer(text)}

    @property
    def figure_pattern(self) -> re.Pattern[str]:
        if "_pattern" not in self.__dict__:
            numbers = "|".join(re.escape(number) for number in self.figures)
            self._pattern = re.compile(rf"(?<![\w.-])(?:{numbers})(?![\w-])")
        return self._pattern

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
        self._orders()
        self._offers()
        for owner in COMPANIES:
            self._imports(owner)
        self._standing()
        rescore_market(at=timezone.now())
        announce_matches(matches=list(Match.objects.values_list("pk", flat=True)))
        self._matches()
        self._talk()
        self._staff()
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
            token, secret = accounts.issue_token(
                company=company,
                name=self.text(owner),
                scopes=scopes,
                by=self.people[owner],
                at=timezone.now(),
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
        link = letters.unsubscribe_url(self.people[owner].pk, ["match_found"]).rsplit("/", 2)[1]
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
        block = Block.objects.create(company=company, uscc=self.text(owner).upper().ljust(18, "0"))
        self.objects["block"].append((owner, {"code": block.code}))

    # --- posts --------------------------------------------------------------------------

    def _order(self, owner: str, letter: str, pairs: int, price: str, **fields: Any) -> Any:
        words = "m" if letter == "f" else "t"
        order = OrderFactory(
            company=self.companies[owner],
            title=self.text(owner, words),
            notes=self.text(owner, words),
            own_reference=self.text(owner),
            size_run=self.text(owner, words),
            reject_reason=self.text(owner),
            pairs=self.figure(owner, letter, pairs),
            target_unit_price_cny=self.figure(owner, letter, price),
            splittable=True,
            smallest_part=self.figure(owner, letter, pairs // 2 - 7),
            most_factories=3,
            **fields,
        )
        file = Attachment.objects.create(
            order=order,
            file=ContentFile(self.text(owner).encode(), name="drawing.pdf"),
            name=f"{self.text(owner)}.pdf",
            content_type="application/pdf",
            size=20,
        )
        self.posts["order"].append((owner, order))
        self.objects["order"].append((owner, {"code": order.code}))
        self.objects["file"].append((owner, {"code": order.code, "file": file.code}))
        return order

    def _orders(self) -> None:
        self._order("brand", "f", 61_237, "46.37", category=category("athletic"))
        self._order("rival", "f", 71_413, "47.91", category=category("women_fashion"))
        for number, state in enumerate(OTHER_STATES):
            self._order("brand", "g", 33_017 + 11 * number, f"51.{13 + number}", state=state)
        self._order("rival", "g", 34_511, "52.77", state=PostState.DRAFT)
        self._order("pending", "g", 35_809, "53.19", state=PostState.DRAFT)
        self._order("suspended", "g", 36_919, "54.57")

    def _offer(self, owner: str, letter: str, rate: int, low: str, high: str, **fields: Any) -> Any:
        minimum = fields.pop("min_order_pairs", None) or self.figure(owner, letter, rate // 2 + 3)
        words = "m" if letter == "f" else "t"
        offer = OfferFactory(
            company=self.companies[owner],
            title=self.text(owner, words),
            notes=self.text(owner, words),
            own_reference=self.text(owner),
            reject_reason=self.text(owner),
            rate=self.figure(owner, letter, rate),
            price_low_cny=self.figure(owner, letter, low),
            price_high_cny=self.figure(owner, letter, high),
            min_order_pairs=minimum,
            **fields,
        )
        self.posts["offer"].append((owner, offer))
        self.objects["offer"].append((owner, {"code": offer.code}))
        return offer

    def _offers(self) -> None:
        women = [category("women_fashion")]
        best = self._offer("factory", "f", 6_133, "41.13", "53.79")
        ledger.hold_pairs(
            offer=best,
            first_week=this_monday() + dt.timedelta(weeks=5),
            pairs=[self.figure("factory", "l", 1_777)],
            reference=self.text("factory"),
            by=self.people["factory"],
            at=timezone.now(),
        )
        self._offer("plant", "f", 6_247, "42.31", "55.83", categories=women)
        self._offer(
            "plant", "g", 9_311, "40.87", "56.29",
            min_order_pairs=self.figure("plant", "o", 99_917),
        )  # fmt: skip
        for number, state in enumerate(OTHER_STATES):
            rate = 8_117 + 26 * number
            self._offer("factory", "g", rate, f"43.{11 + number}", f"57.{61 + number}", state=state)
        self._offer("pending", "g", 8_819, "44.17", "58.33", state=PostState.DRAFT)
        self._offer("suspended", "g", 8_923, "44.71", "58.91")
        for owner, offer in self.posts["offer"]:
            person = self.people[owner]
            for name, url in (
                ("renew_link", links.renew_url(offer, person)),
                ("confirm_link", links.confirm_url(offer, person)),
            ):
                if offer.state == PostState.PUBLISHED:
                    self.objects[name].append((owner, {"token": url.rsplit("/", 2)[1]}))

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
            services.answer_match(
                side=side, kind="interested", note=self.text(owner), by=self.people[owner], **common
            )
        for owner, side in (("rival", "order"), ("plant", "offer")):
            file = CleanUpload(
                ContentFile(self.text(owner, "m").encode(), name="last.pdf"),
                f"{self.text(owner, 'm')}.pdf",
                "application/pdf",
                20,
            )
            message = services.write_message(
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
        self.objects["import_template"] = [("", {"kind": "orders", "suffix": "csv"})]
        self.objects["app_list"] = [("", {"app_label": "accounts"})]
        self.objects["catch_all"] = [("", {"url": "nowhere/"})]
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
