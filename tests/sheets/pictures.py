"""Pictures of pages, as grey dots that can be compared: PNG read with the standard library alone (RFC 2083)."""

import struct
import zlib
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 6: 4}
FAR = 64
"""How much lighter or darker, of 255, a dot is that looks different."""


@dataclass(frozen=True)
class Picture:
    """Rows of grey dots, 0 for black."""

    width: int
    height: int
    dots: bytes

    def unlike(self, other: "Picture") -> float:
        """The share of dots that differ; 1 where the pages have another size."""
        if (self.width, self.height) != (other.width, other.height):
            return 1.0
        return sum(abs(one - two) > FAR for one, two in zip(self.dots, other.dots, strict=True)) / len(self.dots)

    def png(self) -> bytes:
        rows = b"".join(b"\0" + self.dots[at : at + self.width] for at in range(0, len(self.dots), self.width))
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 0, 0, 0, 0)
        return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def read(png: bytes) -> Picture:
    """A PNG of 8 bits a channel, not interlaced, in grey or colour, on white paper."""
    assert png.startswith(SIGNATURE)
    at, data, head = len(SIGNATURE), b"", b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        head = body if kind == b"IHDR" else head
        data += body if kind == b"IDAT" else b""
        at += length + 12
    width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", head)
    assert (depth, interlaced) == (8, 0)
    channels = CHANNELS[colour]
    lines = _unfiltered(zlib.decompress(data), width * channels, channels)
    return Picture(width, height, bytes(_grey(line, at, channels) for line in lines for at in range(0, width * channels, channels)))


def _grey(line: bytearray, at: int, channels: int) -> int:
    if channels == 1:
        return line[at]
    grey = (line[at] * 299 + line[at + 1] * 587 + line[at + 2] * 114) // 1000
    return grey if channels == 3 else 255 - (255 - grey) * line[at + 3] // 255


def _unfiltered(data: bytes, stride: int, step: int) -> list[bytearray]:
    lines, above = [], bytearray(stride)
    for start in range(0, len(data), stride + 1):
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for at in range(stride):
            left = line[at - step] if at >= step else 0
            corner = above[at - step] if at >= step else 0
            line[at] = (line[at] + _predicted(kind, left, above[at], corner)) & 255
        lines.append(line)
        above = line
    return lines


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 3:
        return (0, left, up)[kind]
    if kind == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
