"""What a linear model learns from coded sentences. It runs in a process of its own: see `training`.

Features of a sentence: hashed words and pairs of words (Chinese characters count as words) of the sentence, of up to
two neighbours to each side in its turn, and of the question before it; hashed runs of two to four characters of the
sentence; and what the indicators say. The model is a logistic regression with balanced classes, so what a word adds is
its weight times its value. No chance is in it: the same task gives the same scores.

Importing this module does not import scikit-learn.
"""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qcode.core.units import CJK
from qcode.suggest.context import NEIGHBOURS, Evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NEGATIVE", "POSITIVE", "UNKNOWN", "CodeTask", "Learned", "Task", "learn", "main", "rule_features"]

POSITIVE, NEGATIVE, UNKNOWN = 1, 0, -1
_WORDS = 2**17
_CHARACTERS = 2**17
_TOLD = 4  # words told for each sentence
_WORTH_TELLING = 0.4
_STRENGTH = 10.0
_SHORTEST_CJK, _SHORTEST_WORD = 2, 3
_BETWEEN = re.compile(rf"(?<=[{CJK}]) (?=[{CJK}])")
_CHINESE = re.compile(rf"[{CJK}]")
_WORD = rf"[{CJK}]|[^\W_{CJK}]+"


@dataclass(frozen=True, slots=True)
class CodeTask:
    """What is to be learned of one code: `labels` int8 [sentences], `rules` float64 [sentences, features]."""

    code: str
    labels: NDArray[np.int8]
    rules: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Task:
    """What to learn from: sentences with their turn (int64, ascending), the question before each turn, the codes."""

    sentences: tuple[str, ...]
    turn: NDArray[np.int64]
    questions: tuple[str, ...]
    codes: tuple[CodeTask, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of a code: float64 [sentences], 0 to 1, smoothed within the turn; most telling words."""

    code: str
    score: NDArray[np.float64]
    telling: dict[int, tuple[str, ...]]


def rule_features(evidence: Evidence) -> NDArray[np.float64]:
    """What the indicators say of each sentence, as features: float64 [sentences, 3], 0 to about 2."""
    import numpy as np

    most = max(1.0, float(evidence.own.max(initial=0.0)))
    return np.stack([evidence.own / most, evidence.asked / most, 2 * evidence.score], axis=1)


def learn(task: Task) -> Iterator[Learned]:
    """Learn each code in turn; one without both positive and negative sentences is left out."""
    features = _Features(task)
    for code in task.codes:
        known = code.labels != UNKNOWN
        if len(set(code.labels[known].tolist())) > 1:
            yield _learn_one(features, code, known)


def _learn_one(features: _Features, code: CodeTask, known: NDArray[np.bool_]) -> Learned:
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    matrix = hstack([features.matrix, csr_matrix(code.rules)], format="csr")
    # The dual form is many times quicker where there are more features than sentences.
    model = LogisticRegression(solver="liblinear", dual=True, class_weight="balanced", C=_STRENGTH, random_state=0)
    model.fit(matrix[known], code.labels[known])
    raw = 1 / (1 + np.exp(-np.asarray(model.decision_function(matrix), dtype=np.float64)))
    score = np.asarray(features.near @ raw, dtype=np.float64)
    return Learned(code.code, score, features.telling(model.coef_[0], np.flatnonzero(score >= _WORTH_TELLING)))


class _Features:
    """The features of all sentences, but for what the indicators say."""

    def __init__(self, task: Task) -> None:
        import numpy as np
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
        from sklearn.preprocessing import normalize

        plain: dict[str, Any] = {"norm": None, "alternate_sign": False, "dtype": np.float64}
        self._words = HashingVectorizer(token_pattern=_WORD, ngram_range=(1, 2), n_features=_WORDS, **plain)
        runs = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), n_features=_CHARACTERS, **plain)
        self._sentences = task.sentences
        own = self._words.transform(task.sentences)
        weighting = TfidfTransformer(sublinear_tf=True, norm=None).fit(own)
        own = weighting.transform(own)
        asked = weighting.transform(self._words.transform(task.questions))[task.turn]
        around = _neighbours(task.turn, itself=0.0) @ own
        shapes = TfidfTransformer(sublinear_tf=True).fit_transform(runs.transform(task.sentences))
        parts = [normalize(own), normalize(around), normalize(asked), shapes]
        self.matrix: Any = hstack(parts, format="csr")
        near = _neighbours(task.turn, itself=1.0)
        self.near: Any = normalize(near, norm="l1")

    def telling(self, weights: NDArray[np.float64], sentences: NDArray[np.int64]) -> dict[int, tuple[str, ...]]:
        """For each of the sentences the words of its own that add most, the strongest first."""
        analyse = self._words.build_analyzer()
        found: dict[int, tuple[str, ...]] = {}
        known: dict[str, int] = {}
        for number in sentences.tolist():
            grams = list(dict.fromkeys(analyse(self._sentences[number])))
            new = [gram for gram in grams if gram not in known]
            if new:
                known.update(zip(new, _places(new), strict=True))
            row = self.matrix[number]
            values = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
            added = sorted(((weights[known[g]] * values.get(known[g], 0.0), g) for g in grams), reverse=True)
            words = [_as_written(gram) for worth, gram in added if worth > 0]
            found[number] = tuple(word for word in words if _says_something(word))[:_TOLD]
        return found


def _as_written(gram: str) -> str:
    """A run of words as people write it: no space between Chinese characters."""
    return _BETWEEN.sub("", gram)


def _says_something(word: str) -> bool:
    """Single Chinese characters and words of one or two letters say nothing to a reader."""
    return len(word) >= (_SHORTEST_CJK if _CHINESE.search(word) else _SHORTEST_WORD)


def _places(grams: list[str]) -> list[int]:
    """The feature of each run of words."""
    from sklearn.feature_extraction import FeatureHasher

    hasher = FeatureHasher(n_features=_WORDS, input_type="string", alternate_sign=False)
    places: list[int] = hasher.transform([[gram] for gram in grams]).indices.tolist()
    return places


def _neighbours(turn: NDArray[np.int64], *, itself: float) -> Any:
    """A sparse matrix [sentences, sentences]: what each sentence counts for another of its turn."""
    import numpy as np
    from scipy.sparse import csr_matrix

    count = len(turn)
    numbers = np.arange(count)
    rows, columns, values = [numbers], [numbers], [np.full(count, itself)]
    for distance, share in enumerate(NEIGHBOURS, 1):
        same = np.flatnonzero(turn[distance:] == turn[:-distance])
        for a, b in ((same, same + distance), (same + distance, same)):
            rows.append(a)
            columns.append(b)
            values.append(np.full(len(same), share))
    places = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), places), shape=(count, count))


def main() -> None:
    """Read a task from the standard input and write what is learned, code by code, to the standard output."""
    task = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the qcode that started this process
    for learned in learn(task):
        pickle.dump(learned, sys.stdout.buffer)
        sys.stdout.buffer.flush()
