"""Replyby's mark, drawn by rule and written as PNG: a letter, and a clock that says by when."""

import math
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

Colour = tuple[int, int, int]
Distance = Callable[[float, float], float]
"""From a point to the edge of a shape, in units of the drawing; below zero within it."""

TEAL, WHITE, AMBER = (15, 76, 92), (255, 255, 255), (244, 178, 62)
ACCENT = "#{:02X}{:02X}{:02X}".format(*TEAL)

GRID = 32.0  # units that the mark is drawn on, each way
SAFE = 120 / 192  # the middle of a full picture, which no mask of Teams or Slack cuts into


@dataclass(frozen=True)
class Layer:
    """A shape in a colour; None takes away what lies beneath."""

    shape: Distance
    colour: Colour | None


def box(left: float, top: float, right: float, bottom: float, corner: float) -> Distance:
    """A rectangle with round corners."""
    x, y = (left + right) / 2, (top + bottom) / 2
    wide, high = (right - left) / 2 - corner, (bottom - top) / 2 - corner

    def distance(px: float, py: float) -> float:
        dx, dy = abs(px - x) - wide, abs(py - y) - high
        return math.hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - corner

    return distance


def disc(x: float, y: float, radius: float) -> Distance:
    return lambda px, py: math.hypot(px - x, py - y) - radius


def line(width: float, *points: tuple[float, float]) -> Distance:
    """A line through these points, with round ends and joints."""
    parts = [(ax, ay, bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(points)]

    def distance(px: float, py: float) -> float:
        nearest = math.inf
        for ax, ay, dx, dy in parts:
            along = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)
            along = min(max(along, 0.0), 1.0)
            nearest = min(nearest, math.hypot(px - ax - along * dx, py - ay - along * dy))
        return nearest - width / 2

    return distance


def edge(shape: Distance, width: float) -> Distance:
    """The outline of a shape, as wide on either side."""
    return lambda px, py: abs(shape(px, py)) - width / 2


_PAPER = box(1.0, 4.0, 28.0, 24.0, 2.5)
_CLOCK = (24.0, 22.5)
_HANDS = (_CLOCK[0], _CLOCK[1] - 3.8), _CLOCK, (_CLOCK[0] + 2.7, _CLOCK[1] + 1.4)


def full_colour(side: int) -> bytes:
    """The mark on its ground, `side` pixels square, as PNG."""
    layers = (
        Layer(_PAPER, WHITE),
        Layer(line(2.0, (3.6, 7.4), (14.5, 16.0), (25.4, 7.4)), TEAL),
        Layer(disc(*_CLOCK, 8.6), TEAL),
        Layer(disc(*_CLOCK, 6.8), AMBER),
        Layer(line(1.7, *_HANDS), TEAL),
    )
    return _png(side, layers, ground=TEAL, part=SAFE)


def outline(side: int) -> bytes:
    """The mark in white lines on nothing, `side` pixels square, as PNG."""
    paper = box(1.0, 4.0, 29.0, 24.0, 3.0)
    layers = (
        Layer(edge(paper, 2.0), WHITE),
        Layer(line(2.0, (3.5, 7.0), (15.0, 15.5), (26.5, 7.0)), WHITE),
        Layer(disc(*_CLOCK, 9.2), None),
        Layer(edge(disc(*_CLOCK, 6.5), 2.0), WHITE),
        Layer(line(1.8, *_HANDS), WHITE),
    )
    return _png(side, layers, ground=None, part=1.0)


def _png(side: int, layers: Iterable[Layer], ground: Colour | None, part: float) -> bytes:
    """Paints the layers, one over the other, into this part of the middle."""
    painted, pixels = tuple(layers), side * part / GRID  # pixels a unit
    start, rows = side * (1 - part) / 2, bytearray()
    for row in range(side):
        rows.append(0)  # no filter: PNG's own word before each row
        y = (row + 0.5 - start) / pixels
        for column in range(side):
            x = (column + 0.5 - start) / pixels
            rows += _pixel(painted, x, y, pixels, ground)
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, said) for name, said in chunks)


def _pixel(layers: tuple[Layer, ...], x: float, y: float, pixels: float, ground: Colour | None) -> bytes:
    """Red, green, blue and opacity of a point; at an edge as much of the colour as the shape covers."""
    red, green, blue = map(float, ground or WHITE)
    opacity = 0.0 if ground is None else 1.0
    for layer in layers:
        cover = min(max(0.5 - layer.shape(x, y) * pixels, 0.0), 1.0)
        if cover == 0.0:
            continue
        if layer.colour is None:
            opacity *= 1 - cover
            continue
        opacity += (1 - opacity) * cover
        red, green, blue = (
            old + (new - old) * cover for old, new in zip((red, green, blue), layer.colour, strict=True)
        )
    return bytes((round(red), round(green), round(blue), round(opacity * 255)))


def _chunk(name: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))
