"""Bands have fixed edges."""

import datetime as dt
from decimal import Decimal

import pytest

from matchmaking.listings import bands
from matchmaking.listings.bands import Band


@pytest.mark.parametrize(
    ("pairs", "slug"),
    [
        (1, "1-1000"),
        (999, "1-1000"),
        (1_000, "1000-5000"),
        (60_000, "50000-100000"),
        (99_999, "50000-100000"),
        (100_000, "100000-200000"),
        (50_000_000, "1000000-"),
    ],
)
def test_pairs_band(pairs, slug):
    band = bands.pairs_band(pairs)

    assert band.slug == slug
    assert bands.parse_pairs_band(slug) == band


@pytest.mark.parametrize(
    ("slug", "whole"),
    [
        ("50000-60000", "50000-100000"),
        ("60000-60001", "50000-100000"),
        ("4000-60000", "1000-100000"),
        ("60000-", "50000-"),
        ("0-1", "1-1000"),
        ("999999999-", "1000000-"),
    ],
)
def test_a_range_of_other_edges_is_widened_to_whole_bands(slug, whole):
    band = bands.parse_pairs_band(slug)

    assert band.slug == whole
    assert bands.parse_pairs_band(whole) == band


@pytest.mark.parametrize(
    "slug", ["", "x", "-", "-5", "5000-1000", "5000-5000", "1-2-3", "1" * 10 + "-"]
)
def test_what_is_no_range_asks_for_nothing(slug):
    assert bands.parse_pairs_band(slug) is None


@pytest.mark.parametrize(
    ("price", "edges"),
    [("0.01", (0, 10)), ("46.50", (40, 50)), ("50", (50, 60)), ("999", (300, None))],
)
def test_price_band(price, edges):
    band = bands.price_band(Decimal(price))

    assert (band.low, band.high) == edges


def test_price_range_spans_both_bands():
    assert bands.price_range_band(Decimal(42), Decimal(52)) == bands.Band(40, 60)
    assert bands.price_range_band(None, Decimal(52)) == bands.Band(50, 60)
    assert bands.price_range_band(None, None) is None


def test_week_band_covers_whole_blocks_of_four_weeks():
    first, last = dt.date(2027, 2, 1), dt.date(2027, 2, 8)
    band = bands.week_band(first, last)

    assert (band.last - band.first).days % 28 == 21
    assert band.first <= first
    assert last <= band.last
    assert bands.week_block(band.first) == band.first


@pytest.mark.parametrize(
    ("band", "point"),
    [
        (Band(50_000, 100_000), 70_711),
        (Band(1, 1_000), 32),
        (Band(0, 10), 3),
        (Band(1_000_000, None), 1_414_214),
    ],
)
def test_one_point_stands_for_a_band(band, point):
    assert round(bands.fixed_point(band)) == point


def test_the_point_of_a_band_lies_in_it():
    for band in bands.all_pairs_bands():
        assert bands.pairs_band(round(bands.fixed_point(band))) == band
