"""Rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

from accounts.models import Company
from matchmaking.core.slots import slots

ROOT = Path(__file__).resolve().parents[2]
AREAS = ("accounts", "matchmaking")
SOURCES = sorted(
    path for area in AREAS for path in (ROOT / area).rglob("*.py") if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MOST_LINES = 500  # of one idea, which three siblings with half a name each would not be
MOST_LINES_OF_FUNCTION = 60
# Tables of a company that are read through their owner's row alone.
BEHIND_ANOTHER = {
    "Answer",
    "Block",
    "CompanyEvent",
    "CompanyToken",
    "Contact",
    "ContactConsent",
    "ListEntry",  # what a list says is for all who are signed in
    "Verification",
}


def name_of(path):
    return str(path.relative_to(ROOT))


def calls(path, names):
    tree = ast.parse(path.read_text())
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
    ]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_broker_is_spoken_to_in_two_areas_alone():
    found = {
        name_of(path) for path in SOURCES if calls(path, {"delay", "apply_async", "send_task"})
    }
    assert {
        name
        for name in found
        if not name.startswith(("matchmaking/notifications/", "matchmaking/matching/"))
    } == set()


@pytest.mark.parametrize("layer", ["views", "api", "forms", "serializers", "admin"])
def test_web_layers_import_no_celery(layer):
    paths = [path for path in SOURCES if layer in (path.stem, path.parent.name)]
    assert paths
    found = {name_of(p) for p in paths for name in imports(p) if "celery" in (name or "")}
    assert found == set()


def test_modules_and_functions_are_short():
    long_modules = [
        (name_of(path), count)
        for path in SOURCES
        if (count := len(path.read_text().splitlines())) > MOST_LINES
    ]
    long_functions = [
        (name_of(path), node.name, length)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := node.end_lineno - node.lineno + 1) > MOST_LINES_OF_FUNCTION
    ]
    assert (long_modules, long_functions) == ([], [])


def test_pages_hold_no_inline_style_and_no_script():
    inline = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*\bsrc=)""")
    found = [
        (name_of(path), hit[0])
        for path in TEMPLATES
        if "mail" not in path.parts and "admin" not in path.parts
        for hit in inline.finditer(path.read_text())
    ]
    assert found == []


def test_nothing_is_marked_as_left_to_do():
    marks = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
    found = [
        name_of(path)
        for path in [*SOURCES, *TEMPLATES, *(ROOT / "tests").rglob("*.py")]
        if marks.search(path.read_text())
    ]
    assert found == []


def test_what_belongs_to_a_company_says_who_sees_it():
    blind = [
        model.__name__
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in AREAS
        for model in config.get_models()
        if any(
            field.is_relation and field.related_model is Company and field.concrete
            for field in model._meta.get_fields()  # noqa: SLF001
        )
        and not model.__name__.endswith("Event")
        and not hasattr(model._default_manager, "visible_to")  # noqa: SLF001
        and not hasattr(model._default_manager.all(), "visible_to")  # noqa: SLF001
    ]
    assert set(blind) <= BEHIND_ANOTHER


def test_site_imports_nothing_at_its_root():
    assert (ROOT / "matchmaking" / "__init__.py").read_text() == ""


def test_every_slot_has_a_place_on_some_page():
    named = re.compile(r'\{% slot "([a-z.]+)"')
    places = {place for path in TEMPLATES for place in named.findall(path.read_text())}
    assert {slot.place for slot in slots.ordered()} <= places
    assert places >= {
        "page.top",
        "matching.match",
        "accounts.company",
        "listings.post",
        "listings.market",
    }
