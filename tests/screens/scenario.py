"""The demonstration on a fixed day, with the people who look at it and what stands in addresses."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from accounts import invitation_links
from accounts.choices import Role
from accounts.models import Certification, Cluster, Company, Invitation, User
from accounts.services import certificates, invitations, review, tokens
from accounts.services.companies import register_company
from accounts.services.people import create_verified_person
from matchmaking.connections.models import Endpoint, Event
from matchmaking.connections.sealing import seal
from matchmaking.connections.services import sources
from matchmaking.connections.signatures import new_secret
from matchmaking.core import jobs
from matchmaking.core.uploads import CleanUpload
from matchmaking.deals import handlers, track_records
from matchmaking.deals.models import (
    Intention,
    OrderQuestion,
    Quote,
    QuoteFile,
    ResultsBoard,
    SealedRound,
    SplitPlan,
)
from matchmaking.deals.services import plans
from matchmaking.demonstration.services import SIGN_INS, make_demonstration
from matchmaking.docking.models import Attendee, DockingEvent, Meeting, Registration
from matchmaking.imports import services as imports
from matchmaking.imports import worker
from matchmaking.imports.models import ImportBatch
from matchmaking.listings import one_tap_links
from matchmaking.listings.models import (
    Attachment,
    CapacityOffer,
    Category,
    CategoryFamily,
    Construction,
    ExchangeRate,
    Material,
    ProcessingOrder,
    SavedSearch,
    TradeWord,
)
from matchmaking.listings.queries import MarketFilters
from matchmaking.listings.services import glossary, searches, texts
from matchmaking.listings.texts import links
from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.ranking import rescore_market
from matchmaking.matching.services import announcements
from matchmaking.notifications import unsubscribe_links
from matchmaking.notifications.models import Notification, OutboxMessage, SentMail
from matchmaking.notifications.states import OutboxState
from matchmaking.policies.models import Application, Policy
from tests.screens.sheets import filled_in

# A Monday morning; the demonstration's draws are seeded, so each walk sees the same market.
AT = dt.datetime(2026, 9, 7, 1, 30, tzinfo=dt.UTC)
PASSWORD = "looks-at-shoes-2026"
ANONYMOUS = "anonymous"
# In the order in which they are asked: who comes first stands for those who see the same.
ROLES = (
    ANONYMOUS, "brand", "factory", "officer", "newcomer", "pending", "empty", "member", "guest",
    "admin",
)  # fmt: skip


TEXTS = (
    (
        "order",
        "brand",
        "急找莆田工厂🔥 跑鞋冷粘 3万双 板鞋款 两色 大底自带 目标价48-50 年前出货 有验厂优先 老客户返单 李小姐 13800000000",
    ),
    (
        "dollars",
        "brand",
        "Looking for a factory: hiking shoes, 8k prs, delivery 04/12, target 9.20 USD, BSCI required. Anna, buyer@example.com",
    ),
    (
        "several",
        "brand",
        "#接龙 找厂\n1. 跑鞋 2万双 50块 12月底前 莆田\n2. 拖鞋 5万双 8.5 11月15交 温岭\n3. 女靴 3000双 90-95 12月31前 成都\n有做的加微信shoe0000",
    ),
    (
        "offer",
        "factory",
        "莆田工厂找单 2条线 冷粘运动鞋 两条线合计日产3000双 10月10日起有空 起订3000双 单价45-58 交期25-30天 加微信shoe0000",
    ),
)


@dataclass
class Scenario:
    """Who looks, and at what: ``objects[kind]`` holds (label, parameters of an address)."""

    people: dict[str, User] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    objects: dict[str, list[tuple[str, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    words: set[str] = field(default_factory=set)
    sessions: dict[str, str] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)  # pages that no role sees: sights.py finds them

    def put(self, kind: str, label: str, /, **parameters: Any) -> None:
        """Let ``parameters`` stand in addresses of objects of that kind."""
        self.objects[kind].append((label, parameters))

    def client(self, role: str) -> Client:
        """Return a browser of the test client, signed in with the password a moment ago."""
        client = Client(raise_request_exception=False)
        if role in self.people:
            person = self.people[role]
            client.force_login(person)
            session = client.session
            session["account_authentication_methods"] = [
                {"method": "mfa", "at": AT.timestamp()},
                {"method": "password", "at": AT.timestamp(), "reauthenticated": True},
            ]
            session["account_authentication_methods_user"] = user_id_to_str(person)
            session.save()
        return client


def build() -> Scenario:
    """Fill the empty database and return what the walk needs. The clock stands at ``AT``."""
    scenario = Scenario()
    fill()
    _people(scenario)
    _records(scenario)
    _posts(scenario)
    _texts(scenario)
    _imports(scenario)
    _links(scenario)
    _rest(scenario)
    _words(scenario)
    _settle()
    bring_back_the_clock()
    for role in scenario.people:
        client = scenario.client(role)
        scenario.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return scenario


def fill() -> None:
    """Make the market, and do what the worker does about it."""
    make_demonstration(password=PASSWORD, totp_secret=generate_totp_secret(), at=AT)
    rescore_market(at=AT)
    announcements.announce_matches(matches=list(Match.objects.values_list("pk", flat=True)))


def _settle() -> None:
    """Leave the outbox as a worker does: all done, but for one mail that nobody takes."""
    rows = OutboxMessage.objects.all()
    rows.filter(state=OutboxState.PENDING).update(state=OutboxState.DONE, attempts=1, settled_at=AT)
    mail = rows.filter(kind="mail").earliest("pk")
    rows.filter(pk=mail.pk).update(
        state=OutboxState.DEAD, attempts=8, last_error="550 5.1.1 No such person"
    )
    sent = rows.filter(kind="mail").latest("pk")
    SentMail.objects.create(
        message_id="<1@example.com>", recipient_id=sent.subject["user"], kind=sent.kind
    ).messages.add(sent)


def _people(scenario: Scenario) -> None:
    for role, sign_in in zip(("brand", "factory", "officer", "admin"), SIGN_INS, strict=True):
        scenario.people[role] = User.objects.get(email=sign_in.email)
    for role in ("brand", "factory"):
        scenario.companies[role] = scenario.people[role].memberships.get().company
    for role, name in (
        ("newcomer", "何新来"), ("pending", "柳待审"), ("empty", "安清和"), ("member", "孟同事"),
    ):  # fmt: skip
        scenario.people[role] = _person(f"{role}@example.com", name)
    scenario.people["guest"] = _person("colleague@example.com", "乔受邀")
    cluster = Cluster.objects.get(code="350500")
    for role, name in (("pending", "示例·初来鞋业有限公司"), ("empty", "示例·空谷鞋业有限公司")):
        scenario.companies[role] = register_company(
            by=scenario.people[role], at=AT, name_zh=name, name_en="", kind="both",
            cluster=cluster, division_code=cluster.code,
        )  # fmt: skip
    RecoveryCodes.activate(scenario.people["officer"])
    review.approve_company(
        company=scenario.companies["empty"], by=scenario.people["officer"], at=AT
    )
    brand = scenario.companies["brand"]
    invitation = invitations.invite_member(
        company=brand,
        email="member@example.com",
        role=Role.MEMBER,
        by=scenario.people["brand"],
        at=AT,
    )
    invitations.accept_invitation(invitation=invitation, by=scenario.people["member"], at=AT)


def _person(email: str, name: str) -> User:
    return create_verified_person(email=email, name=name, password=PASSWORD, language="zh-hans")


def _records(scenario: Scenario) -> None:
    for role in ("brand", "factory"):
        company, owner = scenario.companies[role], scenario.people[role]
        certificates.add_certificate(
            company=company,
            certification=Certification.objects.get(code="wrap"),
            number="WRAP-2026-0417",
            expires_on=timezone.localdate() + dt.timedelta(days=200),
            proof=CleanUpload(
                ContentFile(b"%PDF-1.4", name="wrap.pdf"), "WRAP 2026.pdf", "application/pdf", 8
            ),
            at=AT,
        )
        tokens.issue_token(company=company, name="ERP", scopes=["read"], by=owner)
        scenario.put("certificate", role, code=company.certificates.earliest("pk").code)
        scenario.put("contact", role, code=company.contacts.earliest("pk").code)
        scenario.put("token", role, code=company.tokens.earliest("created").code)
    brand = scenario.companies["brand"]
    scenario.put("block", "brand", code=brand.blocks.earliest("pk").code)
    scenario.put("member", "brand", code=scenario.people["member"].code)
    listed = Company.objects.filter(memberships=None, source__gt="").earliest("pk")
    scenario.put("listing", "listed", code=listed.listing.code)


def _posts(scenario: Scenario) -> None:
    for kind, role, rows in (
        ("order", "brand", ProcessingOrder.objects.all()),
        ("offer", "factory", CapacityOffer.objects.all()),
    ):
        own = rows.filter(company=scenario.companies[role])
        matched = _most_telling(own, kind)
        scenario.put(kind, "matched", code=matched.code)
        for state in ("published", "draft", "pending", "paused", "rejected", "expired", "closed"):
            post = own.filter(state=state).exclude(pk=matched.pk).order_by("pk").first()
            post = post or rows.filter(state=state).order_by("pk").first()
            if post:
                scenario.put(kind, state, code=post.code)
    order = ProcessingOrder.objects.get(code=scenario.objects["order"][0][1]["code"])
    file = Attachment.objects.create(
        order=order, file=ContentFile(b"%PDF-1.4", name="drawing.pdf"), name="楦型与大底图纸.pdf",
        content_type="application/pdf", size=182_400, uploaded_by=scenario.people["brand"],
    )  # fmt: skip
    scenario.put("file", "brand", code=order.code, file=file.code)
    best = Match.objects.proposed().filter(order=order).order_by("-score", "pk")
    scenario.put("match", "best", code=best[0].code)
    offer = CapacityOffer.objects.get(code=scenario.objects["offer"][0][1]["code"])
    mine = Match.objects.proposed().filter(offer=offer).order_by("-score", "pk")
    scenario.put("match", "factory", code=mine[0].code)
    _answered(scenario)
    for intention in Intention.objects.order_by("state", "pk"):
        scenario.put("intention", intention.state, code=intention.code)
    _quotes(scenario)
    _connections(scenario)
    _split(scenario)
    _policies(scenario)
    scenario.put("board", "published", code=ResultsBoard.objects.get().code)
    for event in DockingEvent.objects.order_by("registration_until"):
        scenario.put("event", event.phase, code=event.code)
    for person in Attendee.objects.order_by("pk")[:1]:
        scenario.put("attendee", "first", code=person.code)
    for meeting in Meeting.objects.order_by("pk")[:1]:
        scenario.put("meeting", "first", code=meeting.code)
    for row in Registration.objects.filter(preferences__isnull=False).order_by("pk")[:1]:
        other = row.preferences.order_by("pk")[0].other
        scenario.put("partner", "first", code=row.event.code, partner=other.code)
    _searches(scenario, offer)


def _quotes(scenario: Scenario) -> None:
    """Put what factories quote and ask, and what is sealed."""
    for quote in Quote.objects.order_by("state", "pk"):
        scenario.put("quote", quote.state, code=quote.code)
    for file in QuoteFile.objects.select_related("version__quote").order_by("pk"):
        scenario.put("quote_file", "", code=file.version.quote.code, file=file.code)
    for sealed in SealedRound.objects.order_by("pk"):
        scenario.put("round", "open" if sealed.opened_at else "sealed", code=sealed.code)
    for question in OrderQuestion.objects.order_by("state", "pk"):
        scenario.put("question", question.state, code=question.code)


def _connections(scenario: Scenario) -> None:
    """Connect the brand: a webhook that failed once, and a group that heard of three events."""
    own = {"company": scenario.companies["brand"], "language": "zh-hans"}
    by = scenario.people["brand"]
    webhook = Endpoint.objects.create(
        **own, kind="webhook", name="ERP 生产计划", created_by=by, failing_since=AT,
        sealed_url=seal("https://erp.example.com/hooks"), sealed_secret=seal(new_secret()),
    )  # fmt: skip
    group = Endpoint.objects.create(
        **own, kind="wecom", name="外贸一部", created_by=by,
        sealed_url=seal("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"),
    )  # fmt: skip
    for endpoint, refusal in ((webhook, "HTTP 503"), (group, "")):
        call = endpoint.attempts.create(
            began_at=AT, ended_at=AT, status=503 if refusal else 200, refusal=refusal,
            sent="手拉手 · 3 条\n· 有新的匹配 https://example.com/matches/", answer='{"errcode": 0}',
        )  # fmt: skip
        for number in range(1 if refusal else 3):
            event = Event.objects.create(
                company=own["company"], kind="match_found", fact=f"{endpoint.pk}:{number}"
            )
            call.deliveries.create(
                endpoint=endpoint, event=event, state="not_arrived" if refusal else "arrived"
            )
        scenario.put("endpoint", endpoint.kind, code=endpoint.code)
        scenario.put("attempt", endpoint.kind, code=endpoint.code, attempt=call.code)
    source, _secret = sources.add_source(company=own["company"], name="排产系统", by=by)
    scenario.put("source", "brand", code=source.code)


def _policies(scenario: Scenario) -> None:
    """Put a measure of the catalogue, and the brand's own application for it."""
    policy = Policy.objects.filter(is_published=True).order_by("pk")[0]
    asked, _made = Application.objects.get_or_create(
        policy=policy, company=scenario.companies["brand"], defaults={"started_at": AT}
    )
    scenario.put("policy", "published", code=policy.code)
    scenario.put("application", "brand", code=asked.code)


def _split(scenario: Scenario) -> None:
    """Let a factory refuse its part of the order that is split, so that the page has it all."""
    plan = SplitPlan.objects.select_related("order__company").get()
    buyer = plan.asked_by

    def work() -> None:
        handlers.split_order(list(OutboxMessage.objects.filter(kind=plans.SPLIT)))
        plan.refresh_from_db()

    work()
    plans.choose(plan=plan, aim="best_fit", number=plan.round, by=buyer, at=AT)
    part = plan.parts.order_by("pk").last()
    if plan.parts.count() > 1:
        maker = part.factory.memberships.first().user
        plans.refuse_part(part=part, by=maker, at=AT, note="八月排满，九月起可以接单。")
        work()
    scenario.put("plan", plan.state, code=plan.code)
    for part in plan.parts.order_by("pk"):
        scenario.put("part", part.state, code=part.code)


def _answered(scenario: Scenario) -> None:
    """Put a match of each state that has been answered, of both companies."""
    for role, side in (("brand", "order"), ("factory", "offer")):
        own = Match.objects.filter(**{f"{side}__company": scenario.companies[role]})
        for state in ("interested", "mutual", "declined", "expired", "ended"):
            rows = own.filter(state=state).annotate(lines=Count("messages"))
            telling = rows.order_by("-lines", "pk").first()
            if telling:
                scenario.put("match", f"{role}-{state}", code=telling.code)
        for case in track_records.cases_of(scenario.companies[role], at=AT)[:1]:
            scenario.put("record_case", role, fact=case.fact, code=case.code)


def _texts(scenario: Scenario) -> None:
    """Let brand and factory paste what they would send to a group, and a robot take one in."""
    ExchangeRate.objects.create(
        currency="USD", day=AT.date(), yuan="7.1", source="人民币汇率中间价"
    )
    glossary.save_word(word=TradeWord(kind="category", word="飞马款", codes=["athletic"]))
    for label, role, words in TEXTS:
        kept = texts.keep_text(
            text=words, company=scenario.companies[role], by=scenario.people[role], at=AT,
            side=role.replace("brand", "order").replace("factory", "offer"),
        )  # fmt: skip
        scenario.put("text", label, code=kept.code)
    loose = texts.keep_text(text=TEXTS[0][2], company=None, by=None, at=AT)
    scenario.put("text_link", "open", token=links.text_url(loose).rsplit("/", 2)[1])


def _searches(scenario: Scenario, offer: CapacityOffer) -> None:
    """Let the brand hear of new capacity by a search of its own, and keep a silent one."""
    brand = scenario.people["brand"]
    for name, family in (("莆田运动鞋空闲产能", "sport"), ("全部空闲产能", "")):
        search = searches.save_search(
            side="offers", filters=MarketFilters(family=family), name=name, by=brand
        )
    searches.switch_search(search=SavedSearch.objects.earliest("pk"), is_on=False)
    searches.notify_searches(orders=[], offers=[offer.pk])
    scenario.put("search", "brand", code=search.code)


def _most_telling(own: Any, kind: str) -> Any:
    """Return the company's own post with matches and near misses, the one with most of them."""

    def told(post: Any) -> tuple[int, int, int]:
        matches = Match.objects.proposed().filter(**{kind: post}).count()
        near = NearMiss.objects.filter(**{kind: post}).count()
        return min(matches, near), matches + near, -post.pk

    return max(own.filter(state="published"), key=told)


def _imports(scenario: Scenario) -> None:
    today = timezone.localdate()
    for role, kind in (("brand", "orders"), ("factory", "offers")):
        company, person = scenario.companies[role], scenario.people[role]
        content = filled_in(kind, today)
        for label in ("ready", "running", "done"):
            batch = imports.send_file(
                kind=kind, company=company, name=f"{kind}-2026-秋.csv", content=content,
                options={"submit": False}, by=person,
            )  # fmt: skip
            worker.work(batch_id=batch.pk, job_id=batch.job_id)
            if label != "ready":
                batch.refresh_from_db()
                batch = imports.start_import(batch=batch, by=person) or batch
                batch.refresh_from_db()
                if label == "done":
                    worker.work(batch_id=batch.pk, job_id=batch.job_id)
                else:
                    with transaction.atomic():
                        jobs.begin(batch.job)
                        jobs.advance(batch.job, done=3)
            scenario.put("batch", f"{role}-{label}", code=batch.code)
    unreadable = imports.send_file(
        kind="orders", company=scenario.companies["brand"], name="photo.csv", content=b"\x00\x01",
        options={"submit": False}, by=scenario.people["brand"],
    )  # fmt: skip
    worker.work(batch_id=unreadable.pk, job_id=unreadable.job_id)
    scenario.put("batch", "failed", code=unreadable.code)
    scenario.put("import_kind", "orders", kind="orders")
    scenario.put("import_kind", "offers", kind="offers")
    scenario.put("import_kind", "companies", kind="companies")
    scenario.put("import_template", "orders", kind="orders", suffix="csv")
    for slug in ("order", "score", "program"):
        scenario.put("help_topic", slug, slug=slug)
    assert ImportBatch.objects.count() == len(scenario.objects["batch"])


def _links(scenario: Scenario) -> None:
    brand, owner = scenario.companies["brand"], scenario.people["brand"]
    invitation = Invitation.objects.get(email="colleague@example.com")
    scenario.put("invitation", "open", code=invitation.code)
    scenario.put("invitation_link", "open", token=invitation_links.token_of(invitation))
    over = invitations.invite_member(
        company=brand, email="gone@example.com", role=Role.MEMBER, by=owner, at=AT
    )
    invitations.withdraw_invitation(invitation=over, at=AT)
    scenario.put("over_link", "over", token=invitation_links.token_of(over))
    link = unsubscribe_links.unsubscribe_url(owner, ["match_found"]).rsplit("/", 2)[1]
    scenario.put("unsubscribe", "brand", token=link)
    factory = scenario.people["factory"]
    offer = CapacityOffer.objects.get(code=scenario.objects["offer"][0][1]["code"])
    for kind, url in (
        ("renew_link", one_tap_links.renew_url(offer, factory)),
        ("confirm_link", one_tap_links.confirm_url(offer, factory)),
        ("lower_link", one_tap_links.lower_url(offer, factory)),
        ("pause_link", one_tap_links.pause_url(offer, factory)),
    ):
        scenario.put(kind, "due", token=url.rsplit("/", 2)[1])
    key = default_token_generator.make_token(owner)
    scenario.put("reset_key", "valid", uidb36=user_pk_to_url_str(owner), key=key)
    scenario.put("reset_key", "forged", uidb36=user_pk_to_url_str(owner), key="forged-key")
    address = EmailAddress.objects.create(user=scenario.people["newcomer"], email="neu@example.com")
    scenario.put("email_key", "valid", key=EmailConfirmationHMAC(address).key)
    scenario.put("email_key", "forged", key="forged")


def _rest(scenario: Scenario) -> None:
    for role in ("brand", "factory"):
        told = Notification.objects.filter(recipient=scenario.people[role]).order_by("pk").first()
        if told:
            scenario.put("notification", role, code=told.code)
    for app in ("accounts", "listings", "matching", "notifications"):
        scenario.put("app_list", app, app_label=app)
    scenario.put("catch_all", "nowhere", url="nowhere/")
    scenario.put("view_on_site", "any", content_type_id=1, object_id=1)


def _words(scenario: Scenario) -> None:
    """Note the English that people wrote: on Chinese pages it stays as it is."""
    for model, *names in (
        (Company, "name_en", "source"), (ProcessingOrder, "title"), (CapacityOffer, "title"),
        (User, "name"), (Certification, "name_zh", "name_en", "kind_en"), (Construction, "typical_for_en"),
        (Cluster, "name_en", "speciality_en"), (CategoryFamily, "name_en"),
        (Category, "name_en"), (Construction, "name_en"), (Material, "name_en"),
    ):  # fmt: skip
        for row in model.objects.values_list(*names):
            scenario.words.update(str(value) for value in row if value)


def bring_back_the_clock() -> None:
    """Set what the database's own clock wrote to the stage's day, keeping its order."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND c.data_type = 'timestamp with time zone'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = "{column}" - (now() - %s)'  # noqa: S608
                f" WHERE \"{column}\" BETWEEN now() - interval '1 hour' AND now() + interval '1 hour'",
                [AT + dt.timedelta(seconds=60)],
            )
        cursor.execute("SET session_replication_role = origin")
