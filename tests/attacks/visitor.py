"""Somebody at the site, over HTTP alone: pages with cookies and forms, or the API with a token."""

from __future__ import annotations

import http.client
import json
import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
REDIRECTS = {301, 302, 303}
MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, after redirects."""

    status: int
    body: str
    path: str

    @property
    def text(self) -> str:
        """The words of the page without its tags, in one line."""
        words = re.sub(r"[\u2060\u00a0]", " ", TAGS.sub(" ", self.body))
        return " ".join(words.split())

    def json(self) -> dict:
        return json.loads(self.body)


@dataclass
class Visitor:
    """A client of one site; ``asked`` counts its requests."""

    port: int
    token: str = ""
    language: str = "en"
    asked: int = 0
    _cookies: SimpleCookie = field(default_factory=SimpleCookie)
    _line: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, data: dict | None = None, *, form_at: str = "") -> Answer:
        """Send a form as a browser does, with its token; ``form_at`` is the page it stands on."""
        if "csrftoken" not in self._cookies:
            self.get(form_at or path)
        sent = {**(data or {}), "csrfmiddlewaretoken": self._cookies["csrftoken"].value}
        body = urlencode(sent, doseq=True)
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def api(self, method: str, path: str, body: dict | None = None) -> dict:
        """Ask the API; return its JSON with ``status`` added."""
        sent = None if method == "GET" else json.dumps(body or {})
        answer = self._ask(method, f"/api/v1/{path}", sent, "application/json")
        found = answer.json() if answer.body else {}
        return {**found, "status": answer.status}

    def all_of(self, path: str) -> list[dict]:
        """Return every row of a list of the API, page after page."""
        rows, following = [], f"/api/v1/{path}"
        while following:
            page = self._ask("GET", following).json()
            rows += page["results"]
            parts = urlsplit(page["next"] or "")
            following = f"{parts.path}?{parts.query}" if page["next"] else ""
        return rows

    def sign_in(self, email: str, password: str) -> Visitor:
        self.post("/account/login/", {"login": email, "password": password})
        if "sessionid" not in self._cookies:
            raise AssertionError(f"{email} could not sign in")
        return self

    def form(self, path: str) -> dict[str, object]:
        """Return what the largest form of the page would send as it stands."""
        reader = FormReader()
        reader.feed(self.get(path).body)
        return max(reader.forms, key=len, default={})

    def _ask(self, method: str, path: str, body: str | None = None, kind: str = "") -> Answer:
        for _turn in range(MOST_REDIRECTS):
            status, location, text = self._once(method, path, body, kind)
            if status not in REDIRECTS:
                return Answer(status, text, path)
            parts = urlsplit(location)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            method, body = "GET", None
        raise AssertionError(f"redirected for ever at {path}")

    def _once(self, method: str, path: str, body: str | None, kind: str) -> tuple[int, str, str]:
        headers = {"Accept-Language": self.language, "Idempotency-Key": str(uuid.uuid4())}
        if self.token:
            headers["Authorization"] = f"Token {self.token}"
        if self._cookies:
            pairs = (f"{name}={morsel.value}" for name, morsel in self._cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        if body is not None:
            headers |= {"Content-Type": kind, "Referer": f"http://127.0.0.1:{self.port}{path}"}
        self.asked += 1
        line = self._line = self._line or http.client.HTTPConnection("127.0.0.1", self.port)
        line.request(method, path, body.encode() if body is not None else None, headers)
        got = line.getresponse()
        text = got.read().decode("utf-8", "replace")
        for value in got.headers.get_all("Set-Cookie") or []:
            self._cookies.load(value)
        return got.status, got.headers.get("Location", ""), text


class FormReader(HTMLParser):
    """Collects the fields of each form with the values that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, object]] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name and given.get("type") not in {"submit", "file"}:
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self._put(name, given.get("value") or "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._put(self._select, given.get("value") or "")
        elif tag == "textarea" and name:
            self._area = name
            self.forms[-1][name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area] = f"{self.forms[-1][self._area]}{data}".lstrip("\n")

    def _put(self, name: str, value: str) -> None:
        form = self.forms[-1]
        old = form.get(name)
        if old is None:
            form[name] = value
        else:
            form[name] = [*(old if isinstance(old, list) else [old]), value]
