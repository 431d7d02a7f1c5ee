from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import InputError
from terrace.sources.encoding import decode_text, detect_encoding

CHINESE = "编号,名称\n1,低温电解液\n2,碳化硅密封环,用于泵\n"
FILE = Path("a.csv")


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
def test_chinese_text_is_read_in_its_encoding(encoding: str, detected: str) -> None:
    assert decode_text(FILE, CHINESE.encode(encoding)) == (CHINESE, detected)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_mark_is_known_by_its_zeros(encoding: str) -> None:
    text = "id,title\n1,Seal for pumps\n"
    assert decode_text(FILE, text.encode(encoding)) == (text, encoding)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    payload = text.encode()
    if not payload.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        assert detect_encoding(payload) == "utf-8"
        assert decode_text(FILE, payload)[0] == text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4E60), min_size=1))
def test_any_encoding_that_is_said_is_used(text: str) -> None:
    assert decode_text(FILE, text.encode("gb18030"), encoding="gb18030") == (text, "gb18030")


@pytest.mark.parametrize("word", ["crée", "Müller", "señal, año", "Ångström", "déjà vu à côté"])
def test_western_text_is_not_taken_for_chinese(word: str) -> None:
    payload = f"id,title\n1,{word}\n".encode("latin-1")
    with pytest.raises(InputError, match="--encoding"):
        decode_text(FILE, payload)
    assert word in decode_text(FILE, payload, encoding="latin-1")[0]


@pytest.mark.parametrize("payload", [b"\x00\x89k\xd8\x00\xdc\xff" * 9, b"PK\x00\xff\xfe" * 20])
def test_what_is_no_text_is_called_so(payload: bytes) -> None:
    with pytest.raises(InputError, match=r"is no text file.*Save the table as CSV"):
        decode_text(Path("photo.csv"), payload)


def test_undecodable_byte_is_named_with_its_line() -> None:
    with pytest.raises(InputError, match=r"byte 0xE9 at offset 14 \(line 2\) is not utf-8"):
        decode_text(FILE, b"id,title\n1,caf\xe9\n")


def test_a_file_cut_inside_a_character_is_called_cut_off() -> None:
    with pytest.raises(InputError, match=r"middle of a character \(line 2\).*cut off"):
        decode_text(FILE, "id,title\n1,密封".encode()[:-1])


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2), st.data())
def test_chinese_utf_8_cut_anywhere_is_never_taken_for_gb18030(
    text: str, data: st.DataObject
) -> None:
    payload = text.encode()
    assert detect_encoding(payload[: data.draw(st.integers(3, len(payload)))]) == "utf-8"


def test_wrong_encoding_that_was_said_is_refused() -> None:
    with pytest.raises(InputError, match="is not ascii"):
        decode_text(FILE, CHINESE.encode(), encoding="ascii")


def test_unknown_encoding_is_refused() -> None:
    with pytest.raises(InputError, match="no encoding is called 'klingon'"):
        decode_text(FILE, b"id", encoding="klingon")
