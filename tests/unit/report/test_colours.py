"""The colours of the page, measured: contrast, and how far apart they stay for the colour-blind."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from whowhom.report.page import style

Colour = NDArray[np.float64]

# Machado, Oliveira and Fernandes 2009, IEEE TVCG 15, 1291-1298, severity 1.0, on linear RGB.
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
THEMES = ("light", "dark", "print")


def themes() -> dict[str, dict[str, Colour]]:
    """Read the named colours of the three themes."""
    blocks = re.findall(r":root \{(.*?)\}", style(), re.DOTALL)
    return {
        name: {key: linear(value) for key, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block)}
        for name, block in zip(THEMES, blocks, strict=True)
    }


def linear(text: str) -> Colour:
    digits = text.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    values = np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    return np.asarray(np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4))


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of WCAG 2.2 [1]."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    high, low = sorted((float(one @ weights), float(other @ weights)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(colour: Colour) -> Colour:
    """CIE L*a*b* at the white of sRGB."""
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = matrix @ np.clip(colour, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read(theme: str) -> None:
    """All words reach a contrast of 4.5 to 1 on every ground they stand on."""
    named = themes()[theme]
    for ground in ("paper", "warn", "raised"):
        for ink in ("ink", "quiet", "link"):
            assert contrast(named[ink], named[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_lines_can_be_seen(theme: str) -> None:
    """Lines and marks reach 4.5 to 1 on the ground and 3 to 1 on their own light band; pale records reach 4 to 1."""
    named = themes()[theme]
    for line in ("history", "arm", "record"):
        assert contrast(named[line], named["paper"]) >= 4.5, line
    for line in ("history", "arm"):
        assert contrast(named[line], named[f"{line}-band"]) >= 3.0, line
        assert contrast(named[f"{line}-band"], named[f"{line}-middle"]) >= 1.25, line
    assert contrast(named["record-pale"], named["paper"]) >= 4.0


@pytest.mark.parametrize("theme", THEMES)
def test_history_and_arm_stay_apart(theme: str) -> None:
    """The colours of history and arm differ by more than 40 (CIE 1976) for the three common colour-vision deficiencies."""
    named = themes()[theme]
    for name, matrix in {"none": np.eye(3), **BLINDNESS}.items():
        seen = [lab(np.array(matrix) @ named[colour]) for colour in ("history", "arm")]
        difference = float(np.linalg.norm(seen[0] - seen[1]))
        print(f"{theme}, {name}: difference {difference:.0f}")
        assert difference > 40.0, name


def test_the_measure_sees_confusion() -> None:
    """A red and a green that the red-blind confuse are seen to be close, and far apart for others."""
    red, green = linear("#c03030"), linear("#6a6a10")
    for matrix, low, high in ((np.eye(3), 60, 200), (np.array(BLINDNESS["protan"]), 0, 30)):
        assert low < np.linalg.norm(lab(matrix @ red) - lab(matrix @ green)) < high


def test_every_colour_has_a_name() -> None:
    """No rule of the style sheet names a colour but the lists at its top, so that every theme is whole."""
    sheet = style()
    rules = re.sub(r":root \{.*?\}", "", sheet, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,6}\b(?![^{]*\{)", rules) == []
    found = themes()
    assert set(found["light"]) == set(found["dark"]) == set(found["print"])
    used = set(re.findall(r"var\(--([a-z-]+)\)", sheet))
    assert used <= set(found["light"])
