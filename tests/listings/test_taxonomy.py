"""The terms of the trade as the migration loads them."""

import pytest

from matchmaking.listings.models import Category, CategoryFamily, Construction, Material

pytestmark = pytest.mark.django_db


def test_taxonomy_is_loaded_whole():
    counts = [model.objects.count() for model in (CategoryFamily, Category, Construction, Material)]

    assert counts == [8, 25, 13, 27]


def test_category_carries_its_family_and_codes():
    athletic = Category.objects.get(code="athletic")

    assert (athletic.family.code, athletic.name_zh) == ("sport", "运动鞋")
    assert (athletic.hs4, athletic.hs6) == (
        ["6404", "6402", "6403"],
        ["640411", "640219", "640319"],
    )


def test_a_material_code_may_stand_for_two_parts():
    assert list(
        Material.objects.filter(code="pu").order_by("part").values_list("part", flat=True)
    ) == ["outsole", "upper"]
