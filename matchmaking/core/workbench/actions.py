"""Officers' actions: on one row with a page of its own, or on many at once.

An action calls one service per row. A row that the service refuses is reported by name, with
the refusal; the others go through.
"""

import datetime as dt
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from django import forms
from django.db import OperationalError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminTextareaWidget

from matchmaking.core.errors import Conflict, DomainError
from matchmaking.core.registry import Registry
from matchmaking.core.text import no_control_characters
from matchmaking.core.workbench.history import who_was_last

Text = str | Promise
Row = TypeVar("Row")
Result = TypeVar("Result")
MOST_AT_ONCE = 200
VERSION = "version"


class ActionForm(forms.Form):
    """The fields that an action asks for; nothing but a confirmation here."""

    def __init__(self, data: Any = None, files: Any = None, *, row: Any = None) -> None:
        super().__init__(data, files, initial=self.initial_of(row))

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """Return the initial values; ``row`` is None for many at once."""
        del row
        return {}


class ReasonForm(ActionForm):
    """A reason that the company reads."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The company reads it: say what would be right."),
        max_length=1000,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "autofocus": True}),
    )


class DecisionForm(ReasonForm):
    """A reason that the company reads, with nothing for it to mend."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = gettext_lazy("The company reads it.")


@dataclass(slots=True)
class Outcome:
    """Rows for which the action was done, with its result, and rows refused."""

    done: list[tuple[Any, Any]] = field(default_factory=list)
    refused: list[tuple[Any, DomainError]] = field(default_factory=list)


def always(_row: Any) -> bool:
    return True


def refusal_text(row: Any, refusal: DomainError) -> str:
    """Return the refusal, with who was first where it does not say so itself."""
    text = str(refusal)
    if isinstance(refusal, Conflict) and refusal.code not in {"already_decided", "busy"}:
        return " ".join(filter(None, (text, who_was_last(row))))
    return text


@dataclass(frozen=True, kw_only=True)
class Action(Generic[Row, Result]):
    """One thing that officers do: a service, and how the workbench offers it.

    The service gets the row as ``subject`` ("" where it takes none), the fields of ``form``
    and what is ``fixed``; of ``by``, ``at`` and ``version`` those that it names, the version
    being the one that the officer looked at. ``allowed(user)`` is the rule of the area;
    ``possible(row)`` only hides what makes no sense now, the service decides.
    ``next_url(result)`` leads on from what the service returned; ``refusal`` words a refusal.
    ``exhibits(row)`` is what has to be looked at before it is done. While it is possible, an action stands in the place of the one that it ``replaces``.
    What ``is_aside`` decides nothing and stands after all others.
    ``key`` opens it from the keyboard: "a" for yes, "r" for sending back or refusing.

    :raises TypeError: when the service does not take what it would get
    """

    name: str
    label: Text
    explain: Text = ""
    service: Callable[..., Result]
    subject: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    allowed: Callable[[Any], bool]
    possible: Callable[[Row], bool] = always
    form: type[ActionForm] = ActionForm
    tone: Literal["primary", "danger", "default"] = "default"
    in_bulk: bool = False
    replaces: str = ""
    next_url: Callable[[Result], str] | None = None
    notes: Callable[[Row], Iterable[str]] = lambda _row: ()
    exhibits: Callable[[Row], Any] = lambda _row: ""
    refusal: Callable[[Row, DomainError], str] = refusal_text
    key: str = ""
    is_aside: bool = False

    def __post_init__(self) -> None:
        given = dict.fromkeys((*self.form.base_fields, *self.fixed))
        inspect.signature(self.service).bind(**given, **self._context(None, None, None, None))

    def call(
        self, row: Row, *, by: Any, at: dt.datetime, version: int | None, data: Mapping[str, Any]
    ) -> Result:
        return self.service(**self._context(row, by, at, version), **self.fixed, **data)

    def _context(self, row: Any, by: Any, at: Any, version: Any) -> dict[str, Any]:
        known = inspect.signature(self.service).parameters
        offered = {"by": by, "at": at, "version": version}
        given = {name: value for name, value in offered.items() if name in known}
        return {self.subject: row, **given} if self.subject else given


# Actions of areas above on rows of areas below, by model and name.
added_actions: Registry[Action[Any, Any]] = Registry("action on rows of another area")


def register_action(model: type, action: Action[Any, Any]) -> None:
    added_actions.register(action, key=(model, action.name))


def added_to(model: type) -> list[Action[Any, Any]]:
    return [action for (of, _name), action in added_actions.items() if of is model]


def carry_out(
    action: Action[Any, Any],
    rows: Sequence[Any],
    *,
    by: Any,
    data: Mapping[str, Any],
    versions: Mapping[Any, int | None],
) -> Outcome:
    """Do the action to each row, each in the service's own transaction."""
    outcome = Outcome()
    # One time for all rows, and no transaction around them: what is done stays when others fail.
    at = timezone.now()
    for row in rows:
        try:
            result = action.call(row, by=by, at=at, version=versions.get(row.pk), data=data)
        except DomainError as refusal:
            outcome.refused.append((row, refusal))
        except OperationalError:  # lock_timeout: another officer holds the row
            busy = Conflict(_("Somebody else is changing it right now: try again."), code="busy")
            outcome.refused.append((row, busy))
        else:
            outcome.done.append((row, result))
    return outcome


def done_text(action: Action[Any, Any], names: Sequence[str]) -> str:
    """Return what was done: to the one row by name, to many by number."""
    if len(names) == 1:
        return _("%(step)s: “%(row)s”.") % {"step": action.label, "row": names[0]}
    return ngettext(
        "%(step)s: done for %(count)s row.", "%(step)s: done for %(count)s rows.", len(names)
    ) % {"step": action.label, "count": len(names)}


def refused_text(refused: Sequence[tuple[str, str]]) -> SafeString:
    """Return the rows that were refused, each by name with its reason."""
    head = ngettext("%(count)s row was not:", "%(count)s rows were not:", len(refused)) % {
        "count": len(refused)
    }
    lines = format_html_join("", "<li>{}: {}</li>", refused)
    return format_html('{}<ul class="wb-refused">{}</ul>', head, lines)
