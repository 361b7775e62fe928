"""Words of the trade, rates and pasted texts: the part of officers in the reader of messages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from matchmaking.core.errors import DomainError
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import NOTHING
from matchmaking.listings.models import ExchangeRate, PastedText, TradeWord
from matchmaking.listings.services import glossary
from matchmaking.listings.texts.readings import reading_of

SHOWN_CHARACTERS = 60


class TradeWordForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin names the model
    """A word; the service judges it, so that a refusal stands at its field."""

    class Meta:
        widgets = {"codes": UnfoldAdminTextInputWidget}

    def clean(self) -> dict[str, Any] | None:
        """Refuse what :func:`check_word` refuses."""
        data = super().clean() or self.cleaned_data
        word = TradeWord(
            pk=self.instance.pk, **{n: data[n] for n in ("kind", "word", "codes") if n in data}
        )
        if not self.errors:
            try:
                glossary.check_word(word=word)
            except DomainError as error:
                self.add_error(error.field, str(error))
        return data


@admin.register(TradeWord)
class TradeWordAdmin(WorkbenchAdmin):
    """Words that officers added to the shipped ones, or struck out of them."""

    group = Group.TERMS
    place = 60
    icon = "dictionary"
    is_editable = True
    form = TradeWordForm
    list_display = ("word", "kind", "codes_shown", "note", "is_active", "changed_at")
    list_filter = ("kind", "is_active")
    search_fields = ("word", "note")
    ordering = ("kind", "word")
    fields = (("word", "kind"), "codes", "note", "is_active")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        del request, form, change
        glossary.save_word(word=obj)

    @admin.display(description=gettext_lazy("codes of the terms"))
    def codes_shown(self, row: TradeWord) -> str:
        return ", ".join(row.codes) or NOTHING


@admin.register(ExchangeRate)
class ExchangeRateAdmin(WorkbenchAdmin):
    """Rates at which prices in other currencies are shown in yuan."""

    group = Group.TERMS
    place = 65
    icon = "currency_exchange"
    is_editable = True
    list_display = ("currency", "day", "yuan", "source")
    list_filter = ("currency",)
    ordering = ("-day", "currency")
    fields = (("currency", "day"), "yuan", "source")


@admin.register(PastedText)
class PastedTextAdmin(WorkbenchAdmin):
    """Messages that were pasted, with what nobody understood: the words to add."""

    group = Group.MARKET
    place = 60
    icon = "chat_paste_go"
    list_display = ("beginning", "company", "written_by", "side", "written_at")
    list_select_related = ("company", "written_by")
    search_fields = ("text", "company__search_key__folds")
    ordering = ("-pk",)
    fields = ("text", "left", ("company", "written_by"), ("side", "read_on", "written_at"))
    readonly_fields = ("left",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PastedText]:
        return super().get_queryset(request).select_related("company", "written_by")

    def row_name(self, row: PastedText) -> str:
        return self.beginning(row)

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, row: PastedText) -> str:
        return Truncator(row.text).chars(SHOWN_CHARACTERS)

    @admin.display(description=gettext_lazy("not understood"))
    def left(self, row: PastedText) -> SafeString | str:
        spans = reading_of(row).left
        words = [(row.text[span.start : span.end],) for span in spans]
        return format_html_join(" · ", "{}", words) or NOTHING
