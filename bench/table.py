"""What was asked, what was measured, and is it enough? The verdicts are computed, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Target:
    """One figure that is asked for."""

    name: str
    unit: str
    must: float | None = None
    """Without it the figure is only told."""
    aim: float | None = None
    more_is_better: bool = False


def at_least(name: str, unit: str, must: float | None = None, aim: float | None = None) -> Target:
    """Ask for a figure that is the better the larger it is."""
    return Target(name, unit, must, aim, more_is_better=True)


def at_most(name: str, unit: str, must: float | None = None, aim: float | None = None) -> Target:
    """Ask for a figure that is the better the smaller it is."""
    return Target(name, unit, must, aim)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, measured several times."""

    target: Target
    values: tuple[float, ...]
    note: str = ""

    @property
    def verdict(self) -> str:
        """Compare the median with what is asked."""
        if not self.values:
            return "not measured"
        if self.target.must is None:
            return ""
        if not self._reaches(self.target.must):
            return "MISS"
        aimed = self.target.aim is not None and self._reaches(self.target.aim)
        return "PASS, aim reached" if aimed else "PASS"

    def _reaches(self, bound: float) -> bool:
        found = median(self.values)
        return found >= bound if self.target.more_is_better else found <= bound


@dataclass(slots=True)
class Sheet:
    """All figures of a run, in their order."""

    figures: list[Figure] = field(default_factory=list)

    def add(self, target: Target, values: Sequence[float], note: str = "") -> None:
        """Take a figure, and show it at once: a bench is long."""
        figure = Figure(target, tuple(values), note)
        self.figures.append(figure)
        print("   ", *_row(figure), sep="  ", flush=True)

    def text(self) -> str:
        """Give the table, in Markdown."""
        head = ("figure", "must", "aim", "measured: median (min .. max)", "")
        rows = [head, *(_row(figure) for figure in self.figures)]
        wide = [max(len(row[column]) for row in rows) for column in range(len(head))]
        rule = tuple("-" * width for width in wide)
        lines = (_line(row, wide) for row in (rows[0], rule, *rows[1:]))
        return "\n".join(lines)

    def missed(self) -> int:
        """Count the targets that were missed."""
        return sum(figure.verdict == "MISS" for figure in self.figures)


def _row(figure: Figure) -> tuple[str, str, str, str, str]:
    target, sign = figure.target, "≥" if figure.target.more_is_better else "≤"
    must = "" if target.must is None else f"{sign} {_number(target.must)}"
    aim = "" if target.aim is None else f"{sign} {_number(target.aim)}"
    said = f"{figure.verdict}{'; ' if figure.verdict and figure.note else ''}{figure.note}"
    return target.name, must, aim, _measured(figure), said


def _measured(figure: Figure) -> str:
    if not figure.values:
        return ""
    low, middle, high = min(figure.values), median(figure.values), max(figure.values)
    spread = f" ({_number(low)} .. {_number(high)})" if len(figure.values) > 1 else ""
    return f"{_number(middle)}{spread} {figure.target.unit}".strip()


def _number(value: float) -> str:
    if abs(value) >= 100:  # noqa: PLR2004 - three digits tell enough
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")


def _line(row: Sequence[str], wide: Sequence[int]) -> str:
    return (
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)) + " |"
    )
