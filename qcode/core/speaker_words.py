"""Words before a colon: which name a speaker, which role they name, and which head something else.

All keys here are as `turns.label_key` makes them: case-folded, single spaces.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal

__all__ = ["is_form_line", "is_no_label", "is_speaker", "role_of_label"]


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


_NUMBER = "(?:[ _-]?[0-9]{1,3}|[ _-][a-z]|(?<=[\u4e00-\u9fff])[a-z])?"

_INTERVIEWER = re.compile(
    "(?:i|iv|int|interviewer|interviewers|interviewerin|interviewende|q|question|m|mod|moderator|moderatorin|moderation"
    "|facilitator|researcher|f|frage|fragende|问|問|提问|提問|提问者|提問者|访问者|訪問者|访问员|訪問員|访员|訪員|访谈者"
    "|訪談者|访谈人|訪談人|访谈员|訪談員|采访者|採訪者|采访人|採訪人|主持|主持人|调查者|调查员|調查員|研究者|研究员|记者|記者)"
    + _NUMBER
)
_PARTICIPANT = re.compile(
    "(?:r|p|a|b|e|ip|tn|answer|respondent|interviewee|participant|informant|person|antwort|befragte|befragter"
    "|befragte person|interviewte|interviewter|interviewpartner|interviewpartnerin|teilnehmer|teilnehmerin|experte"
    "|expertin|答|回答|受访者|受訪者|受访人|受訪人|被访者|被訪者|被访谈者|被访谈人|被訪談者|被采访者|被採訪者|被调查者"
    "|访谈对象|受访对象)" + _NUMBER
)
_NUMBERED_SPEAKER = re.compile("(?:s|sp|spk|speaker|sprecher|sprecherin|说话人|发言人|發言人|讲话人)[ _-]?[0-9]{1,3}")
_AMBIGUOUS_LETTERS = {"f", "m"}
_FEW_LETTERS = 2

# What begins a form at the head of a transcript.
_FORM_WORDS = _words(
    """
    date place location city county province venue setting language title subject topic duration length recording
    recorded recorder file filename transcript transcriber transcription interview id no number code version source
    kind consent participants interviewees present project study invented datum uhrzeit ort dauer sprache titel thema
    aufnahme datei transkript transkription interviewnummer nummer anwesend projekt einwilligung
    日期 地点 地點 编号 編號 访谈编号 访谈日期 访谈时间 访谈地点 访谈方式 访谈主题 访谈对象编号 受访者编号 语言 語言
    时长 時長 访谈时长 录音 錄音 录音时长 录音编号 记录 記錄 记录人 記錄人 整理人 转录 转录人 主题 主題 标题 標題
    题目 題目 课题 项目 備註 备注 虚构访谈 虛構訪談 知情同意 单位 职务
    """
) | {"file name", "interview no", "interview id", "interview number", "transcribed by", "invented interview"}

# What heads a remark, an example or a list, and annotations that stand in brackets.
_OTHER_WORDS = _words(
    """
    note notes time zeit hinweis 说明 說明 注 声明 时间 時間 http https ftp mailto www nb ps e.g i.e eg ie etc also
    and but or so well okay ok yes no first firstly second secondly third thirdly fourth finally lastly example
    examples summary conclusion result results remark comment figure table box chart appendix annex chapter section
    page reference references see cf vs step point start begin end am pm a.m p.m uhr phone tel fax email e-mail url
    doi isbn unclear inaudible unintelligible laughs laughing laughter laugh pause silence crosstalk applause sighs
    coughs erstens zweitens drittens nun ja nein doch beispiel fazit ergebnis anmerkung abbildung abb tabelle tab
    kapitel seite quelle siehe vgl beginn anfang ende lacht lachen unverständlich pause schweigen 首先 其次 再次
    然后 然後 最后 最後 另外 此外 还有 還有 总之 總之 比如 例如 譬如 比方 举例 結論 结论 结果 小结 总结 问题 原因
    目的 意义 图 表 附件 附录 注释 来源 资料来源 來源 资料 参考文献 电话 传真 邮箱 网址 联系人 抄送 要点 重点 关键
    开始 结束 上午 下午 同意 反对 笑 笑声 大笑 停顿 沉默 听不清 不清 无声 掌声 咳嗽 叹气
    """
)
_ORDINAL = re.compile("第[一二三四五六七八九十百0-9]+.{0,3}|[一二三四五六七八九十]+|其[一二三四]")
# A label names somebody; it holds no pronoun, and does not lead up to what follows.
_CLAUSE_WORDS = _words(
    """
    i you he she it we they me him her us them my your his our their this that these those is are was were be has
    have had do does did will would can could should what which why how when where if because there here not ich du
    er sie es wir ihr mich mir uns ihnen mein unser das dies diese ist sind war waren hat haben wird kann nicht dass
    weil wenn wie was warum
    """
)
_LEADS_UP = _words(
    "said says say asked asks answered replied follows following think thought sagt sagte sagen fragte meinte nämlich"
    " folgendes of to for with and or the a an in on by from at as than about und oder für mit von zu der die das bei"
    " auf aus"
)
_HAN_CLAUSE = re.compile(
    "[我你您他她它这這了吗吧呢]|^(?:就是|因为|因為|所以|但是|如果|可是|不过|不過|而且|那么|那麼|虽然|關於|关于|对于|對於)"
    "|(?:说|說|道|讲|講|问|問|是|即|如下|包括|例如|比如|认为|認為|觉得|覺得|表示|指出|叫|叫做)$"
)
_HAN = re.compile("[\u3400-\u9fff]")
_MOST_HAN = 10
_ASIDE = re.compile("[(（].*$")
_LAST_NUMBER = re.compile(r"[ .]*(?:no\.? ?)?[0-9]+$")
_FORM_LINE = re.compile(r"[\s#>*_【\[]*([^\n:：*_】\]]{1,30}?)[\s*_】\]]*(?:[:：]|$)")


def _base(key: str) -> str:
    """The label without what stands in round brackets behind it."""
    return _ASIDE.sub("", key).strip() or key


@lru_cache(maxsize=4_096)
def is_speaker(key: str) -> bool:
    """Whether the label alone says that it names a speaker.

    >>> is_speaker("interviewer (wang)"), is_speaker("speaker_00"), is_speaker("wang fang")
    (True, True, False)
    """
    base = _base(key)
    return any(known.fullmatch(base) for known in (_INTERVIEWER, _PARTICIPANT, _NUMBERED_SPEAKER))


def role_of_label(key: str, others: AbstractSet[str]) -> Literal["interviewer", "participant"] | None:
    """The role that a label names, or None; `others` are all labels of the transcript.

    F and M name an interviewer (Frage, Moderator) only beside a single other letter: with more they name persons.

    >>> role_of_label("答", {"问", "答"}), role_of_label("f", {"f", "a"}), role_of_label("f", {"f", "m"})
    ('participant', 'interviewer', None)
    """
    base = _base(key)
    if base in _AMBIGUOUS_LETTERS:
        letters = {other for other in others if len(other) == 1 and other.isascii()}
        if len(letters) > _FEW_LETTERS or letters >= _AMBIGUOUS_LETTERS:
            return None
    if _INTERVIEWER.fullmatch(base):
        return "interviewer"
    return "participant" if _PARTICIPANT.fullmatch(base) else None


def is_form_line(line: str) -> bool:
    """Whether a line fills in a form, as at the head of a transcript.

    >>> is_form_line("Date: 2020-05-01"), is_form_line("**访谈编号**：AH002"), is_form_line("I: yes")
    (True, True, False)
    """
    found = _FORM_LINE.match(line)
    return found is not None and _LAST_NUMBER.sub("", " ".join(found[1].split()).casefold()) in _FORM_WORDS


@lru_cache(maxsize=4_096)
def is_no_label(key: str) -> bool:
    """Whether the words head something else than a turn, or read like the beginning of a sentence.

    >>> [is_no_label(key) for key in ("note", "第一", "他说", "the point is", "wang fang", "扶贫办王主任")]
    [True, True, True, True, False, False]
    """
    if is_speaker(key):
        return False
    base = _base(key)
    plain = _LAST_NUMBER.sub("", base)
    if plain in _FORM_WORDS or plain in _OTHER_WORDS or base in _OTHER_WORDS or _ORDINAL.fullmatch(base):
        return True
    if not any(character.isalpha() for character in key):
        return True
    words = base.replace(".", " ").split()
    if words and (words[-1] in _LEADS_UP or (len(words) > 1 and not _CLAUSE_WORDS.isdisjoint(words))):
        return True
    return bool(_HAN_CLAUSE.search(base)) or len(_HAN.findall(base)) > _MOST_HAN
