"""A self-contained page with the days drawn on a map: inline SVG, nothing from the network."""

from html import escape
from math import cos, radians
from pathlib import Path
from typing import Any

from clients.python.demo.itinerary import DayView
from clients.python.demo.tables import money

COLOURS = ("#c2410c", "#1d4ed8", "#15803d", "#7e22ce", "#b45309", "#0e7490", "#be185d", "#4d7c0f", "#334155", "#a21caf")
WIDTH, HEIGHT, MARGIN = 640, 420, 36

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1080px; padding: 0 1rem; color: #1f2937 }
section { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.5rem; margin: 2rem 0 }
svg { width: 100%; background: #f3f4f6; border-radius: 8px } h2 { grid-column: 1 / -1; margin: 0 }
ol { margin: 0; padding-left: 1.4rem } small { color: #6b7280 } text { font: 11px system-ui, sans-serif }
@media (max-width: 760px) { section { grid-template-columns: 1fr } }
"""


def write_page(path: Path, title: str, days: list[DayView], result: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    notes = "".join(f"<li>{escape(line)}</li>" for line in result.get("compromises", []))
    body = "".join(_section(number, day) for number, day in enumerate(days))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{escape(title)}</h1>{f'<ul>{notes}</ul>' if notes else ''}{body}</html>\n",
        encoding="utf-8",
    )
    return path


def _section(number: int, day: DayView) -> str:
    colour = COLOURS[number % len(COLOURS)]
    items = "".join(
        f"<li><b>{escape(stop.get('at') or '')}</b> {escape(stop['name'])} <small>{stop['minutes']} min{_cost(stop)}"
        f"<br>{escape(stop.get('why') or '')}</small></li>"
        for stop in day.stops
    )
    heading = f"<h2>{escape(day.title)} <small>{escape(day.date)}</small></h2>"
    return f"<section>{heading}{_map(day, colour)}<ol>{items}</ol></section>"


def _cost(stop: dict[str, Any]) -> str:
    cost = stop.get("cost")
    return f", {money(cost['amount'], cost['currency'])}" if cost and cost["amount"] else ""


def _map(day: DayView, colour: str) -> str:
    """The day's stops and the way between them, north up, to scale."""
    placed = [(n, stop) for n, stop in enumerate(day.stops, start=1) if stop.get("lat") is not None]
    if not placed:
        return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}"></svg>'
    middle = sum(stop["lat"] for _, stop in placed) / len(placed)
    flat = [(stop["lng"] * cos(radians(middle)), -stop["lat"]) for _, stop in placed]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    spread = max(max(x for x, _ in flat) - left, (max(y for _, y in flat) - top) * WIDTH / HEIGHT, 0.002)
    scale = (WIDTH - 2 * MARGIN) / spread
    points = [(MARGIN + (x - left) * scale, MARGIN + (y - top) * scale) for x, y in flat]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{colour}"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" fill="#fff" text-anchor="middle">{number}</text>'
        f'<text x="{x + 14:.1f}" y="{y + 4:.1f}">{escape(stop["name"])}</text>'
        for (x, y), (number, stop) in zip(points, placed, strict=True)
    )
    height = max(y for _, y in points) + MARGIN
    return (
        f'<svg viewBox="0 0 {WIDTH + 120} {height:.0f}" role="img" aria-label="Map of {escape(day.title)}">'
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="6 4"/>{dots}</svg>'
    )
