"""How figures look: bars, stacked columns, heat maps and codelines on the axes of the drawing library.

Colours are told apart without red and green: those of Okabe and Ito (Color Universal Design, 2008) for kinds, viridis
for sizes. All text was made harmless before it comes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh

__all__ = ["KINDS_OF_COLOUR", "BarsDrawing", "Codeline", "Drawing", "HeatDrawing", "Lane", "StackedDrawing"]

KINDS_OF_COLOUR = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
_HATCHES = ("", "///", "...", "xxx", "---")
_ROW = 0.24  # inches
_FRAME = 1.1
_WIDTH = 6.5  # of a page between its margins
_LINE = "#444444"
_NOTHING = "#EEEEEE"
_LARGE_LABEL = 6  # cells of a terminal, beyond which labels of columns stand slanted
_CELL = 0.07  # inches: what a character takes, and half of a Chinese one
_IN_LEGEND = 3  # names beside each other

Number: TypeAlias = float | None


@dataclass(frozen=True, slots=True)
class BarsDrawing:
    """Horizontal bars, one for each label, from the top. A value of None has no bar and a dash."""

    labels: tuple[str, ...]
    values: tuple[Number, ...]
    unit: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All text that is drawn."""
        return (*self.labels, self.unit)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return max(_WIDTH, _inches(self.labels) + 3.5), _FRAME + _ROW * max(1, len(self.labels))

    def draw(self, axes: Axes) -> None:
        """Draw it."""
        places = np.arange(len(self.labels))
        axes.barh(places, [value or 0.0 for value in self.values], color=KINDS_OF_COLOUR[0], height=0.72)
        for place, value in zip(places, self.values, strict=True):
            axes.annotate(
                _written(value), (value or 0.0, place), (3, 0), textcoords="offset points", va="center", fontsize=7
            )
        axes.set_yticks(places, self.labels, fontsize=8)
        axes.set_ylim(len(self.labels) - 0.4, -0.6)
        axes.set_xlim(0, _largest(self.values) * 1.08)
        axes.set_xlabel(self.unit, fontsize=8)
        _plain_frame(axes)


@dataclass(frozen=True, slots=True)
class StackedDrawing:
    """Columns, one for each label, stacked from series; `values[series][label]`."""

    labels: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[Number, ...], ...]
    unit: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All text that is drawn."""
        return (*self.labels, *self.series, self.unit)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        slanted = _slant(self.labels)
        legend = 0.2 * (len(self.series) // _IN_LEGEND + 1)
        return max(_WIDTH, 1.5 + slanted + 0.35 * len(self.labels)), 3.8 + slanted + legend

    def draw(self, axes: Axes) -> None:
        """Draw it."""
        places = np.arange(len(self.labels))
        below = np.zeros(len(self.labels))
        for number, (name, values) in enumerate(zip(self.series, self.values, strict=True)):
            heights = np.array([value or 0.0 for value in values])
            round_, colour = divmod(number, len(KINDS_OF_COLOUR))
            axes.bar(
                places, heights, bottom=below, color=KINDS_OF_COLOUR[colour], hatch=_HATCHES[round_ % len(_HATCHES)],
                edgecolor="white", linewidth=0.5, label=name, width=0.8,
            )  # fmt: skip
            below += heights
        slanted = _slant(self.labels) > 0
        axes.set_xticks(places, self.labels, rotation=45 if slanted else 0, ha="right" if slanted else "center")
        axes.tick_params(labelsize=8)
        axes.set_xlim(-0.6, len(self.labels) - 0.4)
        axes.set_ylim(0, max(float(below.max(initial=0.0)), 1.0) * 1.05)
        axes.set_ylabel(self.unit, fontsize=8)
        if len(self.series) > 1:
            axes.legend(
                fontsize=7,
                frameon=False,
                ncols=min(_IN_LEGEND, len(self.series)),
                loc="lower left",
                bbox_to_anchor=(0, 1),
            )
        _plain_frame(axes)


@dataclass(frozen=True, slots=True)
class HeatDrawing:
    """A heat map with its numbers; `values[row][column]`, None where there is no value."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[Number, ...], ...]
    unit: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All text that is drawn."""
        return (*self.rows, *self.columns, self.unit)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        slanted = _slant(self.columns)
        beside = _inches(self.rows) + slanted + 1.2
        return max(_WIDTH, beside + 0.55 * len(self.columns)), _FRAME + 0.3 + slanted + _ROW * max(5, len(self.rows))

    def draw(self, axes: Axes) -> None:
        """Draw it."""
        from matplotlib import colormaps
        from matplotlib.colors import Normalize

        cells = np.array([[np.nan if v is None else v for v in row] for row in self.values], dtype=np.float64)
        largest = _largest(cells[~np.isnan(cells)].tolist())
        # Dark is much, as print wants it; 0 alone is grey, so that what is there at all is seen.
        colours = colormaps["viridis_r"].with_extremes(under=_NOTHING)
        scale = Normalize(largest * 1e-6, largest)
        mesh = axes.pcolormesh(np.ma.masked_invalid(cells), cmap=colours, norm=scale, edgecolors="white", linewidth=0.6)
        for row, values in enumerate(self.values):
            for column, value in enumerate(values):
                dark = value is not None and _luminance(colours(scale(value))) < 0.5
                axes.text(
                    column + 0.5, row + 0.5, _written(value), ha="center", va="center", fontsize=6.5,
                    color="white" if dark else "black",
                )  # fmt: skip
        axes.set_yticks(np.arange(len(self.rows)) + 0.5, self.rows, fontsize=8)
        axes.set_ylim(len(self.rows), 0)
        slanted = _slant(self.columns) > 0
        axes.set_xticks(
            np.arange(len(self.columns)) + 0.5, self.columns, fontsize=8, rotation=40 if slanted else 0,
            ha="right" if slanted else "center",
        )  # fmt: skip
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        bar = axes.figure.colorbar(mesh, ax=axes, fraction=0.05, pad=0.02)
        bar.set_label(self.unit, fontsize=8)
        bar.ax.tick_params(labelsize=7)
        # Lines and areas only: no picture in the picture.
        cast("QuadMesh", bar.solids).set(rasterized=False, edgecolor="face")


@dataclass(frozen=True, slots=True)
class Lane:
    """One code in a codeline: its label, the number of its dimension (for the colour), and spans, half-open."""

    label: str
    dimension: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Codeline:
    """Where in a transcript each code stands: a lane for each, from its first character to its last."""

    lanes: tuple[Lane, ...]
    length: int
    unit: str = field(default="characters from the beginning")

    @property
    def texts(self) -> tuple[str, ...]:
        """All text that is drawn."""
        return (*(lane.label for lane in self.lanes), self.unit)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        beside = _inches([lane.label for lane in self.lanes])
        return max(7.5, beside + 5), _FRAME + _ROW * max(1, len(self.lanes))

    def draw(self, axes: Axes) -> None:
        """Draw it."""
        for place, lane in enumerate(self.lanes):
            axes.axhline(place, color="#DDDDDD", linewidth=0.5, zorder=0)
            colour = KINDS_OF_COLOUR[lane.dimension % len(KINDS_OF_COLOUR)]
            axes.broken_barh(
                [(start, end - start) for start, end in lane.spans], (place - 0.36, 0.72),
                facecolors=colour, edgecolor=colour, linewidth=0.6,
            )  # fmt: skip
        axes.set_yticks(np.arange(len(self.lanes)), [lane.label for lane in self.lanes], fontsize=8)
        axes.set_ylim(len(self.lanes) - 0.4, -0.6)
        axes.set_xlim(0, max(self.length, 1))
        axes.set_xlabel(self.unit, fontsize=8)
        _plain_frame(axes)


Drawing: TypeAlias = BarsDrawing | StackedDrawing | HeatDrawing | Codeline


def _inches(labels: Sequence[str]) -> float:
    """How wide the widest label is, roughly."""
    from rich.cells import cell_len

    return _CELL * max(map(cell_len, labels), default=0)


def _slant(labels: Sequence[str]) -> float:
    """How high slanted labels of columns stand, in inches; 0 where they are short enough to stand level."""
    widest = _inches(labels)
    return 0.7 * widest if widest > _LARGE_LABEL * _CELL else 0.0


def _largest(values: Sequence[Number]) -> float:
    return max((value for value in values if value is not None), default=0.0) or 1.0


def _written(value: Number) -> str:
    return "–" if value is None else f"{value:g}"


def _luminance(colour: Sequence[float]) -> float:
    """How bright a colour is, from 0 to 1 (ITU-R BT.709)."""
    red, green, blue = colour[:3]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _plain_frame(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_LINE)
    axes.tick_params(axis="both", labelsize=8, length=2)
