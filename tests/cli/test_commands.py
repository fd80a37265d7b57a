"""Every command, on the sample study or on the miniature one."""

from __future__ import annotations

import csv
import io
import re
import stat
from pathlib import Path

import pytest
from studies import CASES, CODEBOOK, TEXTS, write_texts

QUOTE = "The revenue of the county was not enough."


def lines(result) -> list[list[str]]:
    """The rows of a printed table, cells apart."""
    return [re.split(r"\s{2,}", line.strip()) for line in result.stdout.splitlines() if line.strip()]


def test_init_makes_a_private_project_and_remembers_who(run, home):
    result = run("--coder", "Anna", "init", "counties", "--title", "Counties", "--codebook", "cooperation")
    assert result.exit_code == 0, result.output
    assert "Made counties.qcode. You are Anna in it." in result.output
    assert "Imported the codebook" in result.output
    assert stat.S_IMODE((home / "counties.qcode").stat().st_mode) == 0o600
    assert run("whoami").output == "You are Anna.\n"
    again = run("init", "counties")
    assert again.exit_code == 4
    assert "there already" in again.stderr
    assert run("--project", "counties.qcode", "log").exit_code == 0


def test_init_for_a_group_and_with_the_suffix(run, home):
    assert run("init", "team.qcode", "--group").exit_code == 0
    assert stat.S_IMODE((home / "team.qcode").stat().st_mode) == 0o660
    assert [path.name for path in home.iterdir()] == ["team.qcode"]


def test_init_with_a_faulty_codebook_leaves_nothing(run, home):
    (home / "bad.toml").write_text("[codebook]\nid = 7\n", encoding="utf-8")
    for book, code in (("bad.toml", 3), ("none", 3)):
        result = run("init", "new", "--codebook", book)
        assert result.exit_code == code
        assert not (home / "new.qcode").exists()
    (home / "good.toml").write_text(CODEBOOK, encoding="utf-8")
    assert "with 5 codes" in run("init", "new", "--codebook", "good.toml").output


def test_init_where_settings_cannot_be_written(run, home, monkeypatch):
    (home / "file").touch()
    monkeypatch.setenv("QCODE_CONFIG", str(home / "file"))
    result = run("init", "new")
    assert result.exit_code == 0
    assert "Say who you are with --coder." in result.stderr


def test_whoami_tells_and_changes(qcode):
    assert qcode("whoami").output == "You are anna.\nOther coders: bo.\n"
    assert qcode("whoami", "Carla").output == "From now on you are Carla in study.qcode.\n"
    assert qcode("whoami").output.startswith("You are Carla, who has done nothing here yet.\n")
    assert qcode("--coder", "bo", "whoami").output.startswith("You are bo.\n")
    assert qcode("whoami", " ").exit_code == 2


def test_import_shows_what_became_of_each_file(run, home):
    run("init", "new")
    folder = write_texts(home / "data")
    (folder / "cases.csv").unlink()
    (folder / "mini.toml").unlink()
    (folder / "chinese.txt").write_bytes("问：怎么开始的？\n\n答：省里给了我们县一笔预算。\n".encode("gb18030"))
    (folder / "plain.txt").write_text("A plan, and nobody speaks.\n", encoding="utf-8")
    result = run("import", folder)
    assert result.exit_code == 0, result.output
    rows = {row[0]: row[1:] for row in lines(result)}
    assert rows["one"] == [
        "imported",
        "utf-8",
        "en",
        str(len(TEXTS["one"])),
        "4",
        "I x 2 interviewer, R x 2 participant",
    ]
    assert rows["chinese"][1] == "gb18030"
    assert "plain.txt: No speaker labels were found" in result.output
    assert "5 imported, 0 already here, 0 refused." in result.output
    again = run("import", folder)
    assert again.exit_code == 0
    assert "0 imported, 5 already here, 0 refused." in again.output
    assert "one.txt: The study holds this text as “one”." in again.output


def test_tables_beside_the_interviews_are_no_failure(run, home):
    run("init", "new")
    result = run("import", write_texts(home / "data"))
    assert result.exit_code == 0
    assert "cases.csv: This is no transcript" in result.output
    assert "3 imported, 0 already here, 0 refused, 2 passed over." in result.output


def test_import_with_options_and_refusals(run, home):
    run("init", "new")
    (home / "a.txt").write_text(TEXTS["one"], encoding="utf-8")
    (home / "b.txt").write_bytes(b"a\x00b")
    result = run(
        "import", "a.txt", "b.txt", "--speaker", "R=other", "--language", "de", "--kind", "notes", "--encoding", "utf-8"
    )
    assert result.exit_code == 1
    assert "b.txt: it was not imported. This is not a text file" in result.output
    assert "R x 2 other" in result.output
    assert lines(run("transcripts"))[-3][:3] == ["a", "notes", "de"]
    assert run("import", "a.txt", "--speaker", "R").exit_code == 2
    assert run("import", "a.txt", "--speaker", "R=boss").exit_code == 2
    assert run("import", "a.txt", "--kind", "film").exit_code == 2
    assert run("import").exit_code == 2
    (home / "empty").mkdir()
    assert run("import", "empty").output == "There is no transcript in empty.\n0 imported, 0 already here, 0 refused.\n"


def test_transcripts_and_speakers(qcode, run, home):
    rows = lines(qcode("transcripts"))
    assert rows[1] == ["transcript", "kind", "language", "characters", "turns", "speakers", "anna", "bo", "complete"]
    assert [row[0] for row in rows[3:7]] == [
        "001-county-official", "002-发改局干部", "003-ngo-staff", "004-duisburg-partner",
    ]  # fmt: skip
    assert rows[3][-1] == "anna 5, bo 5"
    speakers = lines(qcode("speakers", "003"))
    assert [row[:2] for row in speakers[3:6]] == [
        ["Interviewer", "interviewer"], ["Ms Shen", "participant"], ["Mr Lu", "participant"],
    ]  # fmt: skip
    assert qcode("speakers", "099").exit_code == 2
    run("init", "empty")
    assert "no transcripts yet" in run("--project", "empty.qcode", "transcripts").output


def test_the_codebook_in_and_out(run, home):
    run("init", "new")
    assert "no codebook yet" in run("codebook", "show").output
    (home / "mini.toml").write_text(CODEBOOK, encoding="utf-8")
    result = run("codebook", "import", "mini.toml")
    assert re.search(r"Miniature, version [0-9a-f]{12}: 5 added, 0 changed, 0 unchanged\.", result.output)
    assert "5 unchanged" in run("codebook", "import", "mini.toml").output
    (home / "short.toml").write_text(CODEBOOK[: CODEBOOK.rindex("[[code]]")], encoding="utf-8")
    assert "Not in the file, and kept in the study: office." in run("codebook", "import", "short.toml").output
    tree = run("codebook", "show").output.splitlines()
    assert "  money   Money / 资金   1    For money." in tree
    page = run("codebook", "show", "funds").output
    assert page.startswith("code             money\npath             motive > money\n")
    assert run("codebook", "export", "out.toml").output == "Wrote 5 codes to out.toml.\n"
    assert run("codebook", "export", "out.toml").exit_code == 2
    assert run("codebook", "export", "out.toml", "--force").exit_code == 0
    names = run("codebook", "list").output.splitlines()
    assert names == sorted(names)
    assert {"city-partnerships", "consensus-organization-action", "cooperation"} < set(names)


def test_warnings_and_faults_of_a_codebook_have_lines(run, home):
    run("init", "new")
    bare = CODEBOOK + '\n[[code]]\nid = "bare"\nparent = "setup"\nname = { en = "Bare" }\n'
    (home / "mini.toml").write_text(bare, encoding="utf-8")
    result = run("codebook", "import", "mini.toml")
    assert result.exit_code == 0
    (home / "bad.toml").write_text(CODEBOOK.replace('parent = "setup"', 'parent = "stup"'), encoding="utf-8")
    bad = run("codebook", "import", "bad.toml")
    assert bad.exit_code == 3
    assert re.search(r"bad\.toml: 1 fault; nothing was imported\.\n  line \d+: ", bad.stderr)


def test_cases_in_listed_shown_and_added(run, home):
    run("init", "new")
    assert "no cases yet" in run("cases", "list").output
    (home / "cases.csv").write_text(CASES, encoding="utf-8")
    assert run("cases", "import", "cases.csv").output == (
        "Cases: 3 added, 0 changed, 0 unchanged (utf-8).\n"
        "Types of the columns: mechanism: text. Set another one with --type COLUMN=TYPE.\n"
    )
    assert "3 unchanged" in run("cases", "import", "cases.csv").output
    assert ["park", "The park", "dataset", "arranged", "0"] in lines(run("cases", "list"))
    shown = run("cases", "show", "park").output
    assert shown.splitlines() == [
        "case       park", "name       The park", "kind       dataset", "mechanism  arranged", "donor      Coast",
        "recipient  Hills",
    ]  # fmt: skip
    assert run("cases", "add", "hand", "--name", "By hand", "--kind", "general", "--set", "year=2020").exit_code == 0
    assert "year  2020" in run("cases", "show", "hand").output
    assert run("cases", "add", "hand").exit_code == 2
    assert run("cases", "add", "x", "--set", "year").exit_code == 2
    assert run("cases", "add", "x", "--set", "=2020").exit_code == 2
    (home / "odd.csv").write_text("key,mechanism\na,ordered\n", encoding="utf-8")
    assert "  line 2: “ordered” in the column mechanism" in run("cases", "import", "odd.csv").output


TYPED = """\
key,mechanism,year,parties,stages
one,arranged,2016,donor=Lanwan@310115(2016);recipient=county X@340824,talks:2009-2012;park:2013-
two,mandated,2018,upstream=Qianshan Hubei@340824;downstream=county Y@340822,
"""


def test_cases_typed_counted_and_out_again(run, home):
    run("init", "new")
    (home / "cases.csv").write_text(TYPED, encoding="utf-8")
    output = run("cases", "import", "cases.csv", "--type", "year=text").output.splitlines()
    assert output[1].startswith("Types of the columns: mechanism: text, year: text (set).")
    assert output[2:] == [
        "Imported, but worth a look: 1.",
        "  line 3: The code 340824 lies in Anhui 安徽, but the name says Hubei 湖北.",
    ]
    assert run("cases", "import", "cases.csv", "--type", "year=roman").exit_code == 2
    assert run("cases", "import", "cases.csv", "--type", "yaer=text").exit_code == 2
    assert run("cases", "import", "cases.csv", "--type", "year").exit_code == 2
    shown = lines(run("cases", "show", "one"))
    assert ["donor", "Lanwan · 310115 of 2016 · Shanghai 上海"] in shown
    assert ["recipient", "county X · 340824 · Anhui 安徽"] in shown
    assert ["cross_provincial", "yes"] in shown
    assert [row for row in shown if row[0] == "stage"] == [["stage", "talks:2009-2012"], ["stage", "park:2013-"]]
    counted = run("cases", "count", "--by", "province").output
    assert "add up to more than the total" in counted
    assert ["Anhui 安徽", "2", "100.0"] in [re.split(r"\s{2,}", line.strip()) for line in counted.splitlines()]
    two = run("cases", "count", "--by", "year", "--by", "mechanism", "--csv", "-", raw=True).stdout
    assert two.lstrip("\ufeff").splitlines()[0] == "year,arranged,mandated,total"
    assert run("cases", "count", *["--by", "year", "--by", "kind"] * 2).exit_code == 2
    assert run("cases", "count", "--by", "yaer").exit_code == 2
    assert "Wrote 2 cases to out.csv." in run("cases", "export", "out.csv").output
    assert run("cases", "export", "out.csv").exit_code == 2
    assert "2 unchanged" in run("cases", "import", "out.csv").output
    added = run("cases", "add", "three", "--parties", "donor=Z@340824", "--stages", "talks:2009")
    assert added.exit_code == 0
    assert ["stage", "talks:2009"] in lines(run("cases", "show", "three"))


def test_a_guessed_encoding_is_said(run, home):
    run("init", "new")
    (home / "cases.csv").write_bytes("key,name\na,石岭县\n".encode("gb18030"))
    assert "check that it reads well" in run("cases", "import", "cases.csv").output


def test_many_problems_are_counted(run, home):
    run("init", "new")
    rows = "".join(f"c{i},ordered\n" for i in range(60))
    (home / "cases.csv").write_text(f"key,mechanism\n{rows}", encoding="utf-8")
    output = run("cases", "import", "cases.csv").output
    assert "Imported, but worth a look: 60." in output
    assert output.endswith("  … and 10 more.\n")


def test_a_stage_that_the_case_does_not_have(mini, home):
    (home / "stages.csv").write_text("key,stages\npark,talks:2009;park:2013-\n", encoding="utf-8")
    mini("cases", "import", "stages.csv")
    doubt = "The case park has no stage “plan”; its stages are talks, park."
    link = ("cases", "link", "park", "two", "--stage")
    code = ("code", "add", "one", "trust", "--quote", QUOTE, "--stage")
    for command in (
        (*link, "plan"),
        ("cases", "context", "park", "--stage", "plan"),
        (*code, "plan", "--case", "park"),
    ):
        result = mini(*command)
        assert (result.exit_code, doubt in result.stderr) == (2, True)
        assert mini(*command, "--any-stage").exit_code == 0
    assert mini(*link, "Park").exit_code == 0
    assert "no stages yet" in mini("cases", "link", "river", "two", "--stage", "plan").stderr
    assert mini("cases", "context", "none").exit_code == 0
    assert "A stage needs a case" in mini(*code, "park").stderr
    (row,) = [row for row in lines(mini("code", "list")) if "trust" in row]
    assert doubt in mini("code", "assign", row[0], "park", "--stage", "plan").stderr
    assert mini("code", "assign", row[0], "park", "--stage", "park").exit_code == 0
    assert mini("cases", "context", "park").exit_code == 0
    assert mini("code", "add", "one", "money", "--quote", QUOTE, "--stage", "TALKS").exit_code == 0
    assert mini("code", "export", "codings.csv").exit_code == 0
    rows = [row.split(",")[5:7] for row in (home / "codings.csv").read_text(encoding="utf-8").splitlines()[1:]]
    assert sorted(rows) == [["park", "park"], ["park", "talks"]]
    assert "Wrote 2 links to links.csv." in mini("cases", "export-links", "links.csv").output
    assert "2 unchanged" in mini("cases", "import-links", "links.csv").output
    (home / "more.csv").write_text("case,transcript,stage\npark,three,plan\n", encoding="utf-8")
    assert mini("cases", "import-links", "more.csv").exit_code == 3
    assert f"line 2: {doubt}" in mini("cases", "import-links", "more.csv", "--any-stage").output
    (home / "odd.csv").write_text(
        f"transcript,code,quote,case,stage\none,office,{QUOTE},park,plan\none,trust,{QUOTE},,\n", encoding="utf-8"
    )
    assert f"line 2: {doubt}" in mini("code", "import", "odd.csv").output


def test_a_case_changed_and_removed(mini):
    assert mini("cases", "set", "park", "Year=2016", "stages=talks:2009; park:2012-").output == (
        "Changed the case park.\nColumns read as known ones: “Year” as year.\n"
    )
    assert mini("cases", "set", "park", "year=2016").output == "The case park is so already.\n"
    assert mini("cases", "set", "park", "mechanism=arrangd").output.splitlines()[1:] == [
        "Stored, but worth a look:",
        "  “arrangd” in the column mechanism is none of arranged, mandated, self-initiated. Did you mean arranged?",
    ]
    assert ["stage", "talks:2009"] in lines(mini("cases", "show", "park"))
    for wrong in (["park"], ["park", "year"], ["park", "kind=film"], ["prak", "year=1"], ["park", "key=x"]):
        assert mini("cases", "set", *wrong).exit_code == 2
    mini("cases", "link", "park", "two")
    refused = mini("cases", "remove", "park")
    assert (refused.exit_code, "1 link of anna hangs on it." in refused.stderr) == (2, True)
    assert mini("cases", "remove", "park", "--yes").output == (
        "Removed the case park. 1 link of anna hangs on it. That waits, and comes back when park is added again.\n"
    )
    assert mini("cases", "remove", "talks").output == "Removed the case talks.\n"
    assert mini("cases", "add", "park").output == "Added the case park.\n"
    assert "whole" in mini("cases", "show", "park").output


def test_the_case_table_as_a_workbook(mini, home):
    assert mini("cases", "export", "out.xlsx").output == "Wrote 3 cases to out.xlsx.\n"
    assert "3 unchanged (xlsx)" in mini("cases", "import", "out.xlsx").output
    mini("cases", "link", "park", "two")
    assert mini("cases", "export-links", "links.xlsx").output == "Wrote 1 links to links.xlsx.\n"
    assert "1 unchanged (xlsx)" in mini("cases", "import-links", "links.xlsx").output
    assert mini("cases", "export", "out.ods").exit_code == 2
    assert not (home / "out.ods").exists()


def test_links(mini, home):
    mini("cases", "set", "park", "stages=plan")
    assert "to the whole of two." in mini("cases", "link", "park", "two").output
    assert "already" in mini("cases", "link", "park", "two").output
    by_words = mini("cases", "link", "park", "one", "--from", "The province", "--to", "not enough.", "--stage", "plan")
    assert by_words.output == "Linked park to characters 33-112 of one.\n"
    assert "characters 3-9 of three" in mini("cases", "link", "river", "three", "--start", "3", "--end", "9").output
    assert mini("cases", "link", "river", "three", "--start", "3").exit_code == 2
    (home / "links.csv").write_text("case,transcript\ntalks,three\n", encoding="utf-8")
    assert mini("cases", "import-links", "links.csv").output == "Links: 1 added, 0 changed, 0 unchanged (utf-8).\n"
    rows = lines(mini("cases", "show", "park"))
    (row,) = [row for row in rows if "33-112" in row]
    assert row[1:5] == ["one", "33-112", "plan", "anna"]
    assert "`qcode undo` brings it back" in mini("cases", "unlink", row[0]).output
    assert mini("cases", "unlink", row[0]).exit_code == 2
    assert mini("undo").output == "Undone: removed case link: park in one.\n"


def test_the_context_is_given_to_new_codings(mini):
    mini("cases", "set", "park", "stages=plan")
    none = "New codings are given no case; links decide.\n"
    assert mini("cases", "context").output == none
    assert mini("cases", "context", "park", "--stage", "plan").output == (
        "New codings are given the case park, stage plan.\n"
    )
    assert mini("cases", "context").output == "New codings are given the case park, stage plan.\n"
    mini("code", "add", "one", "money", "--quote", QUOTE)
    mini("code", "add", "one", "trust", "--quote", QUOTE, "--case", "river")
    assert mini("cases", "context", "none").output == none
    mini("code", "add", "one", "office", "--quote", QUOTE)
    rows = {row[3]: row for row in lines(mini("code", "list")) if "one" in row}
    assert (rows["money"][5], rows["trust"][5], rows["office"][5]) == ("park", "river", QUOTE)
    assert mini("cases", "context", "park").output == "New codings are given the case park.\n"
    assert mini("cases", "context", "--stage", "plan").exit_code == 2
    assert mini("cases", "context", "nobody").exit_code == 2


def test_codings_added_listed_removed(mini):
    assert mini("code", "list").output == "There are no such codings.\n"
    assert mini("code", "add", "one", "money", "--quote", QUOTE).output == "Put money on characters 71-112 of one.\n"
    assert "already" in mini("code", "add", "one", "Money", "--start", "71", "--end", "112").output
    for wrong in ([], ["--start", "1"], ["--quote", "nobody said that"], ["--quote", QUOTE, "--start", "1"]):
        assert mini("code", "add", "one", "money", *wrong).exit_code == 2
    assert mini("code", "add", "one", "mony", "--quote", QUOTE).exit_code == 2
    assert mini("code", "add", "one", "money", "--quote", QUOTE, "--case", "prak").exit_code == 2
    (row,) = [row for row in lines(mini("code", "list", "one", "--code", "motive")) if "money" in row]
    assert row[1:] == ["one", "71-112", "money", "anna", QUOTE]
    assert mini("code", "list", "two").output == "There are no such codings.\n"
    other = mini("--coder", "bo", "code", "remove", row[0])
    assert (other.exit_code, "another coder's" in other.stderr) == (2, True)
    assert mini("code", "remove", row[0]).exit_code == 0
    assert mini("code", "remove", row[0]).exit_code == 2


def test_codings_in_and_out_as_a_table(mini, home):
    (home / "codings.csv").write_text(
        f"transcript,coder,code,quote\none,anna,money,{QUOTE}\none,bo,money,{QUOTE}\n", encoding="utf-8"
    )
    assert mini("code", "import", "codings.csv").output == "Codings: 2 added, 0 changed, 0 unchanged (utf-8).\n"
    assert "2 unchanged" in mini("code", "import", "codings.csv").output
    assert mini("code", "export", "out.csv").output == "Wrote 2 codings to out.csv.\n"
    assert mini("code", "export", "out.csv").exit_code == 2
    assert mini("code", "export", "out.csv", "--force", "--raw").exit_code == 0
    assert stat.S_IMODE((home / "out.csv").stat().st_mode) == 0o600
    (home / "bad.csv").write_text("transcript,code,quote\none,money,nobody said that\n", encoding="utf-8")
    bad = mini("code", "import", "bad.csv")
    assert bad.exit_code == 3
    assert "line 2: The words of “quote” do not stand in the transcript." in bad.stderr
    assert "nobody said" not in bad.output


def test_done_notes_how_far_i_am(mini):
    assert mini("done", "one").output == "one: motive, setup complete.\n"
    assert mini("done", "one").output == "one: motive, setup complete, as before.\n"
    assert mini("done", "one", "--dimension", "Motive", "--state", "reading").output == "one: motive reading.\n"
    assert mini("done", "one", "--dimension", "money").exit_code == 2
    assert mini("done", "one", "--state", "half").exit_code == 2


def test_done_needs_a_codebook(run, home):
    run("init", "bare")
    (home / "a.txt").write_text(TEXTS["one"], encoding="utf-8")
    run("import", "a.txt")
    assert "no codebook yet" in run("done", "a").stderr


def test_frequencies_on_the_terminal_and_as_csv(qcode, home):
    result = qcode("freq", "--codes", "trust", "--codes", "capital")
    rows = lines(result)
    assert rows[1] == ["code", "name", "segments", "transcripts of 14", "characters"]
    assert [row[0] for row in rows[3:5]] == ["trust", "capital"]
    assert rows[5][0] == "total"
    assert "Counted: segments." in result.output
    piped = qcode("freq", "--codes", "trust", "--csv", "-", raw=True)
    table = list(csv.reader(io.StringIO(piped.stdout_bytes.decode("utf-8-sig"))))
    assert table[1][:2] == ["trust", "Trust, familiarity and nearness"]
    assert table[1][2] == rows[3][2]
    assert "Counted: segments." in piped.stderr
    assert "Counted" not in piped.stdout
    assert qcode("freq", "--csv", "f.csv").output == "Wrote f.csv, and what it counts to f.csv.provenance.json.\n"
    assert qcode("freq", "--csv", "f.csv").exit_code == 2
    assert qcode("freq", "--csv", "f.csv", "--force", "--raw").exit_code == 0
    assert (home / "f.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,name,")


def test_coder_and_speaker_rules_are_options(qcode):
    assert "Coder: bo." in qcode("freq", "--coders", "bo", "--speakers", "all").output
    assert "Coders: any of anna, bo" in qcode("crosstab", "--columns", "mechanism", "--coders", "any").output
    assert qcode("freq", "--coders", "carla").exit_code == 2


def test_codes_are_indented_and_numbers_stand_right(qcode):
    printed = qcode("crosstab", "--columns", "mechanism").output.splitlines()
    header = next(line for line in printed if line.startswith("code "))
    assert any(line.startswith("    partner-by-superior ") for line in printed)
    trust = next(line for line in printed if line.startswith("  trust "))
    end = header.index("arranged") + len("arranged")
    assert trust[end - 2 : end].strip().isdigit()
    assert trust[end : end + 1] == " "


def test_the_crosstab_with_percentages(qcode):
    rows = lines(qcode("crosstab", "--columns", "mechanism", "--codes", "trust", "--percent", "row"))
    shares = [float(cell) for cell in rows[3][2:-1]]
    assert sum(shares) == pytest.approx(100, abs=0.4)
    assert qcode("crosstab").exit_code == 2
    unknown = qcode("crosstab", "--columns", "mechanisms")
    assert "Did you mean mechanism" in unknown.stderr


def test_agreement(qcode):
    rows = lines(qcode("agree", "anna", "bo", "--codes", "consensus", "--codes", "trust"))
    assert rows[1][-2:] == ["transcripts", "remark"]
    assert {row[0] for row in rows[3:] if row} >= {"national-strategy", "trust"}
    assert qcode("agree", "--assume-complete", "--csv", "a.csv").exit_code == 0
    assert qcode("agree", "anna").exit_code == 2


def test_suggestions_apply_nothing(qcode, run):
    before = qcode("code", "list").output
    result = qcode("--coder", "new", "suggest", "--top", "3")
    assert "Nothing was applied" in result.output
    assert len([line for line in result.output.splitlines() if "indicator" in line]) == 3
    assert qcode("suggest", "002", "--codes", "trust", "--csv", "s.csv").exit_code == 0
    assert qcode("code", "list").output == before
    run("init", "bare", "--codebook", "cooperation")
    assert "There are no suggestions" in run("--project", "bare.qcode", "suggest").output
    assert qcode("--project", "study.qcode", "suggest", "--top", "0").exit_code == 2


def test_log_undo_redo(mini):
    mini("code", "add", "one", "money", "--quote", QUOTE)
    assert mini("undo").output == "Undone: added coding: money on one.\n"
    assert mini("redo").output == "Done again: added coding: money on one.\n"
    assert mini("redo").output == "There is nothing of yours to redo.\n"
    assert mini("--coder", "bo", "undo").output == "There is nothing of yours to undo.\n"
    rows = lines(mini("log", "--last", "2"))
    assert [row[-1] for row in rows[2:]] == [
        "did again: added coding: money on one",
        "undid: added coding: money on one",
    ]
    assert len(lines(mini("log", "--all"))) == 2 + 7
    assert mini("log", "--last", "0").exit_code == 2


def test_undo_says_what_others_wrote_since(mini):
    from qcode.services.study import Study

    mini("code", "add", "one", "money", "--quote", QUOTE)
    mini("--coder", "bo", "code", "add", "one", "trust", "--quote", QUOTE)
    with Study.open(Path("study.qcode"), coder="bo") as study:
        (uid,) = [c.uid for c in study.file.read.codings(coders=None) if c.coder != study.me.key]
        with study.act() as writer:
            writer.change(uid, {"span": [3, 9]})
    assert "Others have written since, and that stays: coding: span." in mini("undo").output


def test_doctor_finds_and_mends(mini):
    import sqlite3

    assert mini("doctor").output == "The project is whole.\n"
    with sqlite3.connect("study.qcode") as connection:
        connection.execute("DELETE FROM speaker")
    connection.close()
    found = mini("doctor")
    assert found.exit_code == 1
    assert "Fault: The table “speaker” differs from what the events say." in found.output
    assert "`qcode doctor --mend`" in found.output
    mended = mini("doctor", "--mend")
    assert mended.exit_code == 0
    assert re.fullmatch(r"Made \d+ entries again from the events\.\nThe project is whole\.\n", mended.output)


def test_doctor_names_what_cannot_be_mended_and_remarks(mini, monkeypatch):
    from qcode.services import doctor

    found = doctor.Diagnosis(("The disk is torn.",), ("2 event(s) are kept.",), mendable=False)
    monkeypatch.setattr(doctor, "diagnose", lambda *_: found)
    result = mini("doctor", "--mend")
    assert (result.exit_code, result.output) == (1, "Fault: The disk is torn.\nRemark: 2 event(s) are kept.\n")


def test_a_coding_is_moved_and_assigned(mini):
    mini("code", "add", "one", "money", "--quote", QUOTE)
    (row,) = [row for row in lines(mini("code", "list", "one")) if "money" in row]
    shorter = QUOTE.rsplit(" ", 1)[0]
    assert "now." in mini("code", "move", row[0], "--quote", shorter).output
    (moved,) = [row for row in lines(mini("code", "list", "one")) if "money" in row]
    assert (moved[0], moved[-1]) == (row[0], shorter)
    assert mini("code", "move", row[0]).exit_code == 2
    assert mini("--coder", "bo", "code", "move", row[0], "--quote", QUOTE).exit_code == 2
    assert mini("code", "assign", row[0], "river").output == "The coding speaks of river now.\n"
    assert "river" in next(row for row in lines(mini("code", "list", "one")) if "money" in row)
    assert mini("code", "assign", row[0], "none").output == "The links decide what the coding speaks of.\n"
    assert "river" not in next(row for row in lines(mini("code", "list", "one")) if "money" in row)
    mini("undo")
    assert "river" in next(row for row in lines(mini("code", "list", "one")) if "money" in row)
