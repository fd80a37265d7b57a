from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from qcode.errors import InputError, RequestError, UnsafeFile
from qcode.files import guard
from qcode.files.guard import Skipped, list_transcripts, read_bytes, write_file

needs_fifo = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")


def test_reads_a_file_whole(tmp_path):
    path = tmp_path / "a.txt"
    content = bytes(range(256)) * 10_000
    path.write_bytes(content)
    assert read_bytes(path) == content
    assert read_bytes(path, limit=len(content)) == content


def test_refuses_a_file_over_the_limit(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"secret words")
    with pytest.raises(UnsafeFile, match=r"larger than 1.1e-05 MB") as caught:
        read_bytes(path, limit=11)
    assert "secret" not in str(caught.value)


def test_refuses_a_file_that_grows_while_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    monkeypatch.setattr(guard.os, "read", lambda _descriptor, size: b"y" * size)
    with pytest.raises(UnsafeFile, match="larger than"):
        read_bytes(path, limit=10)


def test_a_missing_file_and_an_impossible_name(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_bytes(tmp_path / "none.txt")
    with pytest.raises(InputError, match="cannot be used"):
        read_bytes(Path("a\x00b"))
    (tmp_path / "plain").write_bytes(b"")
    with pytest.raises(InputError, match="Not a directory"):
        read_bytes(tmp_path / "plain" / "below.txt")


def test_refuses_links_folders_and_sockets(tmp_path, monkeypatch):
    real = tmp_path / "real.txt"
    real.write_bytes(b"x")
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    with pytest.raises(UnsafeFile, match="symbolic link"):
        read_bytes(link)
    with pytest.raises(UnsafeFile, match="folder"):
        read_bytes(tmp_path)
    with socket.socket(socket.AF_UNIX) as end:
        monkeypatch.chdir(tmp_path)  # the path of a socket must be short
        end.bind("s.txt")
        with pytest.raises(UnsafeFile, match="pipe, a socket or a device"):
            read_bytes(tmp_path / "s.txt")


@needs_fifo
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "interview.txt")
    with pytest.raises(UnsafeFile, match="pipe"):
        read_bytes(tmp_path / "interview.txt")


@needs_fifo
def test_a_pipe_put_in_place_at_the_last_moment_is_noticed(tmp_path, monkeypatch):
    path = tmp_path / "interview.txt"
    path.write_bytes(b"x")
    look = os.lstat

    def look_and_exchange(name):
        seen = look(name)
        path.unlink()
        os.mkfifo(path)
        return seen

    monkeypatch.setattr(guard.os, "lstat", look_and_exchange)
    with pytest.raises(UnsafeFile, match="exchanged"):
        read_bytes(path)


def test_a_link_put_in_place_at_the_last_moment_is_not_followed(tmp_path, monkeypatch):
    path = tmp_path / "interview.txt"
    path.write_bytes(b"x")
    (tmp_path / "secret").write_bytes(b"key")
    look = os.lstat

    def look_and_exchange(name):
        seen = look(name)
        path.unlink()
        path.symlink_to(tmp_path / "secret")
        return seen

    monkeypatch.setattr(guard.os, "lstat", look_and_exchange)
    with pytest.raises(InputError):
        read_bytes(path)


def test_names_in_messages_are_harmless(tmp_path):
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path / "a\u202eb\x1b[2J.txt")
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)


def test_lists_transcripts_in_the_order_of_names(tmp_path):
    for name in ("b.txt", "a.md", "C.TXT", ".hidden.txt", "d.odt", "e.csv", "f"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    found = list_transcripts(tmp_path)
    assert [path.name for path in found.files] == ["C.TXT", "a.md", "b.txt"]
    reasons = {entry.path.name: entry.reason for entry in found.skipped}
    assert list(reasons) == ["d.odt", "e.csv", "f", "folder.txt", "link.txt"]
    assert ".odt files cannot be imported yet" in reasons["d.odt"]
    assert "Only .txt, .md, .docx" in reasons["e.csv"]
    assert "folder" in reasons["folder.txt"]
    assert "link" in reasons["link.txt"]


@needs_fifo
def test_lists_a_pipe_as_refused(tmp_path):
    os.mkfifo(tmp_path / "interview.txt")
    found = list_transcripts(tmp_path)
    assert not found.files
    assert "pipe" in found.skipped[0].reason


def test_skipped_names_are_shown_harmless():
    assert Skipped(Path("dir/a\u202eb\x07.exe"), "Why.").shown == "a�b␇.exe"


def test_a_folder_that_is_none(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"x")
    with pytest.raises(InputError, match="not a folder"):
        list_transcripts(tmp_path / "a.txt")
    with pytest.raises(InputError, match="no such file"):
        list_transcripts(tmp_path / "none")


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writes_for_the_user_alone(tmp_path):
    path = tmp_path / "out.csv"
    write_file(path, b"a,b")
    assert path.read_bytes() == b"a,b"
    assert files_in(tmp_path) == ["out.csv"]
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permission bits")
def test_writes_with_the_mode_that_is_asked_for(tmp_path):
    write_file(tmp_path / "out.csv", b"", mode=0o660)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o660


def test_overwrites_only_when_told(tmp_path):
    path = tmp_path / "out.csv"
    write_file(path, b"old")
    with pytest.raises(RequestError, match="already"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    write_file(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"
    assert files_in(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("links", [True, False])
def test_a_name_taken_at_the_last_moment_is_left_alone(tmp_path, monkeypatch, links):
    path = tmp_path / "out.csv"
    path.write_bytes(b"theirs")
    monkeypatch.setattr(guard, "_check_target", lambda _path, **_: None)
    if not links:
        monkeypatch.setattr(guard.os, "link", no_links)
    with pytest.raises(RequestError, match="already"):
        write_file(path, b"mine")
    assert path.read_bytes() == b"theirs"
    assert files_in(tmp_path) == ["out.csv"]


def no_links(_source, _target):
    raise PermissionError(1, "Operation not permitted")


def test_writes_where_there_are_no_hard_links(tmp_path, monkeypatch):
    monkeypatch.setattr(guard.os, "link", no_links)
    write_file(tmp_path / "out.csv", b"new")
    assert (tmp_path / "out.csv").read_bytes() == b"new"
    assert files_in(tmp_path) == ["out.csv"]


def test_writes_where_folders_cannot_be_synchronised(tmp_path, monkeypatch):
    monkeypatch.delattr(guard.os, "O_DIRECTORY")
    write_file(tmp_path / "out.csv", b"new")
    assert (tmp_path / "out.csv").read_bytes() == b"new"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(guard.os, "fsync", full)
    with pytest.raises(RequestError, match="No space left"):
        write_file(path, b"new", overwrite=True)
    assert path.read_bytes() == b"old"
    assert files_in(tmp_path) == ["out.csv"]


def test_writes_to_plain_files_only(tmp_path):
    (tmp_path / "target").write_bytes(b"key")
    (tmp_path / "link.csv").symlink_to(tmp_path / "target")
    with pytest.raises(UnsafeFile, match="link"):
        write_file(tmp_path / "link.csv", b"x", overwrite=True)
    with pytest.raises(UnsafeFile, match="folder"):
        write_file(tmp_path, b"x", overwrite=True)
    assert (tmp_path / "target").read_bytes() == b"key"
    with pytest.raises(RequestError, match="No such file"):
        write_file(tmp_path / "none" / "out.csv", b"x")
    with pytest.raises(RequestError, match="name cannot be used"):
        write_file(tmp_path / "a\x00b", b"x")
