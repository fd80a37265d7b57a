"""A miniature study, small enough to be counted by hand. All words in it are invented."""

from __future__ import annotations

from pathlib import Path

from qcode.core.spans import Span
from qcode.services.coding import apply_codes, text_of
from qcode.services.passages import find_once
from qcode.services.study import Study

__all__ = ["CASES", "CODEBOOK", "TEXTS", "build", "put", "write_texts"]

CODEBOOK = """\
[codebook]
id = "mini"
title = "Miniature"
languages = ["en", "zh"]

[[code]]
id = "motive"
name = { en = "Motive", zh = "动机" }
brief = "Why."
colour = "blue"

[[code]]
id = "money"
parent = "motive"
name = { en = "Money", zh = "资金" }
brief = "For money."
definition = "Money is the reason."
when_to_use = "Then."
when_not_to_use = "Not then."
examples = ["They had the money."]
counterexamples = ["They had the time."]
aliases = ["funds"]
hotkey = "1"
[code.indicators]
en = ["budget*", "revenue*"]

[[code]]
id = "trust"
parent = "motive"
name = { en = "Trust" }
brief = "They know each other."
absence = true
[code.indicators]
en = ["trust*"]

[[code]]
id = "setup"
name = { en = "Setup" }
brief = "How."
exclusive = true
colour = "teal"

[[code]]
id = "office"
parent = "setup"
name = { en = "Office" }
brief = "A body."
defines = "mechanism"
"""

TEXTS = {
    "one": (
        "I: How did the budget begin?\n\n"
        "R: The province gave us a budget for it. The revenue of the county was not enough. We trusted them from the start.\n\n"
        "I: And the river?\n\n"
        "R: The river was an order from above. There is an office for the river.\n"
    ),
    "two": "I: What about the road?\n\nR: The road needs a budget and the revenue is gone. Nobody trusted anybody.\n",
    "three": "I: Anything else?\n\nR: No. We never had an office for that kind of thing.\n\nI: Thanks.\n\nR: Bye.\n",
}

CASES = """\
key,name,kind,mechanism,parties
park,The park,dataset,arranged,donor=Coast;recipient=Hills
river,The river,dataset,mandated,
talks,Failed talks,other,,
"""


def write_texts(folder: Path) -> Path:
    """The transcripts, the codebook and the case table as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "mini.toml").write_text(CODEBOOK, encoding="utf-8")
    (folder / "cases.csv").write_text(CASES, encoding="utf-8")
    return folder


def build(folder: Path) -> Path:
    """The miniature study with codebook, transcripts and cases, and neither links nor codings."""
    from qcode.services.cases import import_cases
    from qcode.services.codebooks import import_codebook
    from qcode.services.importing import import_transcripts

    data = write_texts(folder / "data")
    path = folder / "mini.qcode"
    with Study.create(path, title="Miniature", coder="anna") as study:
        import_codebook(study, data / "mini.toml")
        import_transcripts(study, [data / f"{name}.txt" for name in TEXTS])
        import_cases(study, data / "cases.csv")
    return path


def put(study: Study, transcript: str, code: str, quote: str) -> str:
    """Put a code on the only place where the quote stands; the uid of the coding."""
    source = study.source(transcript)
    text = text_of(study, source)
    span = find_once(text, quote, "quote")
    (uid,) = apply_codes(study, source, text, Span(*span), [study.codes().find(code).uid])
    return uid
