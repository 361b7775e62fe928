"""Bars as SVG, drawn by hand: no library for two plots."""

from collections.abc import Sequence
from pathlib import Path

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 300, 56, 48
COLOURS = ("#2563eb", "#d97706")


def bars(path: Path, title: str, labels: Sequence[str], series: dict[str, Sequence[float]]) -> None:
    """Draw groups of bars, the heights as shares of the highest."""
    top = max((max(values, default=0) for values in series.values()), default=0) or 1
    step = (WIDTH - LEFT - 16) / max(1, len(labels))
    wide = step * 0.8 / len(series)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="11">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="14">{title}</text>',
    ]
    for part in (0, 0.25, 0.5, 0.75, 1):
        y = HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - 44)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        )
        parts.append(
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{top * part:,.{2 if top < 10 else 0}f}</text>'
        )
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        parts.append(
            f'<text x="{WIDTH - 16 - 130 * number}" y="18" text-anchor="end" fill="{colour}">■ {name}</text>'
        )
        for at, value in enumerate(values):
            high = value / top * (HEIGHT - BOTTOM - 44)
            x = LEFT + at * step + step * 0.1 + number * wide
            parts.append(
                f'<rect x="{x:.1f}" y="{HEIGHT - BOTTOM - high:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>'
            )
    for at, label in enumerate(labels):
        x = LEFT + (at + 0.5) * step
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{label}</text>'
        )
    path.write_text("\n".join([*parts, "</svg>"]) + "\n")
