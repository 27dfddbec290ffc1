"""Canonical JSON, the Merkle tree and signatures: the pure parts of verify_record."""

import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import verify_record as vr

ascii_keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.booleans()
    | st.integers(-vr.LARGEST_INTEGER, vr.LARGEST_INTEGER)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_keys, inner, max_size=4),
    max_leaves=12,
)
leaf_lists = st.lists(st.binary(min_size=1, max_size=6).map(vr.leaf_hash), max_size=40)


@given(values)
def test_canonical_bytes_read_back_to_the_same_value_and_bytes(value):
    data = vr.canonical(value)
    assert vr.parse_strict(data) == value
    assert vr.canonical(json.loads(data)) == data


@given(st.dictionaries(ascii_keys, scalars, max_size=6), st.randoms())
def test_canonical_does_not_depend_on_the_order_of_keys(value, random):
    items = list(value.items())
    random.shuffle(items)
    assert vr.canonical(dict(items)) == vr.canonical(value)


def test_canonical_is_what_rfc_8785_gives_for_its_string_example():
    # The "string" member of the RFC's section 3.2.2, and sorted keys without spaces.
    value = {"string": '€$\u000f\nA\'B"\\\\"/', "literals": [True, False], "a": -1}
    expected = '{"a":-1,"literals":[true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert vr.canonical(value) == expected.encode()


@pytest.mark.parametrize(
    "value",
    [None, 1.0, float("nan"), b"x", 2**53, -(2**53), {"é": 1}, {1: "x"}, "\ud800", {"a": [None]}],
    ids=repr,
)
def test_canonical_refuses_what_the_record_does_not_allow(value):
    with pytest.raises(ValueError, match=r"does not allow|too large|plain ASCII|surrogates"):
        vr.canonical(value)


def test_canonical_allows_the_largest_depth_and_number_and_refuses_one_more():
    deep: list = []
    for _ in range(vr.DEEPEST - 1):
        deep = [deep]
    assert vr.parse_strict(vr.canonical(deep)) == deep
    with pytest.raises(ValueError, match="nested too deeply"):
        vr.canonical([deep])
    assert vr.parse_strict(b"9007199254740991") == 2**53 - 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"a":1,"a":1}', "the key 'a' stands in it twice"),
        (b'{"a":{"b":1,"b":2}}', "the key 'b' stands in it twice"),
        (b'{"b":1,"a":1}', "canonical form"),
        (b'{"a": 1}', "canonical form"),
        (b' {"a":1}', "canonical form"),
        (b'{"a":1}\r', "canonical form"),
        (b'{"a":"\\u0041"}', "canonical form"),
        (b'{"a":"\\/"}', "canonical form"),
        (b"-0", "canonical form"),
        (b"1.0", "float"),
        (b"1e3", "float"),
        (b"null", "NoneType"),
        (b"NaN", "float"),
        (b"9007199254740992", "too large"),
        (b"1" * 100_000, "too large"),
        (b"[" * 100_000, "nested too deeply"),
        (b'"\\ud800"', "surrogates"),
        (b'"\xff"', "UTF-8"),
        (b'\xef\xbb\xbf"a"', "not JSON"),
        (b"", "not JSON"),
        (b'{"a":1}{"a":1}', "not JSON"),
    ],
    ids=lambda item: repr(item)[:24],
)
def test_parse_strict_refuses_any_other_bytes_and_says_why(data, why):
    with pytest.raises(ValueError, match=why):
        vr.parse_strict(data)


def test_leaf_node_and_commitment_hashes_are_as_documented():
    assert vr.leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
    assert vr.node_hash(b"l", b"r") == hashlib.sha256(b"\x01lr").digest()
    expected = hashlib.sha256(b"throughline content v1\n" + b"s" * 32 + b"{}").hexdigest()
    assert vr.commitment(b"s" * 32, b"{}") == expected


# Leaves and roots of the reference tree published with Certificate Transparency's test data.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
CT_LEAVES += ["606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", CT_ROOTS)
def test_root_matches_the_published_reference_tree(size):
    leaves = [vr.leaf_hash(bytes.fromhex(item)) for item in CT_LEAVES[:size]]
    assert vr.root(leaves).hex() == CT_ROOTS[size]


@given(leaf_lists)
def test_frontier_gives_the_same_root_as_the_definition_and_survives_storing(leaves):
    frontier = vr.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
        frontier = vr.Frontier.from_hex(frontier.size, frontier.to_hex())
    assert frontier.size == len(leaves)
    assert frontier.root() == vr.root(leaves)
    assert len(frontier.hashes) <= max(1, len(leaves)).bit_length()


def test_frontier_refuses_hashes_that_do_not_fit_its_size():
    good = ["00" * 32, "11" * 32]
    assert vr.Frontier.from_hex(3, good).to_hex() == good
    for size, hashes in [(2, good), (3, good[:1]), (3, ["00", "11"]), (1, ["zz"])]:
        with pytest.raises(ValueError, match=r"frontier|hexadecimal"):
            vr.Frontier.from_hex(size, hashes)


@given(leaf_lists.filter(bool), st.data())
def test_inclusion_proof_holds_for_its_leaf_and_place_only(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, expected = vr.inclusion_proof(leaves, index), vr.root(leaves)
    size, leaf = len(leaves), leaves[index]
    assert vr.check_inclusion(leaf, index, size, proof, expected)
    assert not vr.check_inclusion(vr.leaf_hash(b"another"), index, size, proof, expected)
    assert not vr.check_inclusion(leaf, index, size, [*proof, bytes(32)], expected)
    assert not vr.check_inclusion(leaf, index, size, proof, bytes(32))
    assert not vr.check_inclusion(leaf, size, size, proof, expected)
    for other, there in enumerate(leaves):
        if there != leaf:
            assert not vr.check_inclusion(leaf, other, size, proof, expected)
    if proof:
        assert not vr.check_inclusion(leaf, index, size, proof[:-1], expected)


def test_inclusion_proof_of_a_leaf_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no such leaf"):
        vr.inclusion_proof([vr.leaf_hash(b"x")], 1)


# RFC 8032 section 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_signature_holds_for_the_vectors_of_rfc_8032(key, message, signature):
    key, message, signature = (bytes.fromhex(item) for item in (key, message, signature))
    assert vr.signature_holds(key, message, signature)
    assert not vr.signature_holds(key, message + b"x", signature)


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64), st.integers(0, 511))
def test_signature_holds_exactly_when_the_cryptography_library_says_so(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert vr.signature_holds(key, message, signature)
    forged = bytearray(signature)
    forged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key).verify(bytes(forged), message)
    assert not vr.signature_holds(key, message, bytes(forged))


def test_signature_refuses_wrong_lengths_foreign_points_and_a_second_form_of_s():
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key, signature = private.public_key().public_bytes_raw(), private.sign(b"m")
    assert vr.signature_holds(key, b"m", signature)
    assert not vr.signature_holds(key[:31], b"m", signature)
    assert not vr.signature_holds(key, b"m", signature + b"x")
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    assert not vr.signature_holds(key, b"m", signature[:32] + s.to_bytes(32, "little"))
    not_on_the_curve = (2).to_bytes(32, "little")
    y_too_large = (2**255 - 19 + 1).to_bytes(32, "little")
    zero_but_odd = (1 | 1 << 255).to_bytes(32, "little")
    for bad in (not_on_the_curve, y_too_large, zero_but_odd):
        assert not vr.signature_holds(bad, b"m", signature)
