"""What conditions can ask for, and which values there are to choose from."""

from __future__ import annotations

from qcode.core.where import Attribute
from qcode.services.recorded import Recorded


def test_values_to_choose_from_each_once_and_in_order(anna):
    recorded = Recorded(anna)
    assert recorded.values(Attribute("case", "mechanism")) == ["arranged", "mandated"]
    assert recorded.values(Attribute("speaker", "label")) == ["I", "R"]
    assert recorded.values(Attribute("case", "no such column")) == []
