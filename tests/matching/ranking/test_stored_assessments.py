"""Assessments kept in rows: bytes in, the same values out, whoever wrote them."""

import datetime as dt
import json
import uuid

import numpy as np
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.models.fields import AssessmentField, ChangeField
from matchmaking.matching.ranking.pair_rows import PairRows, difference
from matchmaking.matching.ranking.pgcopy import (
    ByteRows,
    CopyColumn,
    CopyWriter,
    new_codes,
)
from matchmaking.matching.services.announcements import announced_ids, publish_new_matches
from matchmaking.notifications.models import OutboxMessage
from tests.engine.reference.posts import Assessment
from tests.factories import OfferFactory, OrderFactory

PAIRS = st.sets(st.tuples(st.integers(1, 4), st.integers(1, 4)))


def rows(pairs):
    table = np.array(sorted(pairs), dtype=np.int64).reshape(len(pairs), 2)
    none = np.zeros(len(pairs), dtype=np.int64)
    return PairRows(
        orders=table[:, 0],
        offers=table[:, 1],
        hundredths=none,
        order_ranks=none,
        offer_ranks=none,
    )


@pytest.mark.django_db
def test_a_match_keeps_its_assessment_as_a_record_with_the_terms_behind_it(rescore):
    order = OrderFactory()
    OfferFactory()
    rescore()

    match = Match.objects.get()

    with connection.cursor() as cursor:
        cursor.execute("select assessment from matching_match")
        stored = bytes(cursor.fetchone()[0])
    numbers = {name: value for name, value in match.assessment.items() if name != "terms"}
    assert Assessment.from_dict(numbers).as_dict() == numbers
    assert numbers["score"] == float(match.score)
    assert numbers["factors"][0]["numbers"]["pairs"] == order.pairs
    assert match.assessment["terms"] == {
        "is_splittable": False,
        "category": "athletic",
        "offer_category": "athletic",
        "same_family": True,
        "construction": "",
        "offer_constructions": [],
        "certificates": [],
        "missing_certificates": [],
    }
    assert len(stored) < len(json.dumps(match.assessment)) / 4


@pytest.mark.parametrize("field", [AssessmentField(), ChangeField()])
@pytest.mark.parametrize("values", [{}, {"kind": "due_later", "terms": {"certificates": ["BSCI"]}}])
def test_rows_of_older_versions_are_read_as_they_were_written(field, values):
    assert field.from_db_value(field.get_prep_value(values)) == values


def test_a_near_miss_without_a_change_keeps_nothing():
    assert ChangeField().from_db_value(b"") == {}


@pytest.mark.django_db
def test_a_near_miss_keeps_its_change_as_a_record(rescore):
    OrderFactory()
    OfferFactory(min_order_pairs=500_000)
    rescore()

    near_miss = NearMiss.objects.get()

    kept = (near_miss.change["kind"], near_miss.change["before"], near_miss.change["gate"])
    assert kept == ("minimum_order", 500_000, near_miss.gate)
    assert float(near_miss.score) == near_miss.change["score"]
    assert near_miss.change["terms"]["category"] == "athletic"


@pytest.mark.django_db
def test_rows_are_copied_in_with_what_they_lack():
    now = dt.datetime(2026, 5, 4, 3, 2, 1, 7, tzinfo=dt.UTC)
    codes = new_codes(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table made (id bigint, rank smallint, score numeric(5, 2),"
            " code uuid, said text, nothing text, at timestamptz, kept bytea) on commit drop"
        )
        columns = [
            CopyColumn("id", "bigint", np.array([1, 2, 3])),
            CopyColumn("rank", "smallint", np.array([7, 0, 9]), np.array([False, True, False])),
            CopyColumn(
                "score", "points", np.array([0, 10_000, 8_105]), np.array([True, False, False])
            ),
            CopyColumn("code", "uuid", codes),
            CopyColumn("said", "text", "配色"),
            CopyColumn("nothing", "text", ""),
            CopyColumn("at", "timestamptz", now),
            CopyColumn("kept", "bytea", ByteRows.of([b"", b"\x00\xff", b"record"])),
        ]
        with CopyWriter("made") as writer:
            writer.write(columns, 3)
        cursor.execute("select id, rank, score::text, kept from made order by id")
        found = [(*row[:3], bytes(row[3])) for row in cursor.fetchall()]
        cursor.execute("select distinct said, nothing, at from made")
        shared = cursor.fetchall()
        cursor.execute("select code from made order by id")
        read = [code for (code,) in cursor.fetchall()]

    assert found == [
        (1, 7, None, b""),
        (2, None, "100.00", b"\x00\xff"),
        (3, 9, "81.05", b"record"),
    ]
    assert shared == [("配色", "", now)]
    assert read == [uuid.UUID(bytes=bytes(code)) for code in codes]
    assert {(code.version, code.variant) for code in read} == {(4, uuid.RFC_4122)}


@given(PAIRS, PAIRS)
def test_the_difference_of_pairs_is_that_of_sets(wanted, standing):
    now, was = rows(wanted), rows(standing)

    found = difference(now, was)

    assert set(now.at(found.new).pairs()) == wanted - standing
    assert set(was.at(found.gone).pairs()) == standing - wanted
    assert now.at(found.known).pairs() == was.at(found.standing).pairs()
    assert set(now.at(found.known).pairs()) == wanted & standing


@pytest.mark.django_db
def test_matches_that_follow_one_another_are_told_by_one_fact(at):
    ids = [4, 5, 6, 9, *range(100, 350)]

    publish_new_matches(ids, at)
    publish_new_matches(ids, at)

    subjects = list(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True))
    assert sorted(pk for subject in subjects for pk in announced_ids(subject)) == ids
    assert {"match": 9} in subjects
    assert len(subjects) == 5
