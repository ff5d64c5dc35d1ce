"""The switch of dossiers by hand (E44): without it no entry is written and every dossier reads empty; what was written before is kept."""

from __future__ import annotations

import numpy as np
import pytest
from tests.machine_worlds import small_layout, small_world

from whowhom.engine.population import CHILD, ROLE_BITS, SELF_CASE, World
from whowhom.mechanisms import persons, sentence, target
from whowhom.mechanisms.stream import NAME_TARGET, SELF_DOSSIER

SEVERE = {"repression.dossier_severity": 0.2, "repression.share_executed": 0.1, "apparatus.dossier_weight": 0.3}


def world(*, off: tuple[str, ...] = ("dossiers",)) -> World:
    """A quiet small world at its start."""
    return small_world(SEVERE, layout=small_layout(kinds=("village",)), off=off).arrays


def test_nothing_is_written_and_everything_reads_empty() -> None:
    """Without dossiers an arrest, an accusation and old entries leave the number read at 0 and the number written as it was."""
    w = world()
    i = int(np.flatnonzero(w.role & ROLE_BITS != CHILD)[0])
    w.record[i] = 16 * 3 + 7  # grief 3, seven entries
    persons.add_dossier(w, i, 4)
    persons.arrest(w, i, SELF_CASE)
    assert persons.dossier_of(w, i) == 0
    assert w.record[i] == 16 * 3 + 7
    assert persons.grief_of(w, i) == 3


def test_entries_are_read_again_when_dossiers_are_kept_again() -> None:
    """What was written before the switch went off is read after it has come back."""
    w = world()
    w.record[0] = 7
    assert persons.dossier_of(w, 0) == 0
    w.p.on_dossiers = 1
    assert persons.dossier_of(w, 0) == 7
    persons.add_dossier(w, 0, 2)
    assert persons.dossier_of(w, 0) == 9


@pytest.mark.parametrize(("off", "death"), [((), 0.1 * (1 + 0.2 * 5)), (("dossiers",), 0.1)])
def test_sentences_do_not_read_them(off: tuple[str, ...], death: float) -> None:
    """Five entries double a chance of death of a tenth at full use; without dossiers it stays a tenth."""
    w = world(off=off)
    w.use[:] = 1.0
    w.record[0] = 5
    assert sentence.shares(w, 0, persons.dossier_of(w, 0))[0] == pytest.approx(death)


def test_targets_are_not_attracted() -> None:
    """Without dossiers full ones and empty ones give the same targets; with them they do not (negative control)."""
    found = {}
    for off in ((), ("dossiers",)):
        for entries in (0, 15):
            w = world(off=off)
            w.record[:32] |= entries
            found[off, entries] = [
                target.choose(w, 5, 0, 64, False, -1, SELF_DOSSIER, k, 7 << 16, NAME_TARGET, 0) for k in range(200)
            ]
    assert found[("dossiers",), 0] == found[("dossiers",), 15]
    assert found[(), 0] != found[(), 15]
