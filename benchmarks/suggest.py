"""Suggestions: how well they find what people coded, and what they cost.

Quality: two fifths of the transcripts are held out whole; every ranking orders their sentences; the table gives means
over seeds and codes beside three floors: chance, any sentence with an indicator, and a model that sees one sentence
alone. On the sample study (invented), or with --data on a CSV file of your own: columns document, role (interviewer,
participant or text), text, and codes, parted by semicolons, one row for each turn or sentence, in order; indicators
come from --codebook, whose codes have the same ids.

Cost: reading indicators in 200,000 words beside making spaCy documents of them; learning one code.
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from measure import best, child, peak_mb, report, scratch, show

from qcode.core.spans import Span, merge
from qcode.core.units import sentences, words
from qcode.services.samples import build_sample, codebook_path
from qcode.services.study import Study
from qcode.services.suggestion_evaluation import SEGMENTS, truths
from qcode.services.suggestion_learning import labels
from qcode.services.suggestion_material import Examples, Material, read_material
from qcode.store.rows import SourceRow
from qcode.suggest.context import NO_CONTEXT, weigh
from qcode.suggest.corpus import Corpus, Document
from qcode.suggest.evaluation import Truth, evaluate, trials
from qcode.suggest.learner import CodeTask, Task, learn
from qcode.suggest.rules import CodeIndicators, RuleSet, find
from qcode.suggest.tokenizer import blank_pipeline


def indicators(codebook: Path) -> list[CodeIndicators]:
    from qcode.files.codebook_toml import read_codebook

    book = read_codebook(codebook.read_bytes(), codebook.name).codebook
    return [CodeIndicators(code.id, code.indicators) for code in book.codes] if book else []


# -- quality


def quality(corpus: Corpus, told: list[Truth], options: argparse.Namespace, title: str) -> None:
    made = trials(corpus, told, options.segments, range(options.seeds))
    rows = [
        (f"{f.segments:3} {f.method}", f.codes, f.trials, f.average_precision, f.precision_10, f.precision_20,
         f.recall_top_tenth, f.span_overlap)
        for f in evaluate(corpus, made, jobs=options.jobs)
    ]  # fmt: skip
    show(
        f"{title}: {len(corpus.documents)} documents, {len(corpus)} sentences, {options.seeds} seeds",
        ("segments, ranking", "codes", "trials", "AP", "P at 10", "P at 20", "top tenth", "overlap"),
        rows,
    )  # fmt: skip


def sample(options: argparse.Namespace) -> None:
    with scratch(None) as folder, Study.open(build_sample(folder), coder="anna") as study:
        for branches, what in ((True, "dimensions"), (False, "codes")):
            corpus, told = truths(study, read_material(study), branches=branches)
            quality(corpus, told, options, f"sample study (invented), {what}")


def table_file(options: argparse.Namespace) -> None:
    """The same on a CSV file."""
    parts: dict[str, list[tuple[str, str, list[str]]]] = defaultdict(list)
    with options.data.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            coded = [code.strip() for code in row["codes"].split(";") if code.strip()]
            parts[row["document"]].append((row["role"], row["text"].replace("\n", " "), coded))
    sources, documents = [], []
    spans: dict[str, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for key, (name, rows) in enumerate(parts.items(), 1):
        document, coded_here = as_document(rows)
        documents.append(document)
        sources.append(SourceRow(key, name, name, "", len(document.text), "recorded", "", "", key, 0))
        for code, span in coded_here:
            spans[code][key].append(span)
    listed = indicators(options.codebook) if options.codebook else []
    unlisted = spans.keys() - {code.code_id for code in listed}
    rules = RuleSet.compile([*listed, *(CodeIndicators(code, ()) for code in sorted(unlisted))], empty=True)
    material = Material(tuple(sources), tuple(documents))
    corpus = Corpus.of(documents)
    told = []
    for rule, found in zip(rules.codes, find(corpus, rules), strict=True):
        here = {source: tuple(merge(coded)) for source, coded in spans[rule.code].items()}
        about = Examples(here, {}, frozenset(source.key for source in sources))
        told.append(
            Truth(
                rule.code, labels(corpus, material, about), tuple(here.get(s.key, ()) for s in sources),
                weigh(corpus, rule, found, context=NO_CONTEXT), weigh(corpus, rule, found),
            )
        )  # fmt: skip
    quality(corpus, told, options, options.data.name)


def as_document(rows: list[tuple[str, str, list[str]]]) -> tuple[Document, list[tuple[str, Span]]]:
    """Rows of one role that follow one another are one turn."""
    text, asked, speaking = "", None, ""
    scope: list[Span] = []
    questions: list[Span | None] = []
    coded: list[tuple[str, Span]] = []
    for role, said, codes in rows:
        span = Span(len(text), len(text) + len(said))
        text += said + "\n"
        if role == "interviewer":
            asked = Span(asked.start, span.end) if asked and speaking == role else span
        elif scope and speaking == role:
            scope[-1] = Span(scope[-1].start, span.end)
        else:
            scope.append(span)
            questions.append(asked)
        speaking = role
        coded += [(code, span) for code in codes]
    return Document.of(text, scope, questions), coded


# -- cost


def large(count: int, *, seed: int = 1) -> list[Document]:
    """Documents of so many words in all, shuffled from the invented sample interviews."""
    chance = random.Random(seed)
    with scratch(None) as folder, Study.open(build_sample(folder)) as study:
        said = [
            document.text[slice(*span)]
            for document in read_material(study).documents
            for turn in document.turns
            for span in sentences(document.text, *turn)
        ]
    documents, total = [], 0
    while total < count:
        rows: list[tuple[str, str, list[str]]] = []
        for _ in range(60):
            rows.append(("interviewer", chance.choice(said), []))
            rows.append(("participant", " ".join(chance.choices(said, k=6)), []))
        total += sum(len(words(text)) for _, text, _ in rows)
        documents.append(as_document(rows)[0])
    return documents


def cost(options: argparse.Namespace) -> None:
    documents = large(options.words)
    total = sum(len(words(document.text)) for document in documents)
    rules = RuleSet.compile(indicators(codebook_path("cooperation")))
    pipeline = blank_pipeline()
    texts = [d.text[slice(*span)] for d in documents for span in (*d.turns, *d.questions) if span is not None]
    floor = best(lambda: [pipeline.make_doc(text) for text in texts])

    def everything() -> None:
        corpus = Corpus.of(documents)
        for rule, found in zip(rules.codes, find(corpus, rules), strict=True):
            weigh(corpus, rule, found)

    whole = best(everything)
    corpus = Corpus.of(documents)
    count = min(options.sentences, len(corpus))
    said = [units.quoted(n) for units in corpus.units for n in range(len(units))][:count]
    chance = np.random.default_rng(1)
    tasks = tuple(
        CodeTask(str(number), (chance.random(count) < 0.05).astype(np.int8), np.zeros((count, 3)))
        for number in range(5)
    )
    begun = time.perf_counter()
    moments = []
    for _ in learn(Task(tuple(said), corpus.turn[:count], tuple(corpus.questions()), tasks)):
        moments.append(time.perf_counter() - begun)  # noqa: PERF401 - each is taken when a code is learned
    each = (moments[-1] - moments[0]) / (len(moments) - 1)
    report(
        words=total, codes=len(rules.codes), floor=floor, whole=whole, first_code=moments[0], each_code=each,
        sentences=count, all_sentences=len(corpus), peak=peak_mb(),
    )  # fmt: skip


def fresh() -> float:
    """Seconds until a new process has the first suggestions of the sample study, by indicators."""
    with scratch(None) as folder:
        path = build_sample(folder)
        command = [sys.executable, "-m", "qcode", "--project", str(path), "suggest", "--rules-only", "--csv", "-"]
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own program
        return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="A CSV file instead of the sample study.")
    parser.add_argument("--codebook", type=Path, help="A codebook file (TOML) with the indicators for --data.")
    parser.add_argument("--segments", type=int, nargs="+", default=list(SEGMENTS))
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--sentences", type=int, default=2_500, help="How many are learned from.")
    parser.add_argument("--only", choices=["quality", "cost"])
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        cost(options)
        return
    if options.only != "cost":
        (table_file if options.data else sample)(options)
    if options.only != "quality":
        found = child("--measure", "--words", options.words, "--sentences", options.sentences)
        rows = [
            ("make_doc (floor)", found["floor"], 1.0),
            (f"sentences, indicators, scores of {found['codes']:.0f} codes", found["whole"],
             found["whole"] / found["floor"]),
            (f"features of {found['sentences']:,.0f} sentences and the first code", found["first_code"],
             found["first_code"] / found["floor"]),
            ("each further code", found["each_code"], found["each_code"] / found["floor"]),
            ("first suggestions of a new process (sample study)", once := fresh(), once / found["floor"]),
        ]  # fmt: skip
        show(
            f"{found['words']:,.0f} words, {found['all_sentences']:,.0f} sentences",
            ("what", "seconds", "times the floor"), rows, f"memory: {found['peak']:.0f} MB",
        )  # fmt: skip


if __name__ == "__main__":
    main()
