"""Memos: written, changed, found, hidden, undone, exported."""

from __future__ import annotations

import csv
from itertools import count

import pytest
from naughty import FORMULAS
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import EncodingDoubt, InputError, RequestError, UnknownName, UnsafeFile
from qcode.services.coding import redo, undo
from qcode.services.doctor import diagnose
from qcode.services.log import acts
from qcode.services.memo_tables import MEMO_COLUMNS, export_memos, memo_fields, memo_table
from qcode.services.memos import (
    ABOUT,
    MEMO_KINDS,
    MemoFilter,
    add_memo,
    change_memo,
    find_memo,
    memo,
    memo_counts,
    memos,
    remove_memo,
)
from qcode.services.written import MOST_BYTES, TEXT_LIMIT, read_words, words_of

TRUSTED = Span(TEXTS["one"].index("We trusted"), TEXTS["one"].index("We trusted") + 31)


def on_everything(study) -> dict[str, str]:
    """A memo on each kind of thing: uids by what they are about."""
    one = study.source("one")
    return {
        "project": add_memo(study, "On all.", kind="method"),
        "code": add_memo(study, "On a code.", code=study.codes().find("trust"), title="Trust", kind="theory"),
        "case": add_memo(study, "On a case.", case=study.case("park")),
        "transcript": add_memo(study, "On a transcript.", source=one, kind="todo"),
        "passage": add_memo(study, "On a passage:\r\n县\u3000里", source=one, span=TRUSTED, kind="note"),
    }


def texts(study, **wanted) -> list[str]:
    return [m.row.text for m in memos(study, MemoFilter(**wanted))]


def test_memos_on_everything(anna):
    made = on_everything(anna)
    found = memos(anna)
    assert tuple(m.row.about for m in found) == ABOUT
    assert [m.row.uid for m in found] == list(made.values())
    assert [m.target for m in found] == ["", "trust", "park", "one", "one"]
    assert [m.row.kind for m in found] == ["method", "theory", "memo", "todo", "note"]
    assert {m.coder for m in found} == {"anna"}
    assert all(m.mine for m in found)
    assert found[1].subject == "code trust"
    assert (found[4].span, found[4].row.text) == (TRUSTED, "On a passage:\n县 里")
    assert found[4].subject == f"passage one {TRUSTED.start}-{TRUSTED.end}"
    assert found[3].span is None
    diagnosis = diagnose(anna)
    assert (diagnosis.faults, diagnosis.remarks) == ((), ())


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"code": "trust", "case": "park"}, "one thing"),
        ({"code": "trust", "source": "one"}, "one thing"),
        ({"span": Span(0, 3)}, "needs its transcript"),
        ({"code": "trust", "span": Span(0, 3)}, "needs its transcript"),
        ({"source": "one", "span": Span(5, 5)}, "does not lie inside"),
        ({"source": "one", "span": Span(0, 99_999)}, "does not lie inside"),
    ],
)
def test_a_memo_is_about_one_thing(anna, about, says):
    find = {"code": anna.codes().find, "case": anna.case, "source": anna.source, "span": lambda span: span}
    with pytest.raises(RequestError, match=says):
        add_memo(anna, "x", **{name: find[name](value) for name, value in about.items()})
    assert memos(anna) == []


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("", {}, "memo is empty"),
        (" \n\u00a0 ", {}, "memo is empty"),
        ("secret words" * TEXT_LIMIT, {}, "100,000 are the most"),
        ("a\x00secret words", {}, "NUL character"),
        ("secret words\ud800", {}, "half a character"),
        ("x", {"title": "secret words" * 30}, "200 are the most"),
        ("x", {"title": "\x00"}, "title of the memo holds a NUL"),
        ("x", {"kind": "diary"}, "no kind of memo called “diary”"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_and_not_repeated(anna, text, more, says):
    uid = add_memo(anna, "fine")
    for attempt in (lambda: add_memo(anna, text, **more), lambda: change_memo(anna, uid, text=text, **more)):
        with pytest.raises(RequestError, match=says) as caught:
            attempt()
        assert "secret" not in str(caught.value)
    assert texts(anna) == ["fine"]


def test_the_longest_memo_fits(anna):
    uid = add_memo(anna, "县" * TEXT_LIMIT, title=" two \n lines ")
    assert (len(memo(anna, uid).row.text), memo(anna, uid).row.title) == (TEXT_LIMIT, "two lines")


def test_memos_are_changed_and_removed_by_their_coder_only(anna, bo):
    uid = add_memo(anna, "Mine.")
    put(bo, "one", "trust", "We trusted them from the start.")
    assert [(m.coder, m.mine) for m in memos(bo)] == [("anna", False)]
    for attempt in (lambda: change_memo(bo, uid, text="theirs"), lambda: remove_memo(bo, uid)):
        with pytest.raises(RequestError, match="another coder's"):
            attempt()
    assert change_memo(anna, uid, text="Mine!", title="T", kind="theory")
    assert not change_memo(anna, uid, text="Mine!", title="T", kind="theory")
    assert not change_memo(anna, uid)
    row = memo(anna, uid).row
    assert (row.text, row.title, row.kind) == ("Mine!", "T", "theory")
    remove_memo(anna, uid)
    for attempt in (lambda: remove_memo(anna, uid), lambda: memo(anna, uid)):
        with pytest.raises(RequestError, match="not there any more"):
            attempt()


def test_others_memos_can_be_hidden(anna, bo):
    uid = add_memo(anna, "Anna's.", code=anna.codes().find("trust"))
    mine = add_memo(bo, "Bo's.", code=bo.codes().find("trust"))
    assert set(memo_counts(bo).values()) == {2}
    bo.look(own_only=True)
    assert texts(bo) == ["Bo's."]
    assert set(memo_counts(bo).values()) == {1}
    assert find_memo(bo, mine[-8:]).row.uid == mine
    for attempt in (
        lambda: memo(bo, uid),
        lambda: change_memo(bo, uid, text="x"),
        lambda: find_memo(bo, uid),
        lambda: memos(bo, MemoFilter(coder="anna")),
    ):
        with pytest.raises(RequestError, match=r"not there any more|no memo with|hidden from you"):
            attempt()


def test_undo_and_redo(anna):
    uid = add_memo(anna, "First.")
    change_memo(anna, uid, text="Second.")
    remove_memo(anna, uid)
    seen = []
    for turn in (undo, undo, undo, redo, redo, redo):
        assert turn(anna) is not None
        seen.append(texts(anna))
    assert seen == [["Second."], ["First."], [], ["First."], ["Second."], []]
    assert undo(anna).act.words == "removed memo: memo on the study"


def test_memos_are_found_by_every_condition(anna, bo):
    on_everything(anna)
    add_memo(bo, "Ärger mit dem BUDGET", code=bo.codes().find("money"), kind="theory")
    put(bo, "one", "money", "The revenue")
    assert texts(anna, about=["case", "transcript"]) == ["On a case.", "On a transcript."]
    assert texts(anna, kinds=["theory"]) == ["On a code.", "Ärger mit dem BUDGET"]
    assert texts(anna, kinds=["theory"], coder="bo") == ["Ärger mit dem BUDGET"]
    assert texts(anna, code="trust") == ["On a code."]
    assert texts(anna, code="motive") == ["On a code.", "Ärger mit dem BUDGET"]
    assert texts(anna, code="setup") == []
    assert texts(anna, case="park") == ["On a case."]
    assert texts(anna, case="park", code="trust") == []
    assert texts(anna, transcript="one") == ["On a transcript.", "On a passage:\n县 里"]
    assert texts(anna, transcript="two") == []
    touching = Span(TRUSTED.end, TRUSTED.end + 5)
    assert texts(anna, transcript="one", span=Span(TRUSTED.end - 1, TRUSTED.end + 5)) == ["On a passage:\n县 里"]
    assert texts(anna, transcript="one", span=touching) == []
    assert texts(anna, contains="ärger") == ["Ärger mit dem BUDGET"]
    assert texts(anna, contains="TRUST") == ["On a code."]
    assert texts(anna, contains="县") == ["On a passage:\n县 里"]


@pytest.mark.parametrize(
    "wanted", [{"code": "nocode"}, {"case": "nocase"}, {"transcript": "none"}, {"coder": "nobody"}]
)
def test_unknown_names_are_refused(anna, wanted):
    with pytest.raises(UnknownName):
        memos(anna, MemoFilter(**wanted))


def test_unknown_words_are_refused(anna):
    with pytest.raises(RequestError, match="No memo is about a “speaker”"):
        memos(anna, MemoFilter(about=["speaker"]))
    with pytest.raises(RequestError, match="Choose one of: memo, note, theory, method, todo"):
        memos(anna, MemoFilter(kinds=["diary"]))
    assert MEMO_KINDS[0] == "memo"


def test_counts_by_target(anna):
    on_everything(anna)
    trust, park, one = anna.codes().find("trust").key, anna.case("park").key, anna.source("one").key
    assert memo_counts(anna) == {
        ("project", None): 1, ("code", trust): 1, ("case", park): 1, ("transcript", one): 1, ("passage", one): 1
    }  # fmt: skip


def test_a_memo_goes_with_the_code_that_its_code_became(anna):
    money, trust = anna.codes().find("money"), anna.codes().find("trust")
    add_memo(anna, "On money.", code=money)
    add_memo(anna, "On trust.", code=trust)
    with anna.file.write(anna.me.uid) as writer:
        writer.change(money.uid, {"merged_into": trust.uid})
    assert [m.target for m in memos(anna)] == ["trust", "trust"]
    assert texts(anna, code="trust") == ["On money.", "On trust."]
    assert memo_counts(anna) == {("code", trust.key): 2}


def test_memos_wait_for_a_removed_transcript(anna):
    on_everything(anna)
    uid = anna.source("one").uid
    with anna.file.write(anna.me.uid) as writer:
        writer.remove(uid)
    assert texts(anna) == ["On all.", "On a code.", "On a case."]
    with anna.file.write(anna.me.uid) as writer:
        writer.change(uid, {"removed": False})
    assert len(texts(anna)) == 5


def test_tables_and_fields(anna, monkeypatch):
    times = count(1_700_000_000_000, 1000)
    monkeypatch.setattr(anna.file.clock, "now_ms", lambda: next(times))
    made = on_everything(anna)
    add_memo(anna, "word " * 100)
    rows = memo_table(memos(anna)).rows
    assert [row[1:5] for row in rows[:2]] == [
        ("the study", "method", "On all.", "anna"),
        ("code trust", "theory", "Trust", "anna"),
    ]
    assert rows[-1][3].endswith("…")
    change_memo(anna, made["passage"], title="T")
    fields = dict(memo_fields(anna, memo(anna, made["passage"])))
    assert list(fields) == ["about", "passage", "kind", "coder", "written", "changed", "title", "text"]
    assert fields["changed"] > fields["written"]
    assert fields["passage"] == "We trusted them from the start."
    assert list(dict(memo_fields(anna, memo(anna, made["project"])))) == ["about", "kind", "coder", "written", "text"]


def test_export_as_csv(anna, tmp_path):
    made = on_everything(anna)
    add_memo(anna, FORMULAS[0], title=FORMULAS[0], source=anna.source("one"), span=Span(0, 2))
    path = tmp_path / "memos.csv"
    assert export_memos(anna, memos(anna), path) == 6
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == MEMO_COLUMNS
    assert rows[4]["passage"] == "We trusted them from the start."
    assert (rows[4]["id"], rows[4]["start"], rows[0]["start"]) == (made["passage"], str(TRUSTED.start), "")
    assert (rows[5]["text"], rows[5]["passage"]) == ("'" + FORMULAS[0], "I:")
    with pytest.raises(RequestError, match="already"):
        export_memos(anna, [], path)
    assert export_memos(anna, memos(anna, MemoFilter(kinds=["memo"]))[1:], path, overwrite=True, raw=True) == 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [FORMULAS[0]]


def test_export_as_markdown(anna, tmp_path):
    on_everything(anna)
    add_memo(anna, "# no heading\n\n- no *item*", title="<b>")
    path = tmp_path / "memos.MD"
    export_memos(anna, memos(anna), path)
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Memos of Miniature", "## The study", "### method", "### \\<b\\>", "## Codes", "### code trust: Trust", "## Cases",
        "### case park: memo", "## Transcripts", "### transcript one: todo", "## Passages",
        f"### passage one {TRUSTED.start}-{TRUSTED.end}: note",
    ]  # fmt: skip
    assert "\\# no heading\n\n\\- no \\*item\\*" in text
    assert "> We trusted them from the start." in text
    with pytest.raises(RequestError, match=r"\.csv or \.md"):
        export_memos(anna, [], tmp_path / "memos.txt")


def test_a_memo_on_words_that_were_erased_has_no_passage(anna):
    uid = on_everything(anna)["passage"]
    anna.file.database.conn.execute("UPDATE blob SET content = NULL")
    assert "passage" not in dict(memo_fields(anna, memo(anna, uid)))


def test_the_log_never_holds_words_or_titles(anna):
    made = on_everything(anna)
    for uid in made.values():
        change_memo(anna, uid, text="Secret.", title="Secret title")
    remove_memo(anna, made["case"])
    with anna.file.write(anna.me.uid) as writer:
        writer.remove(anna.source("one").uid)
    words = [act.words for act in acts(anna, last=12)]
    assert not any("ecret" in said or "On a" in said or "Trust" in said for said in words)
    assert words[1] == "removed memo: memo on park"
    assert words[-1] == "added memo: method on the study"
    assert words[-2] == "added memo: theory on trust"
    assert words[5].startswith("changed memo: theory on trust")


def test_words_from_files_and_streams(tmp_path):
    (tmp_path / "memo.txt").write_bytes("县里".encode("gb18030"))
    assert read_words(tmp_path / "memo.txt", encoding="gb18030") == "县里"
    assert words_of("Ä\n".encode(), "standard input") == "Ä\n"
    with pytest.raises(InputError, match="no such file"):
        read_words(tmp_path / "none.txt")
    with pytest.raises(EncodingDoubt):
        words_of(b"\xff", "standard input", encoding="utf-8")
    with pytest.raises(UnsafeFile):
        words_of(b"a\x00b" * 9, "standard input")
    with pytest.raises(RequestError, match="more than 800,000 bytes"):
        words_of(b"x" * (MOST_BYTES + 1), "standard input")
