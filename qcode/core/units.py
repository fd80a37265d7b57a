"""Sentences, clauses and words of English, German and Chinese text, mixed as people speak it.

Rules alone, no model and no dictionary: the same text always gives the same units, on every machine. All
positions are code points in the whole text, half-open, also where only a part of it is looked at.

Whether a place ends a sentence or a word is decided from its near surroundings only. So the functions for
one cursor position (`word_at`, `sentence_at`, `next_word`, `previous_word`) need not read the document: they
look at most `REACH` code points to each side, and agree with `words` and `sentences` within that reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from qcode.core.spans import Span
from qcode.errors import RequestError

__all__ = [
    "CJK",
    "MARKS",
    "REACH",
    "clauses",
    "has_words",
    "next_word",
    "previous_word",
    "sentence_at",
    "sentences",
    "word_at",
    "word_count",
    "words",
]

REACH = 4096

# Insides of a character class. Chinese characters and Japanese syllables are words of their own; Korean is
# written with spaces and needs no rule. Marks sit on the letter before them where no composed form exists.
CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0670"

_LETTERS = rf"(?:[^\W_{CJK}]++|[{MARKS}]++)++"
_LETTER = rf"[^\W_{CJK}]|[{MARKS}]"
# Apostrophes, hyphens and invisible joiners hold two letters together; point and comma hold two digits.
_JOINED = rf"(?:['’\-‐‑\u00ad\u200c\u200d\u2060](?={_LETTER})|(?<=\d)[.,](?=\d))"
_WORD = re.compile(rf"[{CJK}]|{_LETTERS}(?:{_JOINED}{_LETTERS})*+")
_IS_CJK = re.compile(f"[{CJK}]")

_STOP = re.compile(r"\n|[.!?…。！？｡；]+")
_FULL_STOP = re.compile(r"[。！？｡；]|……|\.{6}")
_CLAUSE_STOP = re.compile(r"[,;:，；：、]+|—+|(?<=\s)[–-](?=\s)")
_CLOSERS = frozenset(")]}”’）】」』》〉〕］｝")
# These close in one language and open in another; what follows decides.
_EITHER_QUOTES = frozenset("\"'“‘«»")
_OPENERS = "\"'“‘„‚«»「『《〈"
_BRACKETS = frozenset("[(（【{")
_GOES_ON = frozenset(",，、：:;.。…!?！？；｡")
_QUOTE_REACH = 300
_BEFORE = 24
_NEAR = 256


def _set_of(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Followed by what they announce, so never the end of a sentence. Compared in lower case, without dots and spaces.
_NEVER_LAST = _set_of(
    "mr mrs ms dr prof dipl ing hr fr st mt gen gov sen rep approx ca bzw vs resp evtl ggf sog inkl exkl vgl cf "
    "mio mrd tsd"
)
_NEVER_LAST_DOTTED = _set_of("zb dh eg ie idr va zt zzt ua")
# Abbreviations before a number; otherwise words of their own: “No. 100”, but “No. We refused.”
_BEFORE_NUMBER = _set_of(
    "no nos nr art abs fig vol ch sec kap bd s p pp ziff ziffer jan feb mar apr jun jul aug sep sept oct okt nov dec "
    "dez"
)
# After an initial or “U.S.” a capital letter is mostly part of a name; before one of these words it is not.
_OPENING_WORDS = _set_of(
    "The We I It He She They You This That These Those There Then But And So In On At For If When What Why How Because "
    "Well Yes No My Our Their His Her Its As After Before Now Also Wir Ich Sie Er Es Der Die Das Ein Eine Und Aber "
    "Dann Da Wenn Weil Ja Nein Im Auch Denn Doch Dort Hier Heute Man"
)
_AFTER_ORDINAL = _set_of(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jan Feb Mär Apr Jun Jul "
    "Aug Sep Sept Okt Nov Dez Jahrhundert Jahrhunderts Quartal Quartals Stock Etage Klasse Platz Stelle Mal Bezirk Tag "
    "Tage Jahrestag Fünfjahresplan Weltkrieg Sitzung Treffen Runde Stufe Artikel Absatz Kapitel"
)
_DOTTED = re.compile(r"(?<![\w.])(?:[^\W\d_]{1,2}\. ?){1,3}[^\W\d_]{1,3}$")
_LAST_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+$")
_LAST_NUMBER = re.compile(r"(?<![\d.,:])\d{1,3}$")
_DAY_AND_MONTH = re.compile(r"(?<![\d.,])\d{1,2}\. ?\d{1,2}$")
_NUMBERED_LINE = re.compile(r"(?:^|\n)[ \t]*\d{1,3}$")
_GERMAN_ORDINAL = re.compile(
    r"\b(?:(?<!\bI )am|im|vom|zum|zur|beim|bis|der|die|das|dem|den|des|unser(?:e[mnrs]?)?|jede[mnrs]?|eine[mnr])"
    r" \d{1,3}$"
)
_NEXT_WORD = re.compile(r"[^\W\d_]+")
_NEXT_MONTH = re.compile(r"\d{1,2}\.(?!\d)|\d{4}\b")


def _bounds(text: str, start: int, end: int | None) -> tuple[int, int]:
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise RequestError(f"The part from {start} to {stop} does not lie inside a text of {len(text)} characters.")
    return start, stop


def words(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The words between `start` and `end`, in order.

    A run of letters and digits is one word, with apostrophes and hyphens between letters and points and commas
    between digits; each Chinese character is one word; punctuation and signs are none.
    Positions are code points, half-open, in the whole text. Raises RequestError for a part outside the text.

    >>> line = "They don't co-sign: 3.5亿元."
    >>> [line[a:b] for a, b in words(line)]
    ['They', "don't", 'co-sign', '3.5', '亿', '元']
    """
    start, stop = _bounds(text, start, end)
    return [Span(*found.span()) for found in _WORD.finditer(text, start, stop)]


def word_count(text: str, start: int = 0, end: int | None = None) -> int:
    """How many words there are between `start` and `end`, as `words` finds them; for long texts.

    >>> word_count("They don't co-sign: 3.5亿元.")
    6
    """
    start, stop = _bounds(text, start, end)
    return len(_WORD.findall(text, start, stop))


def has_words(text: str, count: int, start: int = 0, end: int | None = None) -> bool:
    """Whether there are at least `count` words between `start` and `end`; reads no further than it must.

    >>> has_words("我们同意", 4), has_words("Of course.", 3)
    (True, False)
    """
    start, stop = _bounds(text, start, end)
    return sum(1 for _ in islice(_WORD.finditer(text, start, stop), count)) == count


def _window(position: int, reach: int, lo: int, hi: int) -> tuple[int, int]:
    return max(lo, min(position - reach, hi)), min(hi, max(position + reach, lo))


def _last_word_before(text: str, position: int, lo: int, hi: int) -> Span | None:
    """The last word that starts before `position`: first looked for close by, then as far as REACH."""
    last = None
    for reach in (_NEAR, REACH):
        left, right = _window(position, reach, lo, hi)
        last = None
        for found in _WORD.finditer(text, left, right):
            if found.start() >= position:
                break
            last = Span(*found.span())
        # At an edge of what was looked at it may be a part of a word; one more code point may be a joining sign.
        if last and last.start > left + 1 and last.end < right - 1:
            break
    return last


def word_at(text: str, position: int, start: int = 0, end: int | None = None) -> Span:
    """The word that holds `position`; an empty span at `position` where there is none.

    Looks at most REACH code points to each side and not beyond `start` and `end`; a longer word is cut there.

    >>> word_at("two words", 5), word_at("two words", 3)
    (Span(start=4, end=9), Span(start=3, end=3))
    """
    word = _last_word_before(text, position + 1, *_bounds(text, start, end))
    return word if word and position < word.end else Span(position, position)


def next_word(text: str, position: int, start: int = 0, end: int | None = None) -> Span | None:
    """The first word that starts after `position`; None if none does within REACH code points.

    >>> next_word("two words", 0), next_word("two words", 4)
    (Span(start=4, end=9), None)
    """
    lo, hi = _bounds(text, start, end)
    _, right = _window(position, REACH, lo, hi)
    # One code point earlier suffices to tell whether a word that holds `position` goes on after it.
    for found in _WORD.finditer(text, min(max(lo, position - 1), right), right):
        if found.start() > position:
            return Span(*found.span())
    return None


def previous_word(text: str, position: int, start: int = 0, end: int | None = None) -> Span | None:
    """The last word that starts before `position`; None if none does within REACH code points.

    >>> previous_word("two words", 6), previous_word("two words", 0)
    (Span(start=4, end=9), None)
    """
    return _last_word_before(text, position, *_bounds(text, start, end))


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences between `start` and `end`, in order, without the white space around them.

    A line feed always ends a sentence, and so do 。！？；and ……. A point does not where it belongs to a number, a
    German ordinal, a known abbreviation or an initial, or where a small letter follows. Closing quotes and
    brackets stay with their sentence. Every code point that is not white space is in exactly one sentence.
    Raises RequestError for a part outside the text.

    >>> line = "Mr. Li paid approx. 3.5 million. “No.” 他说：“不行。”后来呢"
    >>> [line[a:b] for a, b in sentences(line)]
    ['Mr. Li paid approx. 3.5 million.', '“No.”', '他说：“不行。”', '后来呢']
    """
    start, stop = _bounds(text, start, end)
    return _pieces(text, start, stop, _sentence_ends(text, start, stop, start, stop))


def sentence_at(text: str, lo: int, hi: int, position: int) -> Span:
    """The sentence of the turn from `lo` to `hi` that holds `position`.

    Between two sentences the following one, after the last one the last; an empty span at `position` where
    the turn has no sentence near. Looks at most REACH code points to each side; a longer sentence is cut there.

    >>> sentence_at("One. Two.", 0, 9, 6), sentence_at("One. Two.", 0, 9, 4)
    (Span(start=5, end=9), Span(start=5, end=9))
    """
    lo, hi = _bounds(text, lo, hi)
    found = Span(position, position)
    for reach in (_NEAR, REACH):
        left, right = _window(position, reach, lo, hi)
        near = _pieces(text, left, right, _sentence_ends(text, left, right, lo, hi))
        place = next((i for i, sentence in enumerate(near) if position < sentence.end), len(near) - 1)
        found = near[place] if near else Span(position, position)
        # A sentence that reaches an edge of what was looked at may be longer.
        if (left == lo or place > 0) and (right == hi or place < len(near) - 1):
            break
    return found


def clauses(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The clauses between `start` and `end`: sentences, cut again after , ; : — and ，；：、.

    A hyphen or short dash cuts only between two spaces. Nothing is cut inside a number. Raises RequestError for a part
    outside the text.

    >>> line = "We paid 1,126 yuan, they paid nothing: 不公平，对吧。"
    >>> [line[a:b] for a, b in clauses(line)]
    ['We paid 1,126 yuan,', 'they paid nothing:', '不公平，', '对吧。']
    """
    found: list[Span] = []
    for sentence in sentences(text, start, end):
        found += _pieces(text, *sentence, _clause_ends(text, *sentence))
    return found


def _pieces(text: str, start: int, end: int, cuts: Iterable[int]) -> list[Span]:
    """The stretches between the cuts, stripped of white space, empty ones left out."""
    found: list[Span] = []
    for cut in (*cuts, end):
        piece = text[start:cut]
        stripped = piece.lstrip()
        if stripped:
            first = start + len(piece) - len(stripped)
            found.append(Span(first, first + len(stripped.rstrip())))
        start = cut
    return found


def _clause_ends(text: str, start: int, end: int) -> Iterator[int]:
    for stop in _CLAUSE_STOP.finditer(text, start, end):
        after = _after_closers(text, stop.end(), start, end)
        before, following = text[stop.start() - 1 : stop.start()], text[after : after + 1]
        number = before.isdigit() and following.isdigit()
        # “10:30”, “www.x:80”: the ASCII signs cut only before a space or a Chinese character.
        open_end = stop[0][-1] not in ",;:" or after == end or following.isspace() or _is_cjk(following)
        if open_end and not number:
            yield after


def _sentence_ends(text: str, start: int, end: int, lo: int, hi: int) -> Iterator[int]:
    """Positions between `start` and `end` where a sentence of the turn from `lo` to `hi` is over."""
    for stop in _STOP.finditer(text, start, end):
        if stop[0] == "\n":
            yield stop.end()
            continue
        after = _after_closers(text, stop.end(), lo, hi)
        if after < end and _ends_sentence(text, Span(*stop.span()), after, lo, hi):
            yield after


def _is_cjk(character: str) -> bool:
    return _IS_CJK.match(character) is not None


def _after_closers(text: str, position: int, lo: int, hi: int) -> int:
    """The first position from `position` on that is no closing quote or bracket."""
    while position < hi:
        sign = text[position]
        if sign not in _CLOSERS and not (sign in _EITHER_QUOTES and _closes(text, position, lo, hi)):
            break
        position += 1
    return position


def _closes(text: str, position: int, lo: int, hi: int) -> bool:
    """Whether a quote that can open or close does close: no word follows, or a straight one was open in its line."""
    following = text[position + 1 : min(hi, position + 2)]
    if not following.isalnum():
        return True
    if text[position] != '"':
        return False
    left = max(lo, position - _QUOTE_REACH)
    return text.count('"', max(left, text.rfind("\n", left, position)), position) % 2 == 1


def _ends_sentence(text: str, stop: Span, after: int, lo: int, hi: int) -> bool:
    """Whether the stop signs at `stop`, with their closers up to `after`, end a sentence."""
    signs = text[stop.start : stop.end]
    following = text[after]
    if following in _GOES_ON:
        return False
    if _FULL_STOP.search(signs):
        return True
    trails_off = "…" in signs or ".." in signs
    if not following.isspace() and (trails_off or not _is_cjk(following)):
        return False
    head = _skip(text, after, hi, " \t")
    if head == hi or text[head] == "\n" or text[head] in _BRACKETS:
        head_small = False
    else:
        head = _skip(text, head, hi, _OPENERS)
        head_small = text[head : min(head + 1, hi)].islower()
    if "!" in signs or "?" in signs:
        return not (head_small and after > stop.end)
    return not head_small and (trails_off or not _abbreviates(text, stop.start, head, lo, hi))


def _skip(text: str, position: int, hi: int, signs: str) -> int:
    while position < hi and text[position] in signs:
        position += 1
    return position


def _abbreviates(text: str, dot: int, head: int, lo: int, hi: int) -> bool:
    """Whether the point at `dot` belongs to the word or number before it; `head` is where the next word starts."""
    before = text[max(lo, dot - _BEFORE) : dot]
    following = text[head : min(head + _BEFORE, hi)]
    if before[-1:].isdigit():
        return _is_ordinal(before, following)
    dotted = _DOTTED.search(before)
    if dotted and dotted[0].replace(".", "").replace(" ", "").lower() in _NEVER_LAST_DOTTED:
        return True
    if dotted and " " not in dotted[0]:
        return _continues_name(following)
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last[0].lower()
    if word in _NEVER_LAST or (word in _BEFORE_NUMBER and following[:1].isdigit()):
        return True
    return len(word) == 1 and _continues_name(following)


def _continues_name(following: str) -> bool:
    word = _NEXT_WORD.match(following)
    return word is not None and not _is_cjk(following[0]) and word[0] not in _OPENING_WORDS


def _is_ordinal(before: str, following: str) -> bool:
    """Whether a number and its point are an ordinal, part of a date, or the number of a list item."""
    if following[:1].isdigit():
        date = _NEXT_MONTH.match(following)
        if date is None:
            return False
        number = _LAST_NUMBER if date[0].endswith(".") else _DAY_AND_MONTH
        return number.search(before) is not None
    if _NUMBERED_LINE.search(before):
        return True
    if _LAST_NUMBER.search(before) is None:
        return False
    word = _NEXT_WORD.match(following)
    return word is not None and (word[0] in _AFTER_ORDINAL or _GERMAN_ORDINAL.search(before) is not None)
