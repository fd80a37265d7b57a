"""From bytes to text: which encoding a file is in, and how sure that is.

Order: what the user says; a byte order mark; UTF-16 without one; strict UTF-8; else GB18030, Big5 and Windows-1252
(cp1252) compared. Nearly every file decodes in several of these without an error, so each reading is scored by how
much its characters look like Chinese or German text: Big5 bytes read as GB18030 give rare characters, and the reverse.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from qcode.core.text import display_safe
from qcode.errors import EncodingDoubt, InputError, UnsafeFile

__all__ = ["Decoded", "decode"]

# The characters most frequent in modern Chinese writing, with those of administrative interviews, simplified; and the
# traditional forms of those that differ. About three quarters of running text is made of them.
_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种"
    "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第"
    "公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合"
    "回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总"
    "何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听"
    "白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带"
    "导争运笔吗呢吧啊您谁每条组织项目县省镇乡村局委官员访谈企业合作协议签订竞争政府领导干部考核财政扶贫发展环境保护流域"
    "断头路州城厅主任书记办投资产业园区招商引进技术人才农户钱支持帮需求压力责任标准机制沟通联系开会调研跨邻推动落实完成"
    "较低升降增减半周末早晚元亿百千左右附近愿希望觉认谢问答题料底容易困难麻烦积极"
)
_TRADITIONAL = (
    "這個們來為國說時會對過發後裡裏種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產話內給門兒東聲員"
    "論處義幾認條係氣題爾變總電數報結務場計資許統區隊決馬書則聽達強難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運筆"
    "嗎誰組織項縣鎮鄉訪談企協議簽訂競財貧環護斷廳辦園進農戶錢幫壓責標溝聯調鄰動較減億遠願謝積極麻煩"
)
_COMMON = frozenset(_SIMPLIFIED + _TRADITIONAL)
_CJK_MARKS = frozenset("，。、：；？！“”‘’（）《》〈〉「」『』【】〔〕…—·　～％")
_INSIDE_WORDS = frozenset("‘’–—…·•")
_BOTH_SIDES = 2
_WESTERN = frozenset("äöüÄÖÜßéèêëàâçîïôûùñáíóúåøæœÉÀÇ„“”‚‘’–—…«»§°·•€£²³½´¿¡\u00a0®©™")

_NON_ASCII = re.compile("[^\x00-\x7f]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_RUNS_SCORED = 1_500
_RUN_SCORED = 200
_LONGEST_WESTERN_RUN = 3
_CHARACTERS_SCORED = 20_000
_CHARDET_BYTES = 100_000

_LEAST_PLAUSIBLE = 0.3
_SURE_SCORE = 0.55
_SURE_LEAD = 0.3
_SURE_CHARACTERS = 6
_LEAST_WIDE = 0.6
_MOST_CONTROLS = 0.02

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python calls these encodings too, but no text file is in one of them, and some can smuggle in half characters.
_NO_FILE_ENCODING = frozenset(
    {"idna", "mbcs", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)
_FAMILIES = {"gb18030": ("gb18030",), "big5": ("big5", "big5hkscs"), "cp1252": ("cp1252",)}
_FIRST_LEVEL = {"gb18030": ("gb2312", 0xD8), "big5": ("big5", 0xC9)}
_CHARDET_NAMES = {
    "gb18030": {"gb18030", "gb2312", "gbk", "hz-gb-2312"},
    "big5": {"big5", "big5-hkscs", "big5hkscs", "cp950"},
    "cp1252": {"windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "iso8859-15", "iso-8859-15"},
}
_SHOWN = {"gb18030": "GB18030", "big5": "Big5", "big5hkscs": "Big5 (Hong Kong)", "cp1252": "Windows-1252"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, without byte order mark.

    `encoding` is the name Python knows it by; `certain` says whether it follows from the bytes or was given; where
    it does not, `note` is a sentence that asks for a look.
    """

    text: str
    encoding: str
    certain: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    encoding: str
    family: str
    score: float
    characters: int


def decode(data: bytes, *, encoding: str | None = None, name: str | None = None) -> Decoded:
    """The text in `data`; `encoding` overrides all detection, `name` is the file's name for messages.

    Raises EncodingDoubt for an unknown `encoding`, for bytes that do not fit it (with their position, in bytes from
    0), and where no reading is plausible; UnsafeFile where the file is not text.
    """
    try:
        decoded = _decode_as(data, encoding) if encoding is not None else _detect(data)
        _refuse_binary(decoded.text)
    except InputError as error:
        error.where = display_safe(name) if name is not None else None
        raise
    return decoded


def _decode_as(data: bytes, encoding: str) -> Decoded:
    try:
        known = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        known = "undefined"
    if known in _NO_FILE_ENCODING:
        raise _no_such_encoding(encoding)
    try:
        text = data.decode(known)
    except UnicodeDecodeError as error:
        raise _misfit(known, error.start) from error
    except (LookupError, ValueError) as error:
        raise _no_such_encoding(encoding) from error
    return Decoded(text.removeprefix("\ufeff"), known, certain=True)


def _no_such_encoding(encoding: str) -> EncodingDoubt:
    return EncodingDoubt(
        f"There is no text encoding called “{display_safe(encoding[:40])}”.",
        fix="Common ones are utf-8, utf-16, gb18030, big5 and cp1252.",
    )


def _misfit(encoding: str, position: int) -> EncodingDoubt:
    return EncodingDoubt(
        f"The file is not in {encoding}: byte {position} does not fit.",
        fix="Name another one with --encoding, or leave it out to have it detected.",
    )


def _refuse_binary(text: str) -> None:
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > max(3, _MOST_CONTROLS * len(text)):
        raise UnsafeFile(
            "This is not a text file: it holds NUL or many control characters.",
            fix="Open it in the program that wrote it and save it as UTF-8 text.",
        )


def _detect(data: bytes) -> Decoded:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(encoding), encoding, certain=True)
            except UnicodeDecodeError as error:
                raise _misfit(encoding, len(mark) + error.start) from error
    if b"\x00" not in data:
        try:
            return Decoded(data.decode("utf-8"), "utf-8", certain=True)
        except UnicodeDecodeError as error:
            _refuse_damaged_utf8(data, error.start)
    wide = _wide(data)
    if wide is not None:
        return wide
    if b"\x00" in data:
        _refuse_binary("\x00")
    return _best_of(data)


def _refuse_damaged_utf8(data: bytes, position: int) -> None:
    """Raise where the file is UTF-8 but for a few bytes: any other reading would garble all the rest."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(len(run) for run in _NON_ASCII.findall(text)) - bad
    if good > 9 * bad:
        raise EncodingDoubt(
            f"The file looks like UTF-8, but byte {position} does not fit: it is damaged there.",
            fix="Mend it in the program that wrote it, or pass --encoding.",
        )


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without byte order mark, in the byte order that gives plausible text; None where neither does."""
    if len(data) % 2:
        return None
    best: tuple[float, str, str] = (0.0, "", "")
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        best = max(best, (_wide_score(text), encoding, text))
    score, encoding, text = best
    return Decoded(text, encoding, certain=True) if score >= _LEAST_WIDE else None


def _wide_score(text: str) -> float:
    """Share of characters (0 to 1) that a Chinese, English or German text is mostly made of; 0 with a NUL."""
    sample = text[:_CHARACTERS_SCORED]
    if "\x00" in text:
        return 0.0
    usual = sum(1 for c in sample if " " <= c <= "~" or c in "\t\r\n" or _is_usual(c))
    return usual / len(sample)


def _is_usual(character: str) -> bool:
    return character in _COMMON or character in _CJK_MARKS or character in _WESTERN


def _best_of(data: bytes) -> Decoded:
    readings = [reading for family in _FAMILIES if (reading := _reading(data, family)) is not None]
    readings.sort(key=lambda reading: -reading.score)
    if not readings or readings[0].score < _LEAST_PLAUSIBLE:
        raise EncodingDoubt(
            "The file fits none of the encodings that qcode tries (UTF-8, UTF-16, GB18030, Big5, Windows-1252).",
            fix="Save it as UTF-8, or name its encoding with --encoding.",
        )
    best = readings[0]
    lead = best.score - readings[1].score if len(readings) > 1 else 1.0
    clear = best.score >= _SURE_SCORE and lead >= _SURE_LEAD
    if clear and (best.characters >= _SURE_CHARACTERS or _chardet_agrees(data, best.family)):
        return Decoded(best.text, best.encoding, certain=True)
    note = f"The file looks like {_SHOWN[best.encoding]}; check that it reads well, or pass --encoding."
    return Decoded(best.text, best.encoding, certain=False, note=note)


def _chardet_agrees(data: bytes, family: str) -> bool:
    """A second opinion for short texts, where one rule alone is not enough to be sure."""
    import chardet

    guess = chardet.detect(data[:_CHARDET_BYTES])["encoding"]
    return guess is not None and guess.casefold() in _CHARDET_NAMES[family]


def _reading(data: bytes, family: str) -> _Reading | None:
    """The text as one family of encodings reads it, scored; None where the bytes do not fit."""
    for encoding in _FAMILIES[family]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        total, number = _western_value_of(text) if family == "cp1252" else _chinese_value_of(text, family)
        return _Reading(text, encoding, family, total / max(1, number), number)
    return None


class _Runs(NamedTuple):
    """Stretches of characters beyond ASCII.

    `long` is all of the long ones; `short` counts the others, each with the number of letters A to Z beside it.
    """

    long: str
    short: Counter[tuple[str, int]]


def _runs(text: str) -> _Runs:
    long: list[str] = []
    short: Counter[str] = Counter()
    for match in islice(_NON_ASCII.finditer(text), _RUNS_SCORED):
        start, end = match.span()
        if end - start > _LONGEST_WESTERN_RUN:
            long.append(text[start : min(end, start + _RUN_SCORED)])
        else:
            short[text[max(0, start - 1) : end + 1]] += 1
    counted: Counter[tuple[str, int]] = Counter()
    for around, times in short.items():
        beside = sum(1 for character in around if character.isascii() and character.isalpha())
        counted["".join(character for character in around if not character.isascii()), beside] += times
    return _Runs("".join(long), counted)


def _western_value_of(text: str) -> tuple[float, int]:
    """The sum of values over the characters beyond ASCII, and their number.

    The value is 1 for each that stands as it would in a German or French word, and -1 for each other.
    """
    long, short = _runs(text)
    total, number = -float(len(long)), len(long)
    for (run, letters_beside), times in short.items():
        total += times * sum(_western_value(character, letters_beside) for character in run)
        number += times * len(run)
    return total, number


def _western_value(character: str, letters_beside: int) -> float:
    if character not in _WESTERN:
        return -1.0
    if character.isalpha():
        return 1.0 if letters_beside else 0.5
    # A superscript 3 inside a word is a letter of some other encoding.
    return 1.0 if letters_beside < _BOTH_SIDES or character in _INSIDE_WORDS else -1.0


def _chinese_value_of(text: str, family: str) -> tuple[float, int]:
    """The sum of values over the characters beyond ASCII, and their number: how usual each is in Chinese text."""
    long, short = _runs(text)
    counts = Counter(long)
    total, number = 0.0, 0
    for (run, letters_beside), times in short.items():
        if len(run) == 1 and letters_beside == _BOTH_SIDES:
            # As ö in “größer”, read in two bytes with its neighbour.
            total -= times
            number += times
        else:
            for character in run:
                counts[character] += times
    total += sum(times * _chinese_value(character, family) for character, times in counts.items())
    return total, number + counts.total()


@lru_cache(maxsize=20_000)
def _chinese_value(character: str, family: str) -> float:
    if character in _COMMON or character in _CJK_MARKS:
        return 1.0
    if not "\u4e00" <= character <= "\u9fff":
        return -1.0
    standard, first_rare = _FIRST_LEVEL[family]
    try:
        lead = character.encode(standard)[0]
    except UnicodeEncodeError:
        return -0.5
    # Both standards put the characters in use first, and the rare ones in a second level behind them.
    return 0.3 if lead < first_rare else -0.5
