"""The codebook file: strict reading with lines, writing that reads back."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qcode.core.codebook import COLOUR_FAMILIES, Code, Codebook, check, normal_indicator, normal_name
from qcode.errors import FileFaults, RequestError, UnsafeFile
from qcode.files.codebook_toml import SIZE_LIMIT, read_codebook, write_codebook

FULL = """\
[codebook]
id = "cooperation"
title = "Cooperation between local governments"
description = "Invented for a test."
languages = ["en", "zh"]

[[code]]
id = "consensus"
name = { en = "Consensus", zh = "共识" }
brief = "What brings them together."
colour = "blue"
exclusive = true

[[code]]
id = "trust"
parent = "consensus"
name = { en = "Trust and familiarity", zh = "信任与熟悉" }
brief = "They know each other."
definition = "A long text."
when_to_use = "Then."
when_not_to_use = "Not then."
examples = ["We were at school together."]
counterexamples = ["It was ordered."]
aliases = ["closeness"]
hotkey = "1"
defines = "mechanism"
absence = true
[code.indicators]
en = ["trust*", "-trust fund"]
zh = ["信任"]
"*" = ["OK"]
"""

TRUST = Code(
    id="trust",
    parent="consensus",
    names=(("en", "Trust and familiarity"), ("zh", "信任与熟悉")),
    brief="They know each other.",
    definition="A long text.",
    when_to_use="Then.",
    when_not_to_use="Not then.",
    examples=("We were at school together.",),
    counterexamples=("It was ordered.",),
    aliases=("closeness",),
    hotkey="1",
    indicators=(("en", ("trust*", "-trust fund")), ("zh", ("信任",)), ("*", ("OK",))),
    defines="mechanism",
    absence=True,
)

HEAD = '[codebook]\nid = "c"\ntitle = "C"\n'
A_CODE = '[[code]]\nid = "a"\nname = { en = "A" }\nbrief = "B."\n'


def read(text: str) -> Codebook:
    return read_codebook(text.encode(), "book.toml").codebook


def faults(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(FileFaults) as caught:
        read(text)
    assert caught.value.file == "book.toml"
    return [(fault.line, fault.what) for fault in caught.value.faults]


class TestReading:
    def test_every_field(self) -> None:
        result = read_codebook(FULL.encode(), "book.toml")
        assert result.warnings == ()
        assert result.codebook == Codebook(
            "cooperation",
            "Cooperation between local governments",
            (
                Code(
                    "consensus",
                    None,
                    (("en", "Consensus"), ("zh", "共识")),
                    brief="What brings them together.",
                    colour="blue",
                    exclusive=True,
                ),
                TRUST,
            ),
            description="Invented for a test.",
            languages=("en", "zh"),
        )

    @pytest.mark.parametrize("form", [FULL.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + FULL.encode()])
    def test_windows_line_ends_and_byte_order_mark_change_nothing(self, form: bytes) -> None:
        assert read_codebook(form, "x") == read_codebook(FULL.encode(), "x")

    def test_the_codebook_of_the_first_study_is_without_fault_or_warning(self) -> None:
        path = Path(__file__).parents[2] / "codebooks" / "cooperation.toml"
        result = read_codebook(path.read_bytes(), path.name)
        assert result.warnings == ()
        assert len(result.codebook.dimensions()) == 5
        assert read(write_codebook(result.codebook)) == result.codebook

    def test_layout_changes_nothing(self) -> None:
        laid_out = FULL.replace(
            'name = { en = "Consensus", zh = "共识" }', "name.en = 'Consensus' # comment\n\nname.zh = \"\\u5171识\""
        )
        assert read(laid_out).content_hash() == read(FULL).content_hash()

    def test_a_codebook_may_have_no_codes_yet(self) -> None:
        assert read(HEAD).codes == ()

    def test_short_texts_are_brought_to_normal_form_and_others_are_not(self) -> None:
        text = HEAD + (
            '[[code]]\nid = "\uff41"\nname = { en = " A\uff08x\uff09 " }\nbrief = " \uff42 "\naliases = ["\ufb01  x"]\n'
            '[code.indicators]\nen = [" \uff08a\uff09\u00a0u\u0308 "]\n'
            '[[code]]\nid = "b"\nparent = "\uff41"\nname = { en = "B" }\nbrief = "x"\n'
        )
        first, second = read(text).codes
        assert (first.id, first.name(), first.brief, first.aliases) == ("a", "A(x)", " \uff42 ", ("fi x",))
        assert first.indicators == (("en", ("\uff08a\uff09 ü",)),)
        assert second.parent == "a"

    def test_warnings_come_with_their_lines(self) -> None:
        text = (
            '[codebook]\nid = "c"\ntitle = "C"\nlanguages = ["en"]\n'
            '[[code]]\nid = "a"\nname = { en = "A" }\n[code.indicators]\nen = ["x"]\nde = ["y"]\n'
        )
        found = read_codebook(text.encode(), "x").warnings
        assert [(fault.line, fault.what) for fault in found] == [
            (5, "The code “a” has no definition: two coders will hardly use it alike."),
            (10, "The code “a” uses the language “de”, which the codebook does not list."),
        ]


class TestFaults:
    @pytest.mark.parametrize(
        ("line", "number", "part"),
        [
            ('parnt = "x"', 8, "“parnt” is not a key of a codebook file. Did you mean “parent”?"),
            ('color = "blue"', 8, "Did you mean “colour”?"),
            ('zzz = "x"', 8, "The keys here are id, parent, name"),
            ('"\\u001b[2J" = 1', 8, "“␛[2J” is not a key"),
            ("hotkey = 1", 8, "“hotkey” must be text in quotation marks"),
            ('absence = "yes"', 8, "“absence” must be true or false"),
            ("exclusive = 1", 8, "“exclusive” must be true or false"),
            ('examples = "one"', 8, "“examples” must be a list of texts"),
            ("examples = [1]", 8, "“examples” must be a list of texts"),
            ("aliases = [1]", 8, "“aliases” must be a list of texts"),
            ("parent = true", 8, "“parent” must be text"),
            ('indicators = ["x"]', 8, "“indicators” must be lists of indicators by language"),
            ('indicators = { en = "x" }', 8, "“indicators” must be lists of indicators by language"),
            ('[code.indicators]\nen = ["ok"]\nzh = ["信", "-"]', 10, "indicator (zh) that is empty"),
            ('parent = "aa"', 8, "which is not in the codebook. Did you mean a?"),
            ('# comment\n\ncolour = "pink"', 10, "none of blue"),
            ('hotkey = "0"', 8, "digit from 1 to 9"),
            ('examples = [\n  "x",\n  "\\u0000",\n]', 8, "no file can hold"),
            ('[code.notes]\nx = "y"', 8, "“notes” is not a key"),
        ],
    )
    def test_each_fault_in_a_code_has_its_line(self, line: str, number: int, part: str) -> None:
        ((found, what),) = faults(HEAD + A_CODE + line)
        assert found == number
        assert part in what

    @pytest.mark.parametrize(
        ("text", "number", "part"),
        [
            ("", None, "no table [codebook]"),
            (A_CODE, None, "no table [codebook]"),
            ('codebook = "x"', 1, "no table [codebook]"),
            ('[codebook]\ntitle = "C"', 1, "id of the codebook is empty"),
            ('\n[codebook]\nid = "c"', 2, "title of the codebook is empty"),
            ('[codebook]\nid = "c d"\ntitle = "C"', 2, "id of the codebook holds"),
            ('[codebook]\nid = 7\ntitle = "C"', 2, "“id” must be text"),
            (HEAD + 'version = "2"', 4, "“version” is not a key"),
            (HEAD + 'languages = ["Deutsch!"]', 4, "short tag"),
            (HEAD + "[codes]", 4, "“codes” is not a key of a codebook file. Did you mean “code”?"),
            (HEAD + '[code]\nid = "a"', 4, "double brackets"),
            ('code = ["a"]\n' + HEAD, 1, "double brackets"),
            (HEAD + '[[code]]\nname = { en = "A" }\nbrief = "B."', 4, "Code number 1 has no id"),
            (HEAD + '[[code]]\nid = "a"\nbrief = "B."', 4, "“a” has no name"),
            (HEAD + '[[code]]\nid = "a"\nname = "A"\nbrief = "B."', 6, "“name” must be names by language"),
            (HEAD + '[[code]]\nid = "a"\nname = { en = 1 }\nbrief = "B."', 6, "“name” must be names by language"),
            (HEAD + '[[code]]\nid = "a"\nname.en = "A"\nname.zh = ""\nbrief = "B."', 7, "(zh) that is empty"),
            (HEAD + A_CODE + A_CODE.replace('"A"', '"B"'), 9, "another code has already"),
        ],
    )
    def test_each_fault_of_the_file_has_its_line(self, text: str, number: int | None, part: str) -> None:
        ((found, what),) = faults(text)
        assert found == number
        assert part in what

    def test_all_faults_are_told_at_once_in_order(self) -> None:
        text = HEAD + (
            '[[code]]\nid = "a"\nname = { en = "" }\ncolour = "pink"\nhotkey = 1\nexmples = []\n'
            '[[code]]\nid = "a"\nparent = "b"\nname = { en = "A" }\n'
        )
        assert [number for number, _ in faults(text)] == [6, 7, 8, 9, 11, 12]

    def test_a_quoted_header_is_not_taken_for_one(self) -> None:
        quoted = 'definition = """\n[[code]]\nid = "x"\n"""\nwhen_to_use = \'\'\'\n[[code]]\n\'\'\'\n'
        assert faults(HEAD + A_CODE + quoted + 'colour = "pink"')[0][0] == 15

    def test_entries_that_are_no_codes_do_not_shift_the_lines(self) -> None:
        text = 'code = [\n  "x",\n  { id = "a", name = { en = "A" }, brief = "B.", colour = "pink" },\n]\n' + HEAD
        assert [number for number, _ in faults(text)] == [1, 1]

    @pytest.mark.parametrize(
        ("text", "number", "part"),
        [
            (HEAD + "brief = “x”", 4, "straight quotation marks"),
            (HEAD + "[[code]]\nid 3\n", 5, "not valid TOML"),
            (HEAD + "[[code]]\nid = 'a'\nid = 'b'\nbrief = 'c'", 6, "Cannot overwrite"),
            (HEAD + "[[code]]\nid = 'a'\nid = 'b'\n", None, "Cannot overwrite"),
            (HEAD + 'description = """open\n\n', None, "not valid TOML"),
            (HEAD + "a\x1b = 1", 4, "not valid TOML"),
        ],
    )
    def test_broken_toml_is_located(self, text: str, number: int | None, part: str) -> None:
        ((found, what),) = faults(text)
        assert found == number if number else found in {4, 5, 6}
        assert part in what
        assert "\x1b" not in what

    @pytest.mark.parametrize(
        ("value", "part"),
        [
            ("[" * 50_000, "nested too deeply"),
            ("{a=" * 50_000, "nested too deeply"),
            ("9" * 10_000, "too many digits"),
        ],
        ids=["brackets", "tables", "digits"],
    )
    def test_hostile_values_are_refused(self, value: str, part: str) -> None:
        assert part in faults(f"x = {value}")[0][1]

    def test_long_dotted_keys_are_refused_before_they_take_hours(self) -> None:
        dotted = "a." * 200_000 + "a = 1"
        assert faults(f"{HEAD}\n{dotted}") == [(5, "There are too many dots in this line.")]
        assert faults(f"{HEAD}\nx = {{ {dotted} }}")[0][0] == 5

    def test_other_encodings_are_located(self) -> None:
        with pytest.raises(FileFaults) as caught:
            read_codebook(HEAD.encode() + 'description = "合作"'.encode("gb18030"), "x")
        assert [fault.line for fault in caught.value.faults] == [4]

    @pytest.mark.parametrize(
        "data", [b"x = '\x00'", HEAD.encode("utf-16"), b"#" * (SIZE_LIMIT + 1)], ids=["nul", "utf-16", "large"]
    )
    def test_unsafe_files_are_refused_before_they_are_parsed(self, data: bytes) -> None:
        with pytest.raises(UnsafeFile) as caught:
            read_codebook(data, "book.toml")
        assert caught.value.where == "book.toml"

    def test_texts_of_a_codebook_do_not_leak_into_faults(self) -> None:
        marker = "MARKERTEXT"
        text = HEAD + A_CODE.replace("B.", marker) + f'examples = ["{marker}", "\\u0000"]\ndefinition = ["{marker}"]\n'
        assert not any(marker in what for _, what in faults(text))

    @given(st.integers(0, 6), st.integers(0, 6))
    def test_an_unknown_key_is_found_on_its_line_in_any_layout(self, before: int, after: int) -> None:
        long_text = "[[code]]\n" * 3 + 'id = "no"'
        codes = tuple(
            Code(f"c{n}", None, (("en", f"C{n}"),), definition=long_text, indicators=(("en", ("x",)),))
            for n in range(before + after + 1)
        )
        lines = write_codebook(Codebook("c", "C", codes)).split("\n")
        place = lines.index(f'id = "c{before}"') + 1
        lines.insert(place, "unknown_thing = 1")
        assert [number for number, _ in faults("\n".join(lines))] == [place + 1]


labels = st.text(min_size=1, max_size=8).map(normal_name).filter(bool)
long_texts = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.sampled_from("ab \"'\\\n\r\t。\uff0c😀👩\u200d🔬\x1b\u2028\ufeff\x7f[]=#"), max_size=400),
    st.lists(
        st.sampled_from(["word", "“quoted”", '"quoted"', '"""', "\\", "县政府。", "  ", "\n", "\u00a0"]), max_size=80
    ).map(" ".join),
)
names = st.dictionaries(st.sampled_from(["en", "zh", "de", "zh-Hans"]), labels, min_size=1).map(
    lambda d: tuple(d.items())
)
indicators = st.dictionaries(
    st.sampled_from(["en", "zh", "*"]),
    st.lists(st.text(min_size=1, max_size=8).map(normal_indicator).filter(bool), min_size=1, max_size=4).map(tuple),
).map(lambda d: tuple(d.items()))
text_lists = st.lists(long_texts, max_size=2).map(tuple)


@st.composite
def good_codebooks(draw: st.DrawFn) -> Codebook:
    """Codebooks without faults, with texts of every kind."""
    ids = draw(st.lists(st.from_regex(r"[a-z县共][a-z0-9_.\-]{0,6}", fullmatch=True), unique=True, max_size=4))
    hotkeys = draw(st.permutations([*"123456789"]))
    codes = tuple(
        Code(
            id=code_id,
            parent=(parent := draw(st.none() | st.sampled_from(ids[:n])) if n else None),
            names=draw(names),
            brief=draw(long_texts),
            definition=draw(long_texts),
            when_to_use=draw(long_texts),
            when_not_to_use=draw(long_texts),
            examples=draw(text_lists),
            counterexamples=draw(text_lists),
            aliases=tuple(draw(st.lists(labels, max_size=3))),
            colour=draw(st.none() | st.sampled_from(COLOUR_FAMILIES)),
            hotkey=hotkeys[n] if draw(st.booleans()) else None,
            indicators=draw(indicators),
            exclusive=parent is None and draw(st.booleans()),
            defines=draw(st.none() | labels),
            absence=draw(st.booleans()),
        )
        for n, code_id in enumerate(ids)
    )
    languages = tuple(draw(st.lists(st.sampled_from(["en", "zh", "de"]), unique=True)))
    return Codebook("study", draw(labels), codes, description=draw(long_texts), languages=languages)


class TestWriting:
    @settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    @given(good_codebooks())
    def test_what_is_written_reads_back_the_same(self, codebook: Codebook) -> None:
        assume(not any(fault.severity == "fault" for fault in check(codebook)))
        written = write_codebook(codebook)
        assert read(written) == codebook
        assert read(written.replace("\n", "\r\n")) == codebook
        assert write_codebook(read(written)) == written

    @settings(max_examples=400)
    @given(long_texts, long_texts)
    def test_any_text_survives(self, text: str, other: str) -> None:
        assume("\x00" not in text + other)
        single = replace(TRUST, parent=None, definition=text, examples=(text, other))
        codebook = Codebook("c", "C", (single,), description=other)
        assert read(write_codebook(codebook)) == codebook

    def test_the_full_example(self) -> None:
        written = write_codebook(read(FULL))
        assert tomllib.loads(written) == tomllib.loads(FULL)
        assert read(written) == read(FULL)

    def test_layout(self) -> None:
        single = Code(
            "a",
            None,
            (("en", 'A "quoted" name'), ("zh-Hans", "甲")),
            definition="One word after another, and so on. " * 5 + "End.",
            when_to_use='Two\nlines, "quoted".',
            when_not_to_use="政府之间的合作协议。" * 9,
            examples=("short",),
            counterexamples=("A sentence that is long enough to need a line of its own.", "Another one, just as long."),
            indicators=(("*", ("x*",)),),
            absence=True,
        )
        assert write_codebook(Codebook("c", "C\\D", (single,), languages=("en",))) == LAYOUT

    def test_steering_characters_are_escaped_and_emoji_are_not(self) -> None:
        single = replace(TRUST, parent=None, brief="\x1b[2J \u202e \x9b 👩\u200d🔬 \t")
        assert 'brief = "\\U0000001B[2J \\U0000202E \\U0000009B 👩\u200d🔬 \\t"' in write_codebook(
            Codebook("c", "C", (single,))
        )

    def test_a_codebook_with_faults_is_not_written(self) -> None:
        bad = Codebook("c", "C", (Code("a", "b", ()), Code("c", None, (("en", "C"),), brief="\ud800")))
        with pytest.raises(RequestError) as caught:
            write_codebook(bad)
        assert str(caught.value) == (
            "The codebook cannot be written, since it has 3 faults, the first of them: "
            "The code “a” has no name. Settle this first."
        )
        with pytest.raises(RequestError, match="since it has a fault: The title of the codebook is empty"):
            write_codebook(Codebook("c", "", ()))


LAYOUT = '''\
[codebook]
id = "c"
title = "C\\\\D"
languages = ["en"]

[[code]]
id = "a"
name = { en = "A \\"quoted\\" name", zh-Hans = "甲" }
definition = """
One word after another, and so on. One word after another, and so on. One word after another, and \\
so on. One word after another, and so on. One word after another, and so on. End."""
when_to_use = """
Two
lines, "quoted"."""
when_not_to_use = """
政府之间的合作协议。政府之间的合作协议。政府之间的合作协议。政府之间的合作协议。政府之间的合作协议。\\
政府之间的合作协议。政府之间的合作协议。政府之间的合作协议。政府之间的合作协议。"""
examples = ["short"]
counterexamples = ["A sentence that is long enough to need a line of its own.", "Another one, just as long."]
absence = true
[code.indicators]
"*" = ["x*"]
'''


def test_the_version_that_a_file_was_written_from_stands_in_it():
    text = write_codebook(read_codebook(WRITTEN, "c.toml").codebook, written_from="0123456789ab")
    assert 'written_from = "0123456789ab"' in text
    found = read_codebook(text.encode(), "c.toml")
    assert found.written_from == "0123456789ab"
    assert found.codebook == read_codebook(WRITTEN, "c.toml").codebook
    assert read_codebook(WRITTEN, "c.toml").written_from == ""


WRITTEN = b"""
[codebook]
id = "c"
title = "C"

[[code]]
id = "a"
name = { en = "A" }
"""
