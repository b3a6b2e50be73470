from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.predict.encoding import Encoding, UndecodableError, decode, detect, file_encoding

NEWS = "“We won’t sign,” the teachers’ union said – and the café stayed open.\nTalks went on for hours.\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_declared_encodings_are_no_guess(codec):
    text, encoding = decode(NEWS.encode(codec))
    assert text == NEWS
    assert encoding.guess == ""


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_guessed_and_named(codec):
    assert decode(NEWS.encode(codec)) == (NEWS, Encoding(codec, guessed=True))


def test_french_names_in_windows_1252_are_not_taken_for_eastern_european():
    text = "L’école est très loin, a dit la présidente Hélène Févre à côté.\n"
    assert decode(text.encode("cp1252")) == (text, Encoding("cp1252", guessed=True))


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 text", b"\x89PNG\r\n\x1a\n", b"ab\0\0\0cd", bytes(range(256)) * 4, b"\x01\x02\x03\x04"]
)
def test_binary_data_are_refused(data):
    with pytest.raises(UndecodableError, match="binary"):
        decode(data)


def test_damaged_utf8_is_refused_with_its_line():
    with pytest.raises(UndecodableError, match="damaged UTF-8") as caught:
        decode("Été à Paris.\nÇa va très bien".encode() + b"\xff\xfe\n")
    assert caught.value.line == 2


def test_a_character_cut_off_at_the_end_is_no_valid_utf8():
    with pytest.raises(UndecodableError):
        decode("déjà vu à l’été".encode()[:-1])


def test_a_late_byte_decides_in_a_file_of_many_blocks(tmp_path):
    path = tmp_path / "big.csv"
    path.write_bytes(b"a plain line of text\n" * 120_000 + NEWS.encode("cp1252"))
    assert file_encoding(path) == Encoding("cp1252", guessed=True)


def test_a_character_across_two_blocks_is_valid():
    data = "é".encode()
    assert detect([b"a" + data[:1], data[1:] + b"b"]) == Encoding("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_text_is_kept_to_the_last_character(text):
    if not text.startswith("\ufeff"):
        assert decode(text.encode()) == (text, Encoding("utf-8"))


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_or_refused(data):
    try:
        text, encoding = decode(data)
    except UndecodableError as error:
        assert error.reason
    else:
        assert isinstance(text, str) and encoding.name
