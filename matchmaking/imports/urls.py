"""Addresses of imports."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from matchmaking.imports import views
from matchmaking.imports.models import ImportKind

app_name = "imports"


class KindConverter(StringConverter):
    """One of the kinds of sheets."""

    regex = "|".join(ImportKind.values)


class SuffixConverter(StringConverter):
    """A kind of file that we write."""

    regex = "xlsx|csv"


register_converter(KindConverter, "importkind")
register_converter(SuffixConverter, "sheetsuffix")

urlpatterns = [
    path("", views.import_list, name="import-list"),
    path("new/<importkind:kind>/", views.import_new, name="import-new"),
    path(
        "templates/<importkind:kind>.<sheetsuffix:suffix>",
        views.import_template,
        name="import-template",
    ),
    path("<uuid:code>/", views.import_detail, name="import-detail"),
    path("<uuid:code>/answer/", views.import_answer, name="import-answer"),
    path("<uuid:code>/undo/", views.import_undo, name="import-undo"),
    path("<uuid:code>/mapping/", views.import_mapping, name="import-mapping"),
    path("<uuid:code>/start/", views.import_start, name="import-start"),
    path("<uuid:code>/cancel/", views.import_cancel, name="import-cancel"),
    path("<uuid:code>/errors.csv", views.import_errors, name="import-errors"),
]
