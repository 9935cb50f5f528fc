"""Names inside addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.base.errors import Invalid
from entrepot.base.names import decode_name, encode_name, split_names


@given(st.text())
def test_any_name_comes_back(name):
    """Encoding and decoding gives the same name, and no slash stands in between."""
    encoded = encode_name(name)

    assert "/" not in encoded
    assert decode_name(encoded) == name


def test_a_slash_and_a_tilde_are_encoded():
    """SAP's `/BIC/…` becomes one part of a path."""
    assert encode_name("/BIC/AZ~1") == "~2FBIC~2FAZ~7E1"


def test_a_lonely_tilde_is_invalid():
    """A tilde that begins no code is refused, with the way to write it."""
    with pytest.raises(Invalid, match="~7E"):
        decode_name("a~b")


def test_a_list_splits_at_commas_that_are_not_encoded():
    """`~2C` is a comma inside a name."""
    assert split_names("a~2Cb,c") == ["a,b", "c"]
    assert split_names("") == []
