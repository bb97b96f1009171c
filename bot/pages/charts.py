"""How does a year look? Charts as plain SVG, drawn by pygal and dressed by our own style sheet.

What pygal adds for scripts, and its own style, is taken away again: what is left obeys a policy that allows
neither, and follows light and dark. Each chart says its point in words and has a table beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markupsafe import Markup

from bot.domain.money import DECIMALS
from bot.pages.writing import MONTHS, amount, month, short

WIDTH, HEIGHT = 600, 260
"""The box that a chart is drawn in; a page scales it to its column."""

TICKS_AT_MOST = 5
"""Lines across a chart; our own limit."""

LABEL_SIZE = 15
"""Size of the letters, in the chart's own units: legible where a phone shows half of them."""

_NAMESPACES = re.compile(r' xmlns(?::xlink)?="[^"]*"')
_LONG_NUMBER = re.compile(r"\d+\.\d{2,}")
_FOR_SCRIPTS = ("overlay", "titles")
_COORDINATES = frozenset({"x", "y", "width", "height", "d", "transform"})


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of amount, month by month."""

    name: str
    minor: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: the drawing, what it says, and the same as a table."""

    key: str
    title: str
    words: str
    svg: Markup
    currency: str
    months: tuple[str, ...]
    series: tuple[Series, ...]
    known: frozenset[str] = frozenset()
    """Months that have a part of the ledger: the table leads there."""

    def rows(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Give the table: a month, and its amount in each series."""
        for n, name in enumerate(self.months):
            yield name, tuple(each.minor[n] for each in self.series)


def chart(
    key: str,
    title: str,
    words: str,
    currency: str,
    months: tuple[str, ...],
    series: tuple[Series, ...],
    *,
    known: frozenset[str] = frozenset(),
    stacked: bool = False,
) -> Chart:
    """Draw amounts in one currency, month by month."""
    drawn = _drawn(currency, months, series, stacked=stacked)
    svg = Markup(_cleaned(drawn, key, title, words))  # noqa: S704 - ElementTree has escaped it
    return Chart(key, title, words, svg, currency, months, series, known)


def _drawn(
    currency: str, months: tuple[str, ...], series: tuple[Series, ...], *, stacked: bool
) -> str:
    from bot.pages import drawing as pen  # noqa: PLC0415 - pygal takes 6 MB until somebody looks

    kind = pen.StackedBar if stacked else pen.Bar
    columns = list(zip(*(each.minor for each in series), strict=True))
    most = max((sum(each) if stacked else max(each) for each in columns), default=0)
    drawing = kind(
        width=WIDTH,
        height=HEIGHT,
        js=[],
        css=[],
        style=pen.Style(label_font_size=LABEL_SIZE, major_label_font_size=LABEL_SIZE),
        show_legend=False,
        truncate_label=-1,
        margin=0,
        margin_top=10,
        margin_bottom=4,
        spacing=8,
        no_data_text="",
        disable_xml_declaration=True,
    )
    drawing.x_labels = [_label(name) for name in months]
    drawing.y_labels = ticks(most, 10 ** DECIMALS[currency])
    drawing.y_labels_major = []
    for each in series:
        values = zip(months, each.minor, strict=True)
        drawing.add(
            each.name,
            [{"value": v, "formatter": _named(name, each.name, currency)} for name, v in values],
        )
    drawing.value_formatter = lambda value: short(round(value), currency).partition(" ")[2]
    return str(drawing.render())


def ticks(most: int, unit: int) -> list[int]:
    """Choose the lines across a chart: 1, 2 or 5 times a power of ten apart, from nothing to the most."""
    step = unit
    while step * TICKS_AT_MOST < most:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    count = max(1, -(-most // step))
    return [step * n for n in range(count + 1)]


def _named(name: str, series: str, currency: str) -> Callable[[float], str]:
    """Write what a bar says to whoever points at it."""
    return lambda value: f"{month(name)}: {amount(round(value), currency)} {series.lower()}"


def _label(name: str) -> str:
    """Write a month in a few letters; where a year begins, its number stands."""
    year, _, number = name.partition("-")
    return year if number == "01" else MONTHS[int(number) - 1][:3]


def _cleaned(drawn: str, key: str, title: str, words: str) -> str:
    """Leave the shapes and the letters, and put our own title and description before them."""
    plain = _NAMESPACES.sub("", drawn[drawn.index("<svg") :])
    root = ET.fromstring(plain)  # noqa: S314 - our own drawing
    _speak_through_titles(root)
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_extra(child):
                parent.remove(child)
    root.attrib.clear()
    root.attrib.update(
        {
            "class": "drawing",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "role": "img",
            "aria-labelledby": f"{key}-title {key}-words",
        }
    )
    for n, (tag, text) in enumerate((("title", title), ("desc", words))):
        said = ET.Element(tag, {"id": f"{key}-{'words' if tag == 'desc' else tag}"})
        said.text = text
        root.insert(n, said)
    for element in root.iter():
        for name in _COORDINATES & element.attrib.keys():
            element.set(name, _LONG_NUMBER.sub(_shortened, element.attrib[name]))
    return ET.tostring(root, encoding="unicode")


def _speak_through_titles(root: ET.Element) -> None:
    """Let each bar say its amount when it is pointed at, without a script."""
    for old in root.findall("title"):
        root.remove(old)
    for bar in root.iter("g"):
        said = bar.find("desc[@class='value']")
        if said is not None:
            ET.SubElement(bar, "title", {"class": "said"}).text = said.text


def _is_extra(element: ET.Element) -> bool:
    if element.tag in {"defs", "desc", "script", "style"}:
        return True
    if element.tag == "title":
        return element.get("class") != "said"
    return any(word in element.get("class", "") for word in _FOR_SCRIPTS)


def _shortened(found: re.Match[str]) -> str:
    """Write a coordinate with one decimal: nobody sees more."""
    return f"{float(found.group()):.1f}"
