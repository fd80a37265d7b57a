"""The statistics of agreement by name, each with a line that says when it is right, and which tool prints the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qcode.errors import RequestError
from qcode.services.study import near_names
from qcode.services.table import Table

__all__ = ["CHARACTERS", "ON_TEXT", "STATISTICS", "Statistic", "short_table", "statistic_list", "statistics_named"]

CHARACTERS = "character"


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic: `heading` of its column, `says` what it is, `when` it is right.

    `pairs`: of two coders, for each pair. `percent`: shown times 100. `tools`: by unit, which program prints the same;
    under an empty unit, whatever the unit is.
    """

    name: str
    heading: str
    says: str
    when: str
    pairs: bool = False
    percent: bool = False
    tools: tuple[tuple[str, str], ...] = field(default=())

    def tool(self, unit: str) -> str:
        """The program that prints the same for this unit; empty if none is known."""
        return next((tool for known, tool in self.tools if known in (unit, "")), "")


_LIST = (
    Statistic("prevalence", "%", "share of the units that a coder gave the code", "Always: read all others beside it.",
              percent=True),
    Statistic("percent", "percent", "1 - observed disagreement, pooled over pairs of coders",
              "Beside a value beyond chance, never alone: for a rare code it is always high.", percent=True,
              tools=((CHARACTERS, "NVivo"),)),
    Statistic("percent-units", "percent of units", "mean over units of the agreeing pairs of coders (Gwet)",
              "Where some units have more coders than others and each unit shall weigh the same.", percent=True),
    Statistic("dice", "Dice", "positive agreement, 2 both / (A + B)",
              "Where it matters what is coded, and most of the text is not."),
    Statistic("jaccard", "Jaccard", "both / either", "As Dice, for two coders; stricter.", pairs=True,
              tools=((CHARACTERS, "QualCoder's “Agree coded only”"),)),
    Statistic("holsti", "Holsti", "2A / (N1 + N2) of the units that were coded",
              "Where a journal asks for it. Not corrected for chance.", pairs=True),
    Statistic("alpha", "alpha", "Krippendorff's alpha, nominal",
              "Nearly always: any number of coders, missing ones, small samples. The one to report."),
    Statistic("kappa", "kappa", "Cohen's kappa of two coders",
              "Two coders who differ in how often they code, and that shall not count against them.", pairs=True,
              tools=((CHARACTERS, "NVivo"),)),
    Statistic("kappa-pooled", "pooled kappa", "Cohen's kappa from the means of p_o and p_e over codes (De Vries)",
              "One kappa for many codes: with --by overall or dimension.", pairs=True, tools=(("", "Dedoose"),)),
    Statistic("kappa-linear", "kappa linear", "Cohen's kappa of numbers of segments, linear weights",
              "Two coders, and how often a unit has the code: near numbers agree in part.", pairs=True),
    Statistic("kappa-quadratic", "kappa quadratic", "Cohen's kappa of numbers of segments, quadratic weights",
              "As kappa-linear, where being far off is much worse than being near.", pairs=True),
    Statistic("conger", "Conger", "Conger's kappa", "Cohen's kappa for more than two coders."),
    Statistic("scott", "Scott", "Scott's pi", "Two coders who are taken for interchangeable.", pairs=True),
    Statistic("fleiss", "Fleiss", "Fleiss' kappa", "Scott's pi for more than two coders; large samples."),
    Statistic("brennan-prediger", "Brennan-Prediger", "every value as likely by chance, p_e = 1 / 2",
              "Where coders were free in how often to code; it forgives rare codes."),
    Statistic("ac1", "AC1", "Gwet's AC1, with standard error",
              "Rare or very frequent codes, where kappa falls although coders agree (the kappa paradox)."),
    Statistic("ac2", "AC2", "Gwet's AC2 of numbers of segments, quadratic weights",
              "As ac1, where it counts how often a unit has the code."),
    Statistic("alpha-ordinal", "alpha ordinal", "Krippendorff's alpha of numbers of segments, as ranks",
              "More or less of a code in a unit matters, not how much more."),
    Statistic("alpha-interval", "alpha interval", "Krippendorff's alpha of numbers of segments, as distances",
              "One segment more is the same step everywhere: code frequencies that will be averaged."),
    Statistic("alpha-ratio", "alpha ratio", "Krippendorff's alpha of numbers of segments, as proportions",
              "Twice as many is what matters: code frequencies that will be compared as rates."),
    Statistic("alpha-jaccard", "alpha sets Jaccard", "Krippendorff's alpha of the set of codes of a unit, by Jaccard",
              "Units with several codes at once, as a whole: with --by dimension or overall."),
    Statistic("alpha-masi", "alpha sets MASI", "Krippendorff's alpha of the set of codes of a unit, by MASI",
              "As alpha-jaccard, where one set inside the other is nearer than two that only overlap."),
    Statistic("alpha-codes", "alpha of codes", "Krippendorff's alpha of which code a unit has; by code, of this one",
              "Dimensions declared exclusive, in given units."),
    Statistic("fleiss-codes", "Fleiss of codes", "Fleiss' kappa of which code a unit has; by code, of this category",
              "Dimensions declared exclusive, in given units, where Fleiss' kappa is asked for."),
    Statistic("u-binary", "|u-alpha", "coded or not, by the lengths of segments and gaps (Krippendorff 2016)",
              "Coders who cut the text themselves: do they find the same stretches? Any code.",
              tools=(("", "ATLAS.ti's alpha binary"),)),
    Statistic("u-alpha", "u-alpha", "codes and gaps together",
              "As u-binary, and with the same code: dimensions declared exclusive, by dimension."),
    Statistic("cu-alpha", "cu-alpha", "codes, where two coders coded; with the share of text that it sees",
              "Do coders who code the same stretch choose the same code? Exclusive dimensions, by dimension.",
              tools=(("", "ATLAS.ti's cu-alpha"),)),
    Statistic("ku-alpha", "(k)u-alpha", "one code, where two coders coded; with the share of its text that it sees",
              "As cu-alpha, code by code."),
    Statistic("segments", "segment match", "segments found again, 2M / (N1 + N2), with errors at the boundaries",
              "Where segments are what you will count. See --overlap for how much must be shared.", pairs=True,
              percent=True, tools=(("", "MAXQDA"),)),
    Statistic("alpha-u", "alpha_U", "Krippendorff's alpha_U of 1995, offsets squared",
              "For specialists: comparison with older studies. One long segment out of place outweighs many."),
    Statistic("boundary", "boundary similarity", "Fournier's B, with turns or sentences as places",
              "For specialists: where the whole text is cut into stages or topics.", pairs=True),
    Statistic("gamma", "gamma", "Mathet's gamma: segments aligned, against chance that is drawn",
              "For specialists: two or three coders, where place and code both count. It moves with the seed."),
)  # fmt: skip

STATISTICS = {statistic.name: statistic for statistic in _LIST}


ON_TEXT = frozenset({"u-binary", "u-alpha", "cu-alpha", "ku-alpha", "segments", "alpha-u", "gamma"})
"""Statistics on where segments lie: they look at characters, whatever the unit of the others is."""


def short_table(unit: str) -> list[tuple[str, str]]:
    """What is shown where nothing is asked for: names of statistics with their units, the headline unit first."""
    first = [(name, unit) for name in ("prevalence", "percent", "dice", "alpha", "kappa")]
    return first if unit == CHARACTERS else [*first, ("alpha", CHARACTERS), ("kappa", CHARACTERS)]


def statistics_named(names: Iterable[str]) -> list[str]:
    """The names, each once. Raises RequestError for one that there is not."""
    found = list(dict.fromkeys(name.casefold() for name in names))
    for name in found:
        if name not in STATISTICS:
            near = near_names(name, STATISTICS)
            hint = f"Did you mean {', '.join(near)}? " if near else ""
            raise RequestError(
                f"There is no statistic “{name}”.", fix=f"{hint}`qcode agree --statistic list` explains all of them."
            )
    return found


def statistic_list() -> Table:
    """All statistics, each with when it is right."""
    rows = tuple(
        (s.name, s.says, s.when, "; ".join(f"{tool}{f' (by {unit})' if unit else ''}" for unit, tool in s.tools))
        for s in _LIST
    )
    notes = (
        "The short table shows prevalence, percent, dice, alpha and kappa. Ask for others with --statistic.",
        "Intervals resample transcripts. Standard errors take units for independent: too small where turns are alike.",
    )
    return Table("Statistics of agreement", ("name", "what it is", "when it is right", "as in"), rows, notes)
