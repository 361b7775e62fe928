"""A select box without templates says what Django's own says."""

import pytest
from django import forms
from django.test.html import parse_html

from matchmaking.core.selects import PlainSelect

CHOICES = [
    ("", "All"),
    ("<b>", 'A "quoted" & bold one'),
    ("Family", [("family:x", "All: X"), ("x", "X's own")]),
    (7, "Seven"),
]


@pytest.mark.parametrize("value", ["", "<b>", "x", 7, "7", "unknown", None])
@pytest.mark.parametrize(
    "attrs", [{}, {"id": "id_a", "required": True, "disabled": False, "class": 'a"b'}]
)
def test_markup_is_that_of_django(value, attrs):
    plain = PlainSelect(choices=CHOICES).render("kind", value, attrs)
    known = forms.Select(choices=CHOICES).render("kind", value, attrs)

    assert parse_html(plain) == parse_html(known)


def test_text_of_people_is_escaped():
    made = PlainSelect(choices=[('"><script>', "<script>")]).render("kind", "")

    assert "<script>" not in made
