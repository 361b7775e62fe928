"""The page that explains the API says all that the schema says."""

import re

from matchmaking.core.api_reference import read

PAGE = "/api/v1/docs/"


def test_each_operation_of_the_schema_stands_on_the_page(client, db):
    page = client.get(PAGE).content.decode()

    schema = client.get("/api/v1/schema/?format=json").json()

    operations = [
        node["operationId"] for path in schema["paths"].values() for node in path.values()
    ]
    assert len(operations) > 20
    assert [name for name in operations if f'id="{name}"' not in page] == []


def test_each_shape_that_is_named_is_told(client, db):
    page = client.get(PAGE).content.decode()
    named = set(re.findall(r'href="#(\w+)"', page)) - {"main"}
    assert len(named) > 20
    assert named <= set(re.findall(r'id="(\w+)"', page))


def test_what_a_list_holds_and_what_codes_there_are_is_told():
    shapes = {shape.name: shape for shape in read().shapes}
    page = {field.name: field.kind for field in shapes["PaginatedMatchOutputList"].fields}
    assert (page["results"].words, page["results"].shape) == ("list of", "MatchOutput")
    assert "proposed" in shapes["MatchStateEnum"].codes
    order = {field.name: field.kind.words for field in shapes["NewOrderInputRequest"].fields}
    assert order["pairs"] == "integer or string or null"
    assert order["target_unit_price_cny"] == "number or string or null"


def test_no_shape_stands_there_with_nothing_to_tell():
    assert [shape.name for shape in read().shapes if not (shape.fields or shape.codes)] == []
