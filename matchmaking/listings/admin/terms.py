"""Categories, their families and likeness, constructions, materials."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.terms import (
    CountedTermForm,
    TermAdmin,
    TermForm,
    in_readers_language,
)
from matchmaking.listings.models import (
    Category,
    CategoryFamily,
    CategoryLikeness,
    Construction,
    Material,
)
from matchmaking.listings.services import terms


class ScoredTermAdmin(TermAdmin):
    """Terms that the score depends on: saved by the service, which has the market rescored."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        del form, change
        if terms.save_term(term=obj, at=timezone.now()):
            self.message_user(request, _("The worker is rescoring the market with it."))


@admin.register(CategoryFamily)
class CategoryFamilyAdmin(ScoredTermAdmin):
    """Categories that are made on like lines."""

    place = 10
    icon = "category"
    list_display = ("name_zh", "name_en", "code", "likeness", "position", "is_active")
    fields = ("code", ("name_zh", "name_en"), "likeness", ("position", "is_active"))


@admin.register(Category)
class CategoryAdmin(ScoredTermAdmin):
    """Kinds of shoes, with their HS codes."""

    place = 20
    icon = "steps"
    list_display = ("name_zh", "name_en", "code", "family", "hs_shown", "position", "is_active")
    list_filter = ("is_active", "family")
    list_select_related = ("family",)
    fields = (
        "code",
        ("name_zh", "name_en"),
        "family",
        ("hs4", "hs6"),
        "note",
        ("position", "is_active"),
    )

    @admin.display(description="HS")
    def hs_shown(self, category: Category) -> str:
        return ", ".join([*category.hs4, *category.hs6])


class LikenessForm(TermForm):
    """Two categories and how like they are, in whatever order they were chosen."""

    def clean(self) -> dict[str, Any] | None:
        """Order the pair by key, as the table's constraint wants it; refuse a category with itself."""
        super().clean()
        first, second = self.cleaned_data.get("first"), self.cleaned_data.get("second")
        if first and first == second:
            self.add_error("second", _("Choose two different categories."))
        if first and second and first.pk > second.pk:
            self.cleaned_data.update(first=second, second=first)
        return self.cleaned_data


@admin.register(CategoryLikeness)
class CategoryLikenessAdmin(ScoredTermAdmin):
    """Pairs of categories whose likeness differs from that of their family."""

    place = 30
    icon = "join_inner"
    form = LikenessForm
    list_display = ("pair", "likeness")
    list_filter = ()
    search_fields = ("first__name_zh", "first__name_en", "second__name_zh", "second__name_en")
    ordering = ("first__position", "second__position", "pk")
    fields = (("first", "second"), "likeness")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CategoryLikeness]:
        return super().get_queryset(request).select_related("first", "second")

    def row_name(self, row: CategoryLikeness) -> str:
        return f"{row.first} – {row.second}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        del request
        return ("first", "second") if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del obj
        return bool(request.user.has_perm("listings.delete_categorylikeness"))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ARG002 - Django's call
        terms.remove_likeness(likeness=obj, at=timezone.now())

    @admin.display(description=gettext_lazy("categories"), ordering="first__position")
    def pair(self, row: CategoryLikeness) -> str:
        return self.row_name(row)


@admin.register(Construction)
class ConstructionAdmin(TermAdmin):
    """Ways to join upper and sole."""

    place = 40
    icon = "construction"
    form = CountedTermForm
    list_display = (*TermAdmin.list_display, "typical_for_shown")
    fields = (
        "code",
        ("name_zh", "name_en"),
        ("typical_for", "typical_for_en"),
        ("position", "is_active"),
    )

    @admin.display(description=gettext_lazy("typical for"), ordering="typical_for")
    def typical_for_shown(self, construction: Construction) -> str:
        return in_readers_language(construction.typical_for, construction.typical_for_en)


@admin.register(Material)
class MaterialAdmin(TermAdmin):
    """Materials of the parts of a shoe."""

    group = Group.TERMS
    place = 45
    icon = "texture"
    list_display = (*TermAdmin.list_display, "part")
    list_filter = (*TermAdmin.list_filter, "part")
    fields = (("code", "part"), ("name_zh", "name_en"), ("position", "is_active"))
