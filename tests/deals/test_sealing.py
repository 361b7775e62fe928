"""Canonical JSON, Merkle trees and the sealing of documents, against the texts that define them."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.deals import canonical_json, merkle
from matchmaking.deals.sealing import BLOCK, Seal, Tampered

SEAL = Seal("0123456789abcdef0123456789abcdef")
CONTEXT = {"quote": "a", "number": 1}
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_canonical_json_sorts_as_rfc_8785_shows():
    # Section 3.2.3 of the RFC, without its floats.
    told = {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew", "1": "One",
            "\U0001f600": "Emoji", "\u0080": "Control", "\u00f6": "Latin"}  # fmt: skip
    said = canonical_json.encode(told).decode()
    order = [said.index(f'"{word}"') for word in
             ("Carriage Return", "One", "Control", "Latin", "Euro Sign", "Emoji", "Hebrew")]  # fmt: skip
    assert order == sorted(order)
    assert (
        canonical_json.encode({"b": [1, True, None], "a": "鞋"})
        == '{"a":"鞋","b":[1,true,null]}'.encode()
    )


@pytest.mark.parametrize("value", [1.5, {"a": [0.0]}, {1, 2}])
def test_canonical_json_refuses_what_has_no_exact_form(value):
    with pytest.raises(TypeError):
        canonical_json.encode(value)
    with pytest.raises(ValueError, match="exact double"):
        canonical_json.encode(2**53)


def test_root_is_that_of_the_certificate_transparency_vectors():
    # The reference implementation of RFC 6962 checks its trees with these eight leaves.
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
    leaves = [merkle.leaf_hash(bytes.fromhex(one)) for one in data]
    assert merkle.root([]).hex() == hashlib.sha256(b"").hexdigest()
    assert merkle.root(leaves[:1]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert merkle.root(leaves[:2]).hex() == (
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    )
    assert merkle.root(leaves).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


@given(st.integers(1, 40), st.data())
def test_every_leaf_is_proved_and_no_other(size, data):
    leaves = [merkle.leaf_hash(bytes([one])) for one in range(size)]
    head, index = merkle.root(leaves), data.draw(st.integers(0, size - 1))
    path = merkle.audit_path(index, leaves)

    assert merkle.is_included(leaves[index], index, size, path, head)
    other = merkle.leaf_hash(b"another")
    assert not merkle.is_included(other, index, size, path, head)
    if size > 1:
        assert not merkle.is_included(leaves[index], (index + 1) % size, size, path, head)
        assert not merkle.is_included(leaves[index], index, size, path[:-1], head)
    assert not merkle.is_included(leaves[index], size, size, path, head)
    with pytest.raises(IndexError):
        merkle.audit_path(size, leaves)


@given(DOCUMENTS)
def test_what_is_sealed_opens_to_the_same_bytes(value):
    document = canonical_json.encode(value)
    sealed = SEAL.close(document, CONTEXT)
    assert SEAL.open(sealed, CONTEXT) == document
    assert document not in sealed or len(document) < 4
    assert SEAL.close(document, CONTEXT) != sealed


@given(st.integers(0, BLOCK), st.integers(1, 255))
def test_any_changed_byte_is_found(place, flip):
    sealed = bytearray(SEAL.close(b'{"unit_price":"46.50"}', CONTEXT))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(Tampered):
        SEAL.open(bytes(sealed), CONTEXT)


def test_neither_another_secret_nor_another_place_opens():
    sealed = SEAL.close(b"document", CONTEXT)
    with pytest.raises(Tampered):
        SEAL.open(sealed, CONTEXT | {"number": 2})
    with pytest.raises(Tampered):
        Seal("another secret of the same length!").open(sealed, CONTEXT)
    with pytest.raises(Tampered):
        SEAL.open(b"short", CONTEXT)
    with pytest.raises(ValueError, match="32 characters"):
        Seal("short")


def test_length_tells_no_digit():
    lengths = {len(SEAL.close(f'{{"unit_price":"{price}"}}'.encode(), CONTEXT))
               for price in ("9.50", "46.50", "12345.00")}  # fmt: skip
    assert len(lengths) == 1
