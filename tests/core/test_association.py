"""Every page names who runs the site, and production asks for it."""

import dataclasses

import pytest
from django.urls import reverse

from matchmaking.core.association import Association, check_association

pytestmark = pytest.mark.django_db
WHOLE = {
    "name_zh": "莆田示例鞋业协会",
    "name_en": "Putian Example Association",
    "secretariat": "秘书处 204 室",
    "phone": "0594-1234567",
    "filing_number": "闽ICP备12345678号",
    "privacy_since": "2027-01-01",
    "terms_since": "2027-01-01",
}


@pytest.mark.parametrize("missing", [field.name for field in dataclasses.fields(Association)])
def test_production_asks_for_each_line(settings, missing):
    settings.ASSOCIATION = WHOLE
    assert check_association() == []

    settings.ASSOCIATION = WHOLE | {missing: ""}

    (found,) = check_association()
    assert found.id == "core.E003"
    assert f"ASSOCIATION_{missing.upper()}" in found.msg


@pytest.mark.parametrize("name", ["front", "association", "privacy", "terms", "how-it-works"])
def test_pages_name_the_association(client, settings, name):
    settings.ASSOCIATION = WHOLE
    client.cookies["django_language"] = "zh-hans"

    html = client.get(reverse(f"home:{name}")).content.decode()

    assert WHOLE["name_zh"] in html
    assert WHOLE["filing_number"] in html
    assert WHOLE["phone"] in html


def test_the_footer_has_three_links(client):
    html = client.get(reverse("home:front")).content.decode()
    footer = html[html.index('<footer class="site-footer">') :]
    links = footer[footer.index("<nav") : footer.index("</nav>")]

    assert links.count("<a ") == 3
    for name in ("association", "privacy", "terms"):
        assert f'href="{reverse(f"home:{name}")}"' in links
