"""What COREQ and SRQR ask of a report on interviews, filled in as far as the project knows.

COREQ: Tong, Sainsbury and Craig (2007), Consolidated criteria for reporting qualitative research, International Journal
for Quality in Health Care 19(6), 32 items. SRQR: O'Brien, Harris, Beckman, Reed and Cook (2014), Standards for
reporting qualitative research, Academic Medicine 89(9), 21 items. The headings are theirs, shortened; the answers are
facts, not prose. What the project cannot know is “not recorded”, unless a memo on the study says it: one whose title is
that of an item, such as `COREQ 10` or `SRQR 8`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from qcode.files.guard import write_file
from qcode.files.markdown import plain_block, plain_line
from qcode.services.memos import MemoFilter, memos
from qcode.services.methods_facts import Facts
from qcode.services.provenance import provenance
from qcode.services.study import Study

__all__ = ["COREQ", "NOT_RECORDED", "SRQR", "methods_markdown", "write_methods"]

NOT_RECORDED = "not recorded"
_FOR_AUTHORS = "for the authors to say"

_INTRODUCTION = (
    "What COREQ (32 items) and SRQR (21 items) ask and the project knows. A memo on the study with the title "
    '“COREQ 10” or “SRQR 8” fills in an item: `qcode memo add --title "COREQ 10" TEXT`.'
)

_Item = tuple[int, str, str]

COREQ: tuple[tuple[str, tuple[_Item, ...]], ...] = (
    (
        "Domain 1: research team and reflexivity",
        (
            (1, "Interviewer or facilitator", "interviewers"),
            (2, "Credentials", ""),
            (3, "Occupation", ""),
            (4, "Gender", ""),
            (5, "Experience and training", ""),
            (6, "Relationship established before the study", ""),
            (7, "What participants knew of the interviewer", ""),
            (8, "Interviewer characteristics", ""),
        ),
    ),
    (
        "Domain 2: study design",
        (
            (9, "Methodological orientation and theory", ""),
            (10, "Sampling", ""),
            (11, "Method of approach", ""),
            (12, "Sample size", "sample"),
            (13, "Non-participation", ""),
            (14, "Setting of data collection", "setting"),
            (15, "Presence of non-participants", ""),
            (16, "Description of the sample", "participants"),
            (17, "Interview guide", ""),
            (18, "Repeat interviews", ""),
            (19, "Audio or visual recording", "recording"),
            (20, "Field notes", "notes"),
            (21, "Duration", "duration"),
            (22, "Data saturation", "saturation"),
            (23, "Transcripts returned", ""),
        ),
    ),
    (
        "Domain 3: analysis and findings",
        (
            (24, "Number of data coders", "coders"),
            (25, "Description of the coding tree", "tree"),
            (26, "Derivation of themes", "derivation"),
            (27, "Software", "software"),
            (28, "Participant checking", ""),
            (29, "Quotations presented", "quotations"),
            (30, "Data and findings consistent", "*"),
            (31, "Clarity of major themes", "*"),
            (32, "Clarity of minor themes", "*"),
        ),
    ),
)
"""The domains of COREQ: number of the item, its heading, and which fact answers it (* = the authors' judgement)."""

SRQR: tuple[_Item, ...] = (
    (1, "Title", "title"),
    (2, "Abstract", "*"),
    (3, "Problem formulation", "*"),
    (4, "Purpose or research question", "*"),
    (5, "Qualitative approach and research paradigm", ""),
    (6, "Researcher characteristics and reflexivity", ""),
    (7, "Context", "setting"),
    (8, "Sampling strategy", "saturation"),
    (9, "Ethical issues pertaining to human subjects", "consent"),
    (10, "Data collection methods", "collection"),
    (11, "Data collection instruments and technologies", "recording"),
    (12, "Units of study", "units"),
    (13, "Data processing", "processing"),
    (14, "Data analysis", "analysis"),
    (15, "Techniques to enhance trustworthiness", "trustworthiness"),
    (16, "Synthesis and interpretation", "*"),
    (17, "Links to empirical data", "quotations"),
    (18, "Integration with prior work, implications, contributions", "*"),
    (19, "Limitations", "*"),
    (20, "Conflicts of interest", ""),
    (21, "Funding", ""),
)
"""The items of SRQR, as in COREQ."""

_TITLE = re.compile(r"(COREQ|SRQR)[ -]*S?(\d+)\b", re.IGNORECASE)


def methods_markdown(study: Study) -> str:
    """The report as Markdown, with the headings of both guidelines; without interview text, and without a clock."""
    facts = Facts(study)
    told = _told(study)
    items = sum(len(part) for _, part in COREQ) + len(SRQR)
    lines = [f"# Methods: {plain_line(study.file.read.title())}", ""]
    lines += [_INTRODUCTION, ""]
    open_: list[str] = []
    lines += ["## COREQ", ""]
    for domain, part in COREQ:
        lines += [f"### {domain}", ""]
        for item in part:
            lines += _item("COREQ", item, facts, told, open_)
    lines += ["## SRQR", ""]
    for item in SRQR:
        lines += _item("SRQR", item, facts, told, open_)
    lines += ["## Open", "", f"Not recorded: {len(open_)} of {items} items.", ""]
    lines += [f"{', '.join(open_)}.", ""] if open_ else []
    lines += ["## Where it comes from", ""]
    lines += [
        f"- {name}: {plain_line(value)}" for name, value in provenance(study, command="qcode report --methods").words
    ]
    return "\n".join(lines) + "\n"


def write_methods(study: Study, path: Path, *, overwrite: bool = False) -> None:
    """Write the report. Raises RequestError if the file is there (unless `overwrite`), or cannot be written."""
    write_file(path, methods_markdown(study).encode("utf-8", "replace"), overwrite=overwrite)


def _told(study: Study) -> dict[tuple[str, int], list[str]]:
    """What memos on the study say of an item, in the order in which they were written."""
    found: dict[tuple[str, int], list[str]] = {}
    for memo in memos(study, MemoFilter(about=("project",))):
        titled = _TITLE.match(memo.row.title.strip())
        if titled:
            found.setdefault((titled[1].upper(), int(titled[2])), []).append(memo.row.text)
    return found


def _item(
    guideline: str, item: _Item, facts: Facts, told: dict[tuple[str, int], list[str]], open_: list[str]
) -> list[str]:
    """The lines of an item; what is not recorded of it is noted in `open_`."""
    number, heading, fact = item
    written = told.get((guideline, number), [])
    known: Sequence[str] = () if fact in ("", "*") else facts.of(fact)
    lines = [f"**{number}. {heading}**", ""]
    lines += [f"- {plain_line(line)}" for line in known]
    lines += ["", *(line for text in written for line in (plain_block(text), ""))] if written else []
    if not known and not written:
        lines.append(_FOR_AUTHORS if fact == "*" else NOT_RECORDED)
        if fact != "*":
            open_.append(f"{guideline} {number}")
    return [*lines, ""] if lines[-1] else lines
