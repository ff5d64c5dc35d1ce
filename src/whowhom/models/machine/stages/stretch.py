"""Week after week without a look from Python."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.bundle import Bundle
from whowhom.engine.call import call
from whowhom.engine.kernel import entry, merged
from whowhom.mechanisms.sides import has_rival, write_rival

STAGES = 10
"""Entries of a week by address: orders, demand, allot, three stages of events, changes of hands, the pass, the stock, and the writing down."""


class Course(Bundle):
    """What a stretch of weeks needs beside its world.

    Attributes
    ----------
    stages : int64 [STAGES]
        Addresses of the entries of a week, in their order.
    places : int64 [words]
        Where the words from outside go (`models.machine.outside`).
    parameters, nation : int64 [rows, words]
        The records of parameters and the nation, as words.
    rows, country : record array [2], [1]
        The records of parameters again, the regime's, into which the words go, and the rival's, which is written from it; and the nation again.
    """

    stages: NDArray[np.int64]
    places: NDArray[np.int64]
    parameters: NDArray[np.int64]
    nation: NDArray[np.int64]
    rows: Any
    country: Any


@merged
def from_outside(course, words, week):
    """Write the words of a week into the parameters of the regime and the nation, and the rival's parameters from them."""
    for k in range(len(course.places)):
        place = course.places[k]
        if place >= 0:
            course.parameters[0, place] = words[week, k]
        else:
            course.nation[0, -1 - place] = words[week, k]
    if has_rival(course.rows, course.country):
        write_rival(course.rows)


@entry
def set_out(course, words):
    """What comes from outside in one week: the first row of `words`. **Writes** p, nation. **Draws** nothing. **Cost** words."""
    from_outside(course, words, 0)


@entry
def play_stretch(w, course, ledger, t, words, rows):
    """Play weeks from `t` on, a row of `rows` for each, until the regime falls, names are lost or an inbox is more than half full.

    Parameters
    ----------
    w : World
    course : Course
    ledger : Ledger
    t : int
        The first week.
    words : int64 [weeks, words]
        What comes from outside.
    rows : float64 [weeks, LENGTH]

    Returns
    -------
    int
        Weeks played [weeks].

    **Writes** everything that a week writes, rows. **Draws** what a week draws. **Update** sequential. **Cost** that of the weeks.
    """
    provinces = len(w.province)
    for week in range(len(words)):
        from_outside(course, words, week)
        call(course.stages[0], w, t + week)
        call(course.stages[1], w, 0, provinces)
        call(course.stages[2], w)
        for k in range(3, 6):
            call(course.stages[k], w, t + week, 0, provinces)
        call(course.stages[6], w, t + week)
        call(course.stages[7], w, t + week, 0, provinces)
        call(course.stages[8], w, t + week)
        call(course.stages[9], w, ledger, rows[week])
        stop = w.nation[0].cause != 0
        for r in range(provinces):
            x = w.province[r]
            stop = stop or x.names_lost != 0 or 2 * x.inbox > x.inbox_room
        if stop:
            return week + 1
    return len(words)
