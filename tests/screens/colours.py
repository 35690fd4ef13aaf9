"""The difference between colours as people see it."""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

_MIDDLE = 25.0**7


def linear(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of a text such as ``#0050b8`` as amounts of light, from 0 to 1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def distance(one: str, other: str) -> float:
    """Return the difference of two colours: 1 is just visible, and hues that have names differ by 15 and more.

    Source: CIEDE2000, as in Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula" (2005).
    """
    (light1, a1, b1), (light2, a2, b2) = _lab(one), _lab(other)
    grey = 1.5 - 0.5 * _share((hypot(a1, b1) + hypot(a2, b2)) / 2)
    chroma1, chroma2 = hypot(a1 * grey, b1), hypot(a2 * grey, b2)
    hue1, hue2 = degrees(atan2(b1, a1 * grey)) % 360, degrees(atan2(b2, a2 * grey)) % 360
    turn = (hue2 - hue1 + 180) % 360 - 180
    chroma, hue, light = (chroma1 + chroma2) / 2, (hue1 + turn / 2) % 360, (light1 + light2) / 2
    weight = 1 - 0.17 * cos(radians(hue - 30)) + 0.24 * cos(radians(2 * hue))
    weight += 0.32 * cos(radians(3 * hue + 6)) - 0.2 * cos(radians(4 * hue - 63))
    lighter = (light2 - light1) / (1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2))
    stronger = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    turned = 2 * sqrt(chroma1 * chroma2) * sin(radians(turn / 2)) / (1 + 0.015 * chroma * weight)
    blue = -2 * _share(chroma) * sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt(lighter**2 + stronger**2 + turned**2 + blue * stronger * turned)


def _share(chroma: float) -> float:
    return sqrt(chroma**7 / (chroma**7 + _MIDDLE))


def _lab(colour: str) -> tuple[float, float, float]:
    """Return lightness, and the amounts of red against green and of yellow against blue, in daylight."""
    red, green, blue = linear(colour)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
