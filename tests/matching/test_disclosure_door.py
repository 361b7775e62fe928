"""Pages and mails of matches read posts through ``listings.disclosure`` and one module alone."""

import ast
from pathlib import Path

import pytest

from matchmaking.matching import emails, presentation

DOOR = "cards.py"  # makes the cards of disclosure out of a match's posts
MODULES = [
    path
    for package in (presentation, emails)
    for path in sorted(Path(package.__file__).parent.glob("*.py"))
]


def posts_read(source):
    """Return the places where posts are taken off a match or a near miss."""
    return [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"match", "near_miss", "row"}
        and node.attr in {"order", "offer", "post"}
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_only_the_door_reads_posts_of_a_match(path):
    found = posts_read(path.read_text())

    assert bool(found) == (path.name == DOOR)
