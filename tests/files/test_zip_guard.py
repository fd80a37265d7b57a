"""Archives from outside, measured before they are unpacked."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

import pytest
from docx_making import zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.errors import InputError, QcodeError, UnsafeFile
from qcode.files.zip_guard import MAX_MEMBERS, MAX_UNPACKED, open_members

STORED = zipfile.ZIP_STORED
LOCAL_SIZES, CENTRAL_SIZES = 14, 16  # where checksum and sizes stand in a member's two headers


def patched(data, offset, entry_offset, value, kind="<I"):
    """The archive with a field changed in the local header and in the directory entry."""
    changed = bytearray(data)
    struct.pack_into(kind, changed, offset, value)
    struct.pack_into(kind, changed, data.index(b"PK\x01\x02") + entry_offset, value)
    return bytes(changed)


def test_members_are_read_by_name_without_regard_to_case():
    members = open_members(zipped({"word/A.xml": "one", "b": b"\x00two"}), "a.docx")
    assert list(members) == ["word/A.xml", "b"]
    assert "WORD/a.XML" in members
    assert "c" not in members
    assert 1 not in members
    assert members.read("word/a.xml") == b"one"
    assert members.read("b", 4) == b"\x00two"


def test_a_missing_member():
    with pytest.raises(InputError, match=r"a\.docx: The file has no part “x␛”"):
        open_members(zipped({"a": ""}), "a.docx").read("x\x1b")


def test_reads_are_bounded():
    with pytest.raises(UnsafeFile, match=r"“a” unpacks to more than 3e-06 MB"):
        open_members(zipped({"a": "1234"}), "a.docx").read("a", 3)


def test_the_number_of_members_is_bounded():
    names = [f"m{n}" for n in range(MAX_MEMBERS + 1)]
    assert len(list(open_members(zipped(dict.fromkeys(names[1:], "")), "a.docx"))) == MAX_MEMBERS
    with pytest.raises(UnsafeFile, match="more than 2,000 parts"):
        open_members(zipped(dict.fromkeys(names, "")), "a.docx")


def test_a_bomb_is_refused_unread():
    with pytest.raises(UnsafeFile, match="unpacks to 60 MB"):
        open_members(zipped({"a": b"a" * 60_000_000}), "a.docx")
    with pytest.raises(UnsafeFile, match="unpacks to 60 MB"):
        open_members(zipped({str(n): b"a" * 6_000_000 for n in range(10)}, method=STORED), "a.docx")


def test_the_ratio_is_bounded_above_a_floor():
    assert len(open_members(zipped({"a": b"a" * 1_000_000}), "a.docx").read("a")) == 1_000_000
    with pytest.raises(UnsafeFile, match="more than 200 times its size"):
        open_members(zipped({"a": b"a" * 1_000_001}), "a.docx")


@pytest.mark.parametrize("second", ["a", "A"])
def test_two_members_of_one_name_are_refused(second):
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", "1")
        archive.writestr(second, "2")
    with pytest.raises(UnsafeFile, match="is there more than once"):
        open_members(stream.getvalue(), "a.docx")


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_encrypted_members_are_refused(flag):
    with pytest.raises(UnsafeFile, match="is encrypted"):
        open_members(patched(zipped({"a": "1"}), 6, 8, flag, "<H"), "a.docx")


def test_unusual_packing_is_refused():
    with pytest.raises(UnsafeFile, match="packed in an unusual way"):
        open_members(zipped({"a": "1"}, method=zipfile.ZIP_BZIP2), "a.docx")


@pytest.mark.parametrize("name", ["a\x1b[2J", "a\u202eb"])
def test_control_characters_in_names_are_refused(name):
    with pytest.raises(UnsafeFile, match="control characters in its name"):
        open_members(zipped({name: "1"}), "a.docx")


def test_a_nul_in_a_name_is_refused():
    data = zipped({"abc": "1"}).replace(b"abc", b"a\x00c")
    with pytest.raises(UnsafeFile, match="control characters in its name: “a␀c”"):
        open_members(data, "a.docx")


@pytest.mark.parametrize("declared", [3, 7])
@pytest.mark.parametrize("method", [STORED, zipfile.ZIP_DEFLATED])
def test_a_directory_that_lies_about_a_size(declared, method):
    data = patched(zipped({"a": "12345"}, method=method), 22, 24, declared)
    with pytest.raises(InputError, match="damaged"):
        open_members(data, "a.docx").read("a")


def test_a_wrong_checksum():
    with pytest.raises(InputError, match="damaged"):
        open_members(patched(zipped({"a": "12345"}), LOCAL_SIZES, CENTRAL_SIZES, 7), "a.docx").read("a")
    with pytest.raises(InputError, match="damaged"):
        open_members(patched(zipped({"a": ""}), LOCAL_SIZES, CENTRAL_SIZES, 7), "a.docx").read("a")


# Named, because an archive holds the time at which it was made.
@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"text" * 100, zipped({"a": "1"})[:-30], b"PK\x05\x06" + b"\xff" * 18],
    ids=["empty", "two bytes", "text", "cut off", "end only"],
)
def test_what_is_no_archive(data):
    with pytest.raises(InputError, match=r"^a␛\.docx: The file is damaged"):
        open_members(data, "a\x1b.docx")


WHOLE = zipped({"a": "some words " * 20, "folder/b": "more", "县": "x"})


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4), st.integers(0, 40))
def test_damage_is_always_a_sentence(changes, cut):
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    where = "a.docx"
    unpacked = 0
    try:
        members = open_members(bytes(data[: len(data) - cut]), "a.docx")
        unpacked = sum(len(members.read(member)) for member in members)
    except QcodeError as error:
        where = error.where
    assert (where, unpacked <= MAX_UNPACKED) == ("a.docx", True)
