"""How are figures shown? As a table that can be pasted into a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Give a Markdown table; figures stand to the right."""
    written = [[str(cell) for cell in row] for row in rows]
    right = [all(_is_figure(row[n]) for row in written) for n in range(len(columns))]
    lines = ["| " + " | ".join(columns) + " |"]
    lines.append("|" + "|".join("--:" if each else ":--" for each in right) + "|")
    lines += ["| " + " | ".join(row) + " |" for row in written]
    return "\n".join(lines)


def _is_figure(cell: str) -> bool:
    return cell[:1].isdigit() or cell[:1] in {"-", "±"}
