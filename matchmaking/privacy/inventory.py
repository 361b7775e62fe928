"""Personal data by table: what is the person's own, and what only names the person.

Each table whose rows would go with a person has to stand in :data:`OWN` or in :data:`OF_OTHERS`: a
test fails over one that nobody has thought about. All others are counted wherever they name somebody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Model

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table whose rows are about one person. ``columns`` are those that a copy holds.

    ``erased`` rows go with the person; others stay, since a partner relies on them, under a
    person without a name.
    """

    model: str
    link: str
    columns: Sequence[str]
    erased: bool = True


OWN: tuple[OwnTable, ...] = (
    OwnTable("account.EmailAddress", "user", ("email", "verified", "primary")),
    OwnTable("accounts.PhoneNumber", "user", ("number", "verified_at", "created_at")),
    OwnTable(
        "accounts.Membership", "user", ("company__name_zh", "role", "joined_at"), erased=False
    ),
    OwnTable("accounts.CompanyToken", "user", ("name", "scopes", "created", "expiry")),
    OwnTable("accounts.CompanyClaim", "claimed_by", ("note", "created_at"), erased=False),
    OwnTable("accounts.ContactDisclosure", "user", ("seen_at",), erased=False),
    OwnTable("mfa.Authenticator", "user", ("type", "created_at", "last_used_at")),
    OwnTable(
        "usersessions.UserSession", "user", ("ip", "user_agent", "created_at", "last_seen_at")
    ),
    OwnTable("core.Visit", "user", ("seen_at", "before_at")),
    OwnTable("notifications.Notification", "recipient", ("kind", "created_at", "read_at")),
    OwnTable("notifications.MailPreference", "user", ("kind", "mode", "changed_at")),
    OwnTable(
        "listings.SavedSearch",
        "user",
        ("name", "side", "family", "category", "cluster", "week", "pairs_from", "pairs_to"),
    ),
    OwnTable("listings.PastedText", "written_by", ("written_at",), erased=False),
    OwnTable("imports.ColumnMapping", "user", ()),
    OwnTable("imports.SourceAnswers", "user", ()),
    OwnTable("matching.Message", "author", ("text", "written_at"), erased=False),
    OwnTable("matching.ThreadMark", "user", ()),
    OwnTable("matching.Deferral", "user", ()),
    OwnTable("connections.PushSource", "created_by", ("name", "created_at", "heard_at")),
    OwnTable("casework.SavedView", "user", ("name", "query")),
    OwnTable("exports.ListExport", "created_by", ("name", "created_at")),
    OwnTable("privacy.ErasureRequest", "user", ("state", "asked_at", "due_at"), erased=False),
)


# Rows that belong to the association or to a company, by the hand of a person.
OF_OTHERS = frozenset(
    {
        ("admin.LogEntry", "user"),
        ("core.Job", "created_by"),
        ("accounts.Invitation", "invited_by"),
        ("imports.ImportBatch", "created_by"),
    }
)


def links_to_people() -> Iterator[tuple[type[Model], str]]:
    """Yield each table with a key to a person, and the key's name."""
    person = apps.get_model(settings.AUTH_USER_MODEL)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented name
            if field.is_relation and field.related_model is person:
                yield model, field.name


def own_rows(table: OwnTable, user: User) -> list[dict[str, Any]]:
    rows = apps.get_model(table.model)._default_manager.filter(**{table.link: user.pk})  # noqa: SLF001
    return list(rows.order_by("pk").values(*table.columns)) if table.columns else []


def acts(user: User) -> dict[str, int]:
    """Return how often the person stands in the records of companies, by table."""
    own = {(table.model.lower(), table.link) for table in OWN}
    found: dict[str, int] = {}
    for model, link in links_to_people():
        label = model._meta.label_lower  # noqa: SLF001 - as above
        if (label, link) in own or label.endswith("event") or label.startswith("pghistory."):
            continue
        rows = model._default_manager.filter(**{link: user.pk})  # noqa: SLF001 - as above
        if count := rows.count():
            found[f"{label}.{link}"] = count
    return found
