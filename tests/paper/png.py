"""A picture as typst makes it (8 bits of red, green, blue and alpha, not interlaced), read without a library (PNG, third edition, 9.2)."""

import struct
import zlib

SHADES = " .:-=+*#%@"
INK = 0.5
"""The darkness, of 1, that has the last shade: lines of text are grey from afar."""


def shades(png: bytes) -> list[str]:
    """A line of text for each row of pixels, a character of SHADES for each pixel: the darker, the later."""
    rows = _rows(png)
    last = len(SHADES) - 1
    return [
        "".join(SHADES[min(round((1 - sum(row[at : at + 3]) / 765) / INK * last), last)] for at in range(0, len(row), 4)).rstrip() for row in rows
    ]


def unlike(one: list[str], other: list[str]) -> float:
    """The share of pixels that are more than one shade apart; 1 for pictures of different size."""
    if len(one) != len(other):
        return 1.0
    width = max(map(len, one + other))
    pairs = [(SHADES.index(a), SHADES.index(b)) for x, y in zip(one, other, strict=True) for a, b in zip(x.ljust(width), y.ljust(width), strict=True)]
    return sum(abs(a - b) > 1 for a, b in pairs) / len(pairs)


def _rows(png: bytes) -> list[bytes]:
    width, _height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, colour, interlaced) == (8, 6, 0)
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    raw, step = zlib.decompress(data), 4 * width + 1
    rows: list[bytes] = []
    above = bytes(4 * width)
    for start in range(0, len(raw), step):
        above = _unfiltered(raw[start], raw[start + 1 : start + step], above)
        rows.append(above)
    return rows


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    row = bytearray(line)
    for at in range(len(row)):
        left, up, corner = (row[at - 4] if at >= 4 else 0), above[at], (above[at - 4] if at >= 4 else 0)
        row[at] = (row[at] + (0, left, up, (left + up) // 2, _nearest(left, up, corner))[kind]) & 255
    return bytes(row)


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
