"""The base class of every model's admin in the workbench."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from matchmaking.core.workbench import actions, exports, filters, history
from matchmaking.core.workbench.actions import Action, ActionForm
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.queues import is_waiting
from matchmaking.core.workbench.tables import (
    NOTHING,
    Named,
    Notice,
    Table,
    change_url,
    tables_of,
)

AnyAction = Action[Any, Any]
ListedAction = tuple[Callable[..., Any], str, str]
SHOWN_EVENTS = 8


class WorkbenchAdmin(ModelAdmin):
    """Shows the rows that ``visible_to`` allows; actions change them.

    Rows are added and edited in plain forms only where ``is_editable`` says so, and deleted
    nowhere unless a class allows it.
    """

    group: ClassVar[Group]
    place: ClassVar[int] = 50
    icon: ClassVar[str] = "list"
    row_actions: ClassVar[Sequence[AnyAction]] = ()
    sheet: ClassVar[Sequence[exports.ExportColumn]] = ()
    is_editable: ClassVar[bool] = False
    queue_ordering: ClassVar[Sequence[str]] = ()

    empty_value_display = NOTHING
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_before_template = "admin/workbench/list_bar.html"
    change_form_template = "admin/workbench/change_form.html"
    change_form_outer_before_template = "admin/workbench/actions.html"
    change_form_outer_after_template = "admin/workbench/tables.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        visible_to = getattr(rows, "visible_to", None)
        return visible_to(request.user) if visible_to else rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_editable and bool(super().has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_editable and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def get_ordering(self, request: HttpRequest) -> Sequence[Any]:
        """Return the order of the list: in a queue, who waits longest comes first."""
        if self.queue_ordering and filters.QUEUE in request.GET:
            return self.queue_ordering
        ordering: Sequence[Any] = super().get_ordering(request)
        return ordering

    def row_name(self, row: Any) -> str:
        return str(row)

    def notices(self, request: HttpRequest, row: Any) -> Iterable[Notice]:
        del request, row
        return ()

    def tables(self, request: HttpRequest, row: Any) -> Iterable[Table]:
        del request, row
        return ()

    def happened(self, row: Any) -> list[history.HistoryEvent]:
        if history.has_history(row):
            return history.events_of(row)
        return history.officers_actions_on(row)

    def next_waiting(self, request: HttpRequest, row: Any) -> Any | None:
        del request, row
        return None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> TemplateResponse:
        """Show the page of a row with its actions, notices, related rows and history."""
        row = kwargs.get("obj")
        if row is not None:
            events = history.events_of(row, SHOWN_EVENTS)
            context.update(
                original=Named(row, self.row_name(row)),
                subtitle=self.row_name(row),
                wb_actions=self._links(request, row),
                wb_notices=list(self.notices(request, row)),
                wb_tables=[
                    table
                    for table in (*self.tables(request, row), *tables_of(request, row))
                    if table.rows or table.empty
                ],
                wb_events=events,
                wb_next=self._next(request, row),
            )
        answer: TemplateResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show every recorded change; what officers did here where none are recorded."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            answer: HttpResponse = super().history_view(request, object_id, extra_context)
            return answer
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": self.row_name(row),
            "opts": self.opts,
            "original": Named(row, self.row_name(row)),
            "back_url": change_url(row),
            "wb_events": self.happened(row),
        }
        return TemplateResponse(request, "admin/workbench/history.html", context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"wb_export_url": self._export_url(request), **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, extra)
        return answer

    def get_urls(self) -> list[URLPattern]:
        """Return Django's addresses, and those of the actions and of the sheet."""
        own = [
            path("export/", self._wrap(self.export_view), name=self._name("export")),
            path(
                "<path:object_id>/step/<slug:name>/",
                self._wrap(self.action_view),
                name=self._name("step"),
            ),
        ]
        return [*own, *super().get_urls()]

    def _wrap(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        wrapped: Callable[..., HttpResponse] = self.admin_site.admin_view(view)
        return wrapped

    def _name(self, view: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{view}"

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Hand out the list, filtered as the address says, as a sheet."""
        if not self.sheet or not self.has_view_permission(request):
            raise Http404
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{self._name('changelist')}"))
        name = str(self.opts.model_name)
        return exports.as_xlsx(rows, self.sheet, name=name, by=request.user)

    def _export_url(self, request: HttpRequest) -> str:
        if not self.sheet:
            return ""
        query = request.GET.urlencode()
        return reverse(f"admin:{self._name('export')}") + (f"?{query}" if query else "")

    def allowed_actions(self, request: HttpRequest) -> list[AnyAction]:
        return [action for action in self.all_actions() if action.allowed(request.user)]

    def all_actions(self) -> list[AnyAction]:
        found = [*actions.added_to(self.model), *self.row_actions]
        return sorted(found, key=lambda action: action.is_aside)

    def _links(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        version = getattr(row, actions.VERSION, None)
        query = f"?version={version}" if isinstance(version, int) else ""
        possible = [action for action in self.allowed_actions(request) if action.possible(row)]
        replaced = {action.replaces for action in possible}
        return [
            {
                "label": action.label,
                "key": action.key,
                "tone": action.tone,
                "url": reverse(f"admin:{self._name('step')}", args=[row.pk, action.name]) + query,
            }
            for action in possible
            if action.name not in replaced
        ]

    def _next(self, request: HttpRequest, row: Any) -> dict[str, str] | None:
        waiting = self.next_waiting(request, row)
        return {"url": change_url(waiting), "name": self.row_name(waiting)} if waiting else None

    def action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for what the action needs, then do it."""
        row = self.get_object(request, unquote(object_id))
        action = {action.name: action for action in self.all_actions()}.get(name)
        if row is None or action is None or not self.has_view_permission(request, row):
            raise Http404
        if not action.allowed(request.user):
            raise PermissionDenied
        is_post = request.method == "POST"
        form = action.form(
            request.POST if is_post else None, request.FILES if is_post else None, row=row
        )
        if is_post and form.is_valid():
            answer = self._do(request, action, row, form)
            if answer is not None:
                return answer
        elif not is_post and not action.possible(row):
            sentence = history.who_was_last(row) or str(action.label)
            messages.error(request, _too_late(sentence))
            return HttpResponseRedirect(change_url(row))
        given = request.POST if is_post else request.GET
        versions = {row.pk: _version(given.get(actions.VERSION), row)}
        return self._ask(request, action, [row], form, versions)

    def _do(
        self, request: HttpRequest, action: AnyAction, row: Any, form: ActionForm
    ) -> HttpResponse | None:
        """Do the action to one row; None when the form has to be shown again."""
        version = _version(request.POST.get(actions.VERSION), row)
        waited = is_waiting(row)
        outcome = actions.carry_out(
            action, [row], by=request.user, data=form.cleaned_data, versions={row.pk: version}
        )
        for _row, refusal in outcome.refused:
            if refusal.field and refusal.field in form.fields:
                form.add_error(refusal.field, str(refusal))
                return None
            messages.error(request, action.refusal(row, refusal))
        url = change_url(row)
        for _row, result in outcome.done:
            self.log_change(request, row, str(action.label))
            messages.success(request, actions.done_text(action, [self.row_name(row)]))
            url = action.next_url(result) if action.next_url else url
        if outcome.done and waited and action.next_url is None and not is_waiting(row):
            url = self._after(request, row) or url
        return HttpResponseRedirect(url)

    def _after(self, request: HttpRequest, row: Any) -> str:
        """Return the page of what waits next, "" when nothing does."""
        row.refresh_from_db()
        waiting = self.next_waiting(request, row)
        if waiting is None:
            return ""
        messages.info(request, gettext("Next: “%(row)s”.") % {"row": self.row_name(waiting)})
        return change_url(waiting)

    def _ask(
        self,
        request: HttpRequest,
        action: AnyAction,
        rows: Sequence[Any],
        form: ActionForm,
        versions: Mapping[Any, int | None],
        **context: Any,
    ) -> TemplateResponse:
        return TemplateResponse(
            request,
            "admin/workbench/action.html",
            {
                **self.admin_site.each_context(request),
                "title": action.label,
                "opts": self.opts,
                "action": action,
                "action_rows": [
                    (row, self.row_name(row), change_url(row), versions.get(row.pk)) for row in rows
                ],
                "notes": [note for row in rows for note in action.notes(row)],
                "exhibits": [shown for row in rows if (shown := action.exhibits(row))],
                "form": form,
                "back_url": change_url(rows[0]) if len(rows) == 1 else request.get_full_path(),
                **context,
            },
        )

    def get_actions(self, request: HttpRequest) -> dict[str, ListedAction]:
        """Offer the actions that work on many rows; Django's deletion never."""
        if not self.has_view_permission(request):
            return {}
        return {
            action.name: (_bulk(action), action.name, str(action.label))
            for action in self.allowed_actions(request)
            if action.in_bulk
        }

    def bulk_view(
        self, request: HttpRequest, action: AnyAction, chosen: QuerySet[Any]
    ) -> HttpResponse | None:
        """Ask once for what the action needs, then do it to every chosen row.

        Rows that somebody else has decided meanwhile are not dropped silently: they are
        refused by name.
        """
        if request.POST.get("select_across") != "1":
            keys = request.POST.getlist(ACTION_CHECKBOX_NAME)
            chosen = self.get_queryset(request).filter(
                pk__in=[key for key in keys if key.isdigit()]
            )
        # Ordered, since the slice of unordered rows could be another when it is confirmed.
        rows = list(chosen.order_by("pk")[: actions.MOST_AT_ONCE])
        if not rows:
            return None
        confirmed = "confirmed" in request.POST
        form = action.form(request.POST if confirmed else None)
        versions = {row.pk: _version(request.POST.get(f"version_{row.pk}"), row) for row in rows}
        if not confirmed or not form.is_valid():
            return self._ask(request, action, rows, form, versions, is_bulk=True)
        outcome = actions.carry_out(
            action, rows, by=request.user, data=form.cleaned_data, versions=versions
        )
        self._report(request, action, outcome)
        return HttpResponseRedirect(request.get_full_path())

    def _report(self, request: HttpRequest, action: AnyAction, outcome: actions.Outcome) -> None:
        for row, _result in outcome.done:
            self.log_change(request, row, str(action.label))
        if outcome.done:
            done = [self.row_name(row) for row, _result in outcome.done]
            messages.success(request, actions.done_text(action, done))
        if outcome.refused:
            refused = [
                (self.row_name(row), action.refusal(row, refusal))
                for row, refusal in outcome.refused
            ]
            messages.error(request, actions.refused_text(refused))


def _bulk(action: AnyAction) -> Callable[..., HttpResponse | None]:
    def run(site: WorkbenchAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        return site.bulk_view(request, action, rows)

    return run


def _version(text: str | None, row: Any) -> int | None:
    """Return the version that the officer looked at: what was sent, else the present one."""
    version = getattr(row, actions.VERSION, None)
    if not isinstance(version, int):
        return None
    return int(text) if text and text.isdigit() else version


def _too_late(sentence: str) -> str:
    return f"{gettext('This step is not possible any more.')} {sentence}"
