"""Requests to every address in every role, and what each of them read and wrote."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.http.cookie import SimpleCookie
from django.template import TemplateDoesNotExist, loader
from django.urls import reverse

from matchmaking.core import weeks
from tests.factories import category, this_monday
from tests.guards.cast import Market
from tests.guards.resolver import Address
from tests.guards.routes import ROLES

WRITES = re.compile(
    r'(?:INSERT INTO|DELETE FROM|(?<!FOR )(?<!DO )(?<!KEY )\bUPDATE)\s+"?(\w+)"?', re.IGNORECASE
)
# Signing in and out is nobody's secret: no row of a company.
SESSIONS = {"django_session", "usersessions_usersession", "of"}
HTML = "text/html,application/xhtml+xml"
JSON = "application/json"
CHANGING = re.compile(rb"\b[A-Za-z0-9]{64}\b|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass
class Answer:
    status: int
    body: str
    location: str = ""
    headers: str = ""
    wrote: set[str] = field(default_factory=set)

    @property
    def is_refusal(self) -> bool:
        return self.status in {401, 403, 404, 405} or "/account/login/" in self.location


@contextmanager
def noting_writes() -> Iterator[set[str]]:
    """Note the tables that statements inside write to."""
    tables: set[str] = set()

    def note(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        text = str(sql)
        if not text.startswith("SELECT") or ";" in text:  # most only read
            tables.update(name.lower() for name in WRITES.findall(text))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


@contextmanager
def short_refusals() -> Iterator[None]:
    """Let refusals be Django's own line: the site's page is long, and read by a test of its own."""
    find = loader.get_template

    def get_template(name: str, using: str | None = None) -> Any:
        if name in {"403.html", "404.html"}:
            raise TemplateDoesNotExist(name)
        return find(name, using)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "get_template", get_template)
        yield


class Walker:
    """Sends requests; whatever they change is undone after each."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.clients = {}
        self.cookies = {}
        self.not_taken: set[tuple[str, str]] = set()
        self.body = self._body()
        for role in ROLES:
            self._client(role)
        self.beginning = digest_of_database()

    def _client(self, role: str) -> Any:
        if role not in self.clients:
            self.clients[role] = self.market.client(role)
            self.cookies[role] = self.clients[role].cookies.output()
        client = self.clients[role]
        client.cookies = SimpleCookie()
        for line in self.cookies[role].splitlines():
            client.cookies.load(line.removeprefix("Set-Cookie: "))
        return client

    def _body(self) -> dict[str, Any]:
        """What the forms of the site might be sent, all together."""
        due = weeks.label(this_monday().replace())
        code = str(self.market.companies["brand"].code)
        return {
            "title": "Shoe", "category": str(category().pk), "pairs": "5000", "due_week": due,
            "target_unit_price_cny": "40", "name": "Somebody", "name_zh": "某某鞋业", "kind": "brand",
            "country": "CN", "contact_person": "Li", "contact": "13800001111",
            "email": "new@example.net", "login": "new@example.net", "password": "no such thing",
            "password1": "a long strange phrase", "password2": "a long strange phrase",
            "role": "member", "company": code, "note": "Ours", "step": "pause", "person": "Li",
            "value": "138", "partner": "91350300MA2XXXXX0X", "scope": "read", "days": "90",
            "language": "en", "time_zone": "Asia/Shanghai", "theme": "dark", "version": "1",
            "step_confirm": "1", "action": "submit", "reason": "Because", "text": "Hello", "q": "x", "apply": "1",
        }  # fmt: skip

    def learn(self, address: Address, method: str, answer: Answer) -> None:
        """Remember a method that the address does not take, from whomever it comes."""
        if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.not_taken.add((address.name, method))

    def refuses(self, address: Address, method: str) -> bool:
        """Tell whether the address was seen to refuse the method: before it looks at anything."""
        return (address.name, method) in self.not_taken

    def send(
        self,
        role: str,
        method: str,
        url: str,
        *,
        accept: str = HTML,
        plausible: bool = False,
        api: bool = False,
        marks: bool = False,
    ) -> Answer:
        """Send one request, note what it wrote, undo it. A GET ``marks`` rows only where told."""
        client = self._client(role)
        data: Any = self.body if plausible else {}
        extra: dict[str, Any] = {"accept": accept}
        options: dict[str, Any] = {}
        if method == "POST":
            options["data"] = data
            if api:
                options["content_type"] = JSON
                extra["idempotency-key"] = uuid.uuid4().hex
        marks = marks or method == "POST" or "/admin/" in url
        point = transaction.savepoint() if marks else None
        with noting_writes() as tables:
            try:
                response = getattr(client, method.lower())(url, headers=extra, **options)
                content = self._content(response)
            except Exception as error:  # noqa: BLE001 - one broken page must not hide the others
                if point:
                    transaction.savepoint_rollback(point)
                return Answer(599, "", headers=repr(error))
        wrote = self._changed(tables - SESSIONS)
        if point:
            (transaction.savepoint_rollback if tables else transaction.savepoint_commit)(point)
        return Answer(
            response.status_code,
            content.decode(errors="replace"),
            response.headers.get("Location", ""),
            # A length is a number like any other, and meets a planted figure by chance.
            str({name: value for name, value in response.items() if name != "Content-Length"}),
            wrote,
        )

    def _changed(self, tables: set[str]) -> set[str]:
        """Return which of the tables differ from the beginning; the rest was taken back."""
        tables &= set(self.beginning)
        now = digest_of(tables) if tables else {}
        return {name for name in tables if now[name] != self.beginning[name]}

    @staticmethod
    def _content(response: Any) -> bytes:
        if response.streaming:
            content = b"".join(response.streaming_content)
            for close in response._resource_closers:  # noqa: SLF001 - close() ends the connection
                close()
            return content
        return response.content


def urls_of(address: Address, objects: str, market: Market) -> list[tuple[str, str]]:
    """Return (owner, URL) for every object that may stand in the address."""
    if address.name.startswith("admin:"):
        return list(_admin_urls(address, objects, market))
    if not objects:
        assert not address.parameters, f"{address.name} takes {address.parameters}"
        return [("", reverse(address.name))]
    if objects == "nothing":
        return [("", reverse(address.name, kwargs={address.parameters[0]: uuid.uuid4()}))]
    found = market.objects[objects]
    assert found, f"{address.name}: no {objects}"
    return [(owner, reverse(address.name, kwargs=kwargs)) for owner, kwargs in found]


def _admin_urls(address: Address, objects: str, market: Market) -> Iterator[tuple[str, str]]:
    if objects in market.objects:
        for _owner, kwargs in market.objects[objects]:
            url = address.pattern
            yield (
                "",
                "/admin/nowhere/"
                if objects == "catch_all"
                else reverse(address.name, kwargs=kwargs),
            )
            del url
        return
    if objects != "row":
        yield "", reverse(address.name)
        return
    app, model, step = address.name.removeprefix("admin:").split("_", 2)
    rows = apps.get_model(app, model)
    row = rows._default_manager.order_by("pk").first()  # noqa: SLF001
    pk = row.pk if row else 1
    if step == "redirect":
        yield "", f"/admin/{app}/{model}/{pk}/"
    elif step == "step":
        steps = [s.name for s in getattr(admin.site.get_model_admin(rows), "steps", ())]
        for name in steps or ["none"]:
            yield "", reverse(address.name, args=[pk, name])
    else:
        yield "", reverse(address.name, args=[pk])


def unknown(address: Address, market: Market, objects: str) -> str:
    """Return the address of an object that does not exist."""
    _owner, kwargs = market.objects[objects][0]
    return reverse(address.name, kwargs=dict.fromkeys(kwargs, uuid.uuid4()))


def comparable(answer: Answer) -> tuple[int, bytes]:
    """Return what a refusal says, without the codes and tokens of this one request."""
    return answer.status, CHANGING.sub(b"", answer.body.encode())


def digest_of_database() -> dict[str, tuple[int, int]]:
    """Return rows and newest writers of every table."""
    return digest_of(set(connection.introspection.table_names()) - SESSIONS)


def digest_of(tables: set[str]) -> dict[str, tuple[int, int]]:
    """Return rows and writers of these tables: another row, or a changed one, shows."""
    parts = [
        f"SELECT '{name}', count(*), coalesce(sum(xmin::text::bigint), 0) FROM \"{name}\""  # noqa: S608
        for name in sorted(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (count, writers) for name, count, writers in cursor.fetchall()}
