"""Base classes of the trade's terms, which are named in two languages and edited in plain forms."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from matchmaking.core.localized import localized
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.history import NOTHING
from matchmaking.core.workbench.navigation import Group


def in_readers_language(chinese: str, english: str) -> str:
    return localized(chinese, english) or NOTHING


class TermForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin names the model
    """A term; where the engine counts terms as bits, there are only so many."""

    most: ClassVar[int | None] = None

    def clean(self) -> dict[str, Any] | None:
        """Refuse a new term beyond ``most``."""
        model = self._meta.model
        is_new = self.instance.pk is None
        if self.most and is_new and model._default_manager.count() >= self.most:  # noqa: SLF001 - Django's documented name
            raise forms.ValidationError(
                _("The engine counts at most %(most)s of these: rename one that is not used.")
                % {"most": self.most}
            )
        return super().clean()


class CountedTermForm(TermForm):
    """A term of which the engine counts 63 at most."""

    most = 63


class TermAdmin(WorkbenchAdmin):
    """Terms: names and order change, the code never does."""

    group = Group.TERMS
    is_editable = True
    form = TermForm
    formfield_overrides: ClassVar = {ArrayField: {"widget": UnfoldAdminTextInputWidget}}
    list_display: Sequence[Any] = ("name_zh", "name_en", "code", "position", "is_active")
    list_filter: Sequence[Any] = ("is_active",)
    search_fields: Sequence[str] = ("code", "name_zh", "name_en")
    ordering: Sequence[str] = ("position", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        del request
        return (*self.readonly_fields, "code") if obj is not None else self.readonly_fields
