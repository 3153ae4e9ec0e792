"""Reading a PNG as the eye does: how dark each place of it is. By the standard library, for eight-bit pictures that are not interlaced."""

import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """Luminance by row and column, 0 = black."""

    rows: list[bytes]
    ppi: int

    def is_dark(self, left: float, top: float) -> bool:
        """Whether the place is dark, so many millimetres from the left and from the top."""
        return self.rows[int(top * self.ppi / 25.4)][int(left * self.ppi / 25.4)] < 128


def read(png: bytes, ppi: int) -> Picture:
    at, data, head = 8, b"", b""
    while at < len(png):
        (size,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        head, data = (png[at + 8 : at + 8 + size] if kind == b"IHDR" else head), data + (png[at + 8 : at + 8 + size] if kind == b"IDAT" else b"")
        at += 12 + size
    width, _height, depth, colour, _packing, _filter, interlaced = struct.unpack(">IIBBBBB", head)
    assert (depth, interlaced) == (8, 0)
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    rows = _unfiltered(zlib.decompress(data), width * channels, channels)
    return Picture([bytes(row[::channels]) for row in rows], ppi)


def _unfiltered(data: bytes, width: int, channels: int) -> list[bytearray]:
    """The rows as they were before PNG's filters 0 to 4 (PNG specification, 9.2)."""
    rows, above = [], bytearray(width)
    for start in range(0, len(data), width + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + width])
        for at in range(width if kind else 0):
            left, corner = (row[at - channels], above[at - channels]) if at >= channels else (0, 0)
            guess = {1: left, 2: above[at], 3: (left + above[at]) // 2, 4: 0}[kind] if kind != 4 else _paeth(left, above[at], corner)
            row[at] = (row[at] + guess) & 255
        rows.append(row)
        above = row
    return rows


def _paeth(left: int, above: int, corner: int) -> int:
    near = left + above - corner
    return min((left, above, corner), key=lambda value: abs(near - value))
