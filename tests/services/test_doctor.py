"""Is the project whole?"""

from __future__ import annotations

from studies import put

from qcode.errors import DamagedProject
from qcode.services.doctor import diagnose, mend


def test_a_whole_project_has_no_faults(anna):
    told: list[str] = []
    found = diagnose(anna, told.append)
    assert (found.faults, found.remarks, found.mendable) == ((), (), False)
    assert told == ["the file", "the chain of events", "coded passages", "tables against events", "open questions"]


def test_tables_that_differ_from_the_events_are_found_and_mended(anna):
    put(anna, "one", "money", "The revenue")
    anna.file.database.conn.execute("DELETE FROM coding")
    found = diagnose(anna)
    assert found.mendable
    assert found.faults == ("The table “coding” differs from what the events say.",)
    ticks: list[int] = []
    assert mend(anna, ticks.append) > 10
    assert diagnose(anna).faults == ()
    assert len(anna.file.read.codings(coders=None)) == 1


def test_a_changed_text_is_found_and_cannot_be_mended(anna):
    put(anna, "one", "money", "The revenue")
    source = anna.source("one")
    text = (anna.file.read.text(source.key) or "").replace("revenue", "r3venue")
    anna.file.database.conn.execute("UPDATE blob SET content = ? WHERE sha256 = ?", (text.encode(), source.sha256))
    found = diagnose(anna)
    assert not found.mendable
    assert len(found.faults) == 2
    assert found.faults[0] == "The text of “one” was changed on the disk."
    assert "does not stand on the passage that was coded" in found.faults[1]
    assert "revenue" not in " ".join(found.faults)


def test_a_changed_event_is_found(anna):
    anna.file.database.conn.execute("UPDATE event SET payload = '{}' WHERE seq = 3")
    assert any("was changed after it was written" in fault for fault in diagnose(anna).faults)


def test_a_check_that_breaks_off_is_a_fault_and_the_others_go_on(anna, monkeypatch):
    from qcode.store import rebuild

    def break_off(file):
        raise DamagedProject("The page is gone.")

    monkeypatch.setattr(rebuild, "check_chain", break_off)
    anna.file.database.conn.execute("DELETE FROM speaker")
    assert diagnose(anna).faults == (
        "While the chain of events was checked: The page is gone.",
        "The table “speaker” differs from what the events say.",
    )


def test_remarks_on_what_waits_conflicts_and_is_unknown(anna, monkeypatch):
    from qcode.store import rebuild

    monkeypatch.setattr(anna.file.read, "waiting", lambda: [("u", "coding", "v", True), ("u", "coding", "w", False)])
    monkeypatch.setattr(anna.file.read, "conflicts", lambda: [("u", "case", "name")])
    monkeypatch.setattr(rebuild, "unknown_kinds", lambda *_: {"memo.created": 2})
    found = diagnose(anna)
    assert found.faults == ()
    assert found.remarks == (
        "1 entries wait for something that is not in this file, such as a code of another team.",
        "Several people wrote “name” of the case u at the same time; the latest counts.",
        "2 event(s) of the unknown kind “memo.created” are kept; a newer qcode wrote them.",
    )
