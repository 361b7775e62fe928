"""Every page that the site can show: found by asking each address of the route table in each role.

An address shows as many sights as roles and objects see different pages there. Nothing is
listed by hand but what no address tells: states.py.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from tests.guards.resolver import Address, addresses
from tests.guards.routes import ROUTES
from tests.screens import mails
from tests.screens.scenario import ROLES

MAIL_WIDTHS = (320, 640)
ALIKE = 0.75
MOST_TRIED = 3
# Roles beside the first four are asked where no object is, or one that is for anybody.
MAIN_ROLES = ROLES[:4]
ANYBODYS = frozenset({"listing", "invitation_link"})
# What each role meets first is looked at in each, however alike.
EACH_ROLES = frozenset({"home:dashboard"})
DEVELOPMENT = re.compile("notifications:dev-|demonstration:")
# Mails of both languages one below the other, each with styles of its own.
FOREIGN = re.compile("notifications:dev-|demonstration:")
# No page, whoever asks: each with what it is instead.
NO_SIGHT = {
    "admin:autocomplete": "answers a script",
    "admin:catch_all": "always 404, which states.py looks at",
    "admin:jsi18n": "a script",
    "admin:login": "leads to the site's own page",
    "admin:logout": "takes POST alone",
    "admin:password_change": "leads to the site's own page",
    "admin:password_change_done": "leads to the site's own page",
    "admin:search": "a piece of the workbench's pages",
    "admin:view_on_site": "always 404",
    "no_view_on_site": "always 404",
    "account_confirm_login_code": "sign-in by code is off",
    "account_set_password": "everybody has a password",
    "accounts:certificate-proof": "a file",
    "accounts:document": "a file",
    "health": "for machines",
    "imports:import-errors": "a file",
    "imports:import-template": "a file",
    "listings:order-file": "a file",
    "listings:order-fitting": "a line of the order's form",
    "exports:export-file": "a file",
    "privacy:download": "a file",
    "deals:board-csv": "a file",
    "docking:event-qr": "a picture",
    "docking:agenda-ics": "a file",
    "docking:agenda-xlsx": "a file",
    "docking:decide": "takes POST alone",
    "deals:quote-file": "a file",
    "deals:quote-receipt": "a file",
    "deals:quote-sheet": "a file",
    "docking:outcome": "takes POST alone",
    "docking:say-yes": "takes POST alone",
    "docking:answer-table": "takes POST alone",
    "deals:board-xlsx": "a file",
    "matching:match-compare": "what a list ticks; without any it leads to the list",
    "matching:match-file": "a file",
    "matching:match-messages": "a piece of the match's page",
    "mfa_authenticate": "asked amid signing in: states.py",
    "mfa_download_recovery_codes": "a file",
    "notifications:dev-mail-html": "the mails themselves are looked at",
    "notifications:notification-open": "leads on",
    **dict.fromkeys(
        (
            "home:theme",
            "set_language",
            "accounts:company-submit",
            "accounts:confirm-resend",
            "accounts:company-switch",
            "accounts:block-remove",
            "accounts:certificate-remove",
            "accounts:contact-remove",
            "accounts:invitation-resend",
            "accounts:invitation-withdraw",
            "accounts:member-role",
            "accounts:token-revoke",
            "imports:import-answer",
            "imports:import-cancel",
            "imports:import-mapping",
            "imports:import-start",
            "imports:import-undo",
            "listings:offer-read",
            "listings:offer-step",
            "listings:order-copy",
            "listings:order-read",
            "listings:order-step",
            "listings:search-delete",
            "listings:text-contact",
            "listings:text-save",
            "listings:search-switch",
            "casework:view-remove",
            "casework:view-save",
            "privacy:keep",
            "exports:export-cancel",
            "connections:endpoint-resend",
            "connections:endpoint-rotate",
            "connections:endpoint-switch",
            "connections:endpoint-test",
            "connections:source-new",
            "connections:source-remove",
            "deals:confirm",
            "deals:contract",
            "deals:delivery",
            "deals:hold-longer",
            "deals:keep",
            "deals:quote-confirm",
            "deals:quote-correction",
            "deals:part-accept",
            "deals:part-refuse",
            "deals:plan-again",
            "deals:plan-ask",
            "deals:plan-choose",
            "deals:plan-drop",
            "matching:match-answer",
            "matching:match-later",
            "matching:match-withdraw",
            "matching:match-undo",
            "notifications:read-all",
        ),
        "takes POST alone",
    ),
}
# The workbench gives a file and a redirect for each model.
NO_SIGHTS = re.compile("admin:.*_(export|redirect)$")
# What officers may do to some models alone, or where there is a row.
NOT_EVERYWHERE = re.compile("admin:.*_(add|change|delete|history|step)$")


def is_page(name):
    """Tell whether the address of that name shows a page of ours; Swagger UI styles itself."""
    if name.startswith("api:"):
        return name == "api:docs"
    return name not in NO_SIGHT and not NO_SIGHTS.match(name)


@dataclass(frozen=True)
class Sight:
    """One page as one role sees it. ``act`` brings the page into a state that has no address."""

    name: str
    role: str
    url: str
    status: int = 200
    act: Callable[[Any], Awaitable[None]] | None = None
    widths: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    alone: bool = False  # in a browser of its own: what it does must not reach other pages
    keeps: bool = False  # what it sends is written, for its next page needs it

    @property
    def title(self) -> str:
        return f"{self.name} · {self.role}"

    @property
    def is_mail(self) -> bool:
        return self.name.startswith("mail:")

    @property
    def is_foreign(self) -> bool:
        """Tell whether words and styles of the page are not the site's own."""
        return bool(FOREIGN.match(self.name))

    @property
    def is_workbench(self) -> bool:
        return self.name.startswith("admin:")


def find(scenario, folder, options, debug_port):
    """Return every sight that the options ask for.

    :raises AssertionError: when an address takes something of which the stage has no object
    """
    from tests.screens import states  # noqa: PLC0415 - states are made of sights

    mail_sights = mails.written_emails(scenario, folder, widths=MAIL_WIDTHS)
    finder = _Finder(scenario, debug_port)
    routes = [one for one in addresses() if is_page(one.name) and one.name in ROUTES]
    if options.only:
        routes = [one for one in routes if any(part in one.name for part in options.only)]
    by_route = {address.name: finder.sights_of(address) for address in routes}
    scenario.unseen = sorted(
        name for name, seen in by_route.items() if not seen and not NOT_EVERYWHERE.match(name)
    )
    found = [sight for seen in by_route.values() for sight in seen]
    found += [*states.states(scenario), *mail_sights]
    return [sight for sight in found if options.wants(sight.name, sight.role)]


class _Finder:
    """Asks addresses in roles and keeps what looks different."""

    def __init__(self, scenario, debug_port):
        self.scenario, self.debug_port = scenario, debug_port
        self.clients = {role: scenario.client(role) for role in ROLES}
        self.cookies = {
            role: client.cookies.output(header="") for role, client in self.clients.items()
        }

    def sights_of(self, address: Address) -> list[Sight]:
        """Return the address's sights, one role and object for each that differs."""
        kept: list[tuple[Sight, frozenset[str]]] = []
        labels = {}
        is_step = address.name.startswith("admin:") and address.name.endswith("_step")
        for label, url in self._urls(address):
            if is_step and label in labels:
                continue  # one row of those that may take the step
            for role in self._roles(address):
                skeleton = self._skeleton(address, role, url)
                if skeleton is None:
                    continue
                each = is_step or address.name in EACH_ROLES
                if not each and any(_alike(skeleton, s) for _, s in kept):
                    continue
                first = labels.setdefault(label if is_step else role, label)
                name = f"{address.name}+{label}" if is_step or label != first else address.name
                kept.append((Sight(name, role, self._base(address) + url), skeleton))
        return [sight for sight, _skeleton in kept]

    def _base(self, address):
        if DEVELOPMENT.match(address.name):
            return f"http://127.0.0.1:{self.debug_port}"
        return settings.SITE_URL

    def _roles(self, address):
        if address.name.startswith("admin:"):
            return ("officer", "admin")
        objects = ROUTES[address.name].objects
        return ROLES if not objects or objects in ANYBODYS else MAIN_ROLES

    def _urls(self, address):
        objects = ROUTES[address.name].objects
        if address.name.startswith("admin:") and objects == "row":
            yield from _rows(address)
        elif not objects:
            yield "", reverse(address.name)
        elif objects != "nothing":
            found = self.scenario.objects[objects]
            assert found, f"{address.name} takes '{objects}': tests/screens/scenario.py has none"
            for label, parameters in found:
                yield label, reverse(address.name, kwargs=parameters)
        elif address.name == "notifications:dev-mail":
            yield "", reverse(address.name, args=[mails.SAMPLE])

    def _skeleton(self, address, role, url):
        """Return which elements the page has, None where it is no page for the role."""
        is_development = bool(DEVELOPMENT.match(address.name))
        client = self.clients[role]
        client.cookies = SimpleCookie(self.cookies[role])  # some pages sign out
        with transaction.atomic(), override_settings(DEVELOPMENT=is_development):
            response = client.get(url, headers={"accept-language": "en"})
            transaction.set_rollback(True)
        if response.status_code != 200 or response.streaming:
            return None
        if not response.headers["Content-Type"].startswith("text/html"):
            return None
        return _Skeleton.of(response.content.decode())


def _rows(address):
    """Yield the workbench's address of a row; of a step, for the first row that may take it."""
    app, model, step = address.name.removeprefix("admin:").split("_", 2)
    rows = apps.get_model(app, model)
    first = rows._default_manager.order_by("pk").first()  # noqa: SLF001
    if first is None or step == "redirect":
        return
    if step != "step":
        yield "", reverse(address.name, args=[first.pk])
        return
    for one in getattr(admin.site.get_model_admin(rows), "steps", ()):
        fitting = (row for row in rows._default_manager.order_by("pk") if one.possible(row))  # noqa: SLF001
        for row in islice(fitting, MOST_TRIED):
            yield one.name, reverse(address.name, args=[row.pk, one.name])


def _alike(one, other):
    return len(one & other) >= ALIKE * len(one | other)


class _Skeleton(HTMLParser):
    """The elements of a page's main part, each once, with their classes."""

    def __init__(self):
        super().__init__()
        self.depth, self.found = 0, set()

    @classmethod
    def of(cls, html):
        parser = cls()
        parser.feed(html)
        return frozenset(parser.found)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "main" or given.get("id") == "main":
            self.depth = 1
        if self.depth or tag == "title":
            names = sorted((given.get("class") or "").split())
            self.found.add((tag, *names, given.get("name") or ""))
