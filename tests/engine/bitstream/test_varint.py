import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import FieldReader, svarint, text_field, uvarint, uvarint_size


@given(st.integers(0, 2**64 - 1))
def test_unsigned_numbers_come_back(value: int) -> None:
    fields = FieldReader(uvarint(value))
    assert fields.uvarint() == value
    assert fields.position == uvarint_size(value)
    fields.end()


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_numbers_come_back(value: int) -> None:
    fields = FieldReader(svarint(value))
    assert fields.svarint() == value
    fields.end()


@given(st.text(max_size=40))
def test_texts_come_back(text: str) -> None:
    fields = FieldReader(text_field(text))
    assert fields.text(1000) == text
    fields.end()


def test_the_bytes_are_those_of_the_format_page() -> None:
    assert uvarint(300) == bytes.fromhex("AC02")
    assert svarint(-1) == b"\x01"
    assert svarint(1) == b"\x02"


@pytest.mark.parametrize(
    "data", [b"", b"\x80", b"\x80\x00", b"\xff" * 9 + b"\x02", b"\xff" * 11, b"\x80" * 10 + b"\x01"]
)
def test_cut_long_and_padded_numbers_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        FieldReader(data).uvarint()


def test_numbers_out_of_bounds_are_refused() -> None:
    with pytest.raises(MalformedError):
        FieldReader(b"\x05").uvarint(4)
    with pytest.raises(MalformedError):
        FieldReader(b"\x05").uvarint(9, minimum=6)
    with pytest.raises(ValueError):
        uvarint(2**64)
    with pytest.raises(ValueError):
        uvarint(-1)


def test_a_text_longer_than_its_field_or_not_utf8_is_refused() -> None:
    with pytest.raises(MalformedError):
        FieldReader(b"\x05abc").text(100)
    with pytest.raises(MalformedError):
        FieldReader(b"\x02\xff\xfe").text(100)
