from __future__ import annotations

import pytest

from qcode.core.language import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", ""),
        ("… 123 –", ""),
        ("Duisburg Wuhan", ""),
        ("我们县和隔壁的 partnership 已经 signed 了 agreement，效果不错。", "zh"),
        ("We signed it in 2015 and the county (县) was not part of this.", "en"),
        ("Wir haben das nicht unterschrieben, aber die Stadt ist dabei.", "de"),
        ("DAS IST NICHT DIE FRAGE", "de"),
        ("the und", "en"),
    ],
)
def test_guess(text, language):
    assert guess_language(text) == language


def test_only_the_beginning_counts():
    assert guess_language("the " * 10_000 + "我们" * 50_000) == "en"
