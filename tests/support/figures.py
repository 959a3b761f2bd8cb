# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Tables and plots of what benchmarks measure."""

import math
from collections.abc import Mapping
from xml.sax.saxutils import escape

#: figures by row, and by what is compared; ``None`` where it never ended
Figures = Mapping[str, Mapping[str, float | None]]

#: what bars are filled with, in the order of what is compared
COLOURS = ("#2a6f97", "#e09f3e", "#9e2a2b", "#6a994e")

#: pixels of a plot
WIDTH, LEFT, BAR, GAP, HEAD = 860, 290, 15, 12, 64

#: pixels from the longest bar to the edge, for its figure
RIGHT = 110


def short(value: float | None) -> str:
    """Write a figure as precisely as it can be meant.

    Parameters
    ----------
    value
        Any figure.

    Returns
    -------
    str
        With three digits that count.
    """
    if value is None:
        return "never"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(figures: Figures, reference: str) -> str:
    """Write absolutes, and ratios to one of what is compared.

    Parameters
    ----------
    figures
        What was measured.
    reference
        What the others are compared with.

    Returns
    -------
    str
        Markdown.
    """
    names = list(dict.fromkeys(name for row in figures.values() for name in row))
    lines = [f"| | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for title, row in figures.items():
        cells = []
        for name in names:
            value, other = row.get(name), row.get(reference)
            text = short(value) if name in row else ""
            if value is not None and other and name != reference:
                text += f" (x {value / other:.2f})"
            cells.append(text)
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def bars(title: str, figures: Figures, *, logarithmic: bool = False) -> str:
    """Draw figures as bars.

    Parameters
    ----------
    title
        What they are, with the unit.
    figures
        What was measured: a group of bars for each row.
    logarithmic
        Whether a bar of twice the length is ten or more times as much, for figures that are far
        apart.

    Returns
    -------
    str
        SVG.
    """
    names = list(dict.fromkeys(name for row in figures.values() for name in row))
    values = [value for row in figures.values() for value in row.values() if value]
    most, least = max(values, default=1), min(values, default=1)

    def length(value: float) -> float:
        if logarithmic:
            low = math.log10(least) - 0.5
            share = (math.log10(max(value, least)) - low) / (math.log10(most) - low or 1)
        else:
            share = value / most
        return share * (WIDTH - LEFT - RIGHT)

    parts = [f'<text x="16" y="24" font-weight="bold">{escape(title)}</text>']
    left = 16
    for name, colour in zip(names, COLOURS, strict=False):
        parts.append(f'<rect x="{left}" y="36" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{left + 17}" y="47">{escape(name)}</text>')
        left += 40 + 8 * len(name)
    if logarithmic:
        parts.append(
            f'<text x="{WIDTH - 16}" y="47" text-anchor="end" font-size="11">logarithmic</text>'
        )
    top = HEAD
    for row, group in figures.items():
        middle = top + len(group) * BAR / 2 + 4
        parts.append(f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{escape(row)}</text>')
        for name, value in group.items():
            wide = length(value) if value else 0
            colour = COLOURS[names.index(name) % len(COLOURS)]
            parts.append(
                f'<rect x="{LEFT}" y="{top}" width="{wide:.0f}" height="12" fill="{colour}"/>'
                f'<text x="{LEFT + wide + 4:.0f}" y="{top + 10}" font-size="11">'
                f"{short(value)}</text>"
            )
            top += BAR
        top += GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" '
        'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(parts)}</svg>\n"
    )
