from __future__ import annotations

import pytest

from qcode.core.viewpoint import Viewpoint


@pytest.mark.parametrize(
    ("view", "others", "blind"),
    [
        (Viewpoint("anna"), True, False),
        (Viewpoint("anna", own_only=True), False, False),
        (Viewpoint("anna", round="r1"), False, True),
        (Viewpoint("anna", round="r1", own_only=True), False, True),
        (Viewpoint("anna", round=""), False, True),
    ],
)
def test_who_sees_whom(view, others, blind):
    assert view.sees("anna")
    assert view.sees("bo") is others
    assert view.blind is blind
