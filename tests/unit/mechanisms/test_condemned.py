"""Delayed executions and captives, by hand (E38, E39)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats
from tests.machine_worlds import small_layout, small_world

from whowhom.engine.population import (
    ARMED,
    CAMP,
    CAPTIVE_CASE,
    CHILD,
    CONDEMNED,
    DEAD,
    DETAINED,
    EXECUTED,
    EXILE,
    HIT,
    OPEN_CASE,
    PARTY,
    QUIET,
    ROLE_BITS,
    URBAN,
    World,
)
from whowhom.mechanisms import combat, condemned, counts, custody, persons, sentence

FALSE_ALARM = 1e-6
"""Chance that a statistical test here fails although the model is right (two-sided, exact)."""
DEATH = {
    "repression.conviction": 1.0,
    "repression.share_executed": 1.0,
    "repression.custody_weeks": 1.0,
    "names.base": 0.0,
    "names.per_torture": 0.0,
}


def world(values: Mapping[str, float] | None = None, *, off: tuple[str, ...] = (), times: int = 1) -> World:
    """A small world of villages and party communities, with full use of every instrument."""
    w = small_world(values, off=off, layout=small_layout(kinds=("village", "party"), times=times)).arrays
    w.use[:] = 1.0
    w.province.execution_use[:] = 1.0
    return w


def adults(w: World, wanted: int, *, role: int | None = None) -> list[int]:
    """The first adults (of a role)."""
    return [
        i for i in range(len(w.state)) if (w.role[i] & ROLE_BITS == role if role else w.role[i] & ROLE_BITS != CHILD)
    ][:wanted]


def arrested(w: World, people: list[int], origin: int = OPEN_CASE) -> None:
    """Arrest people and let a week pass."""
    for i in people:
        persons.arrest(w, i, origin)
    counts.count(w, 0)


def waiting(w: World) -> list[int]:
    return np.flatnonzero(w.marks & CONDEMNED).tolist()


# --- E38 ------------------------------------------------------------------------------------------------------------------------------


def test_a_death_sentence_waits() -> None:
    """With a delay the condemned stay in custody, hit, alive and counted nowhere as executed; without one they are executed."""
    for delay, state in ((5.0, DETAINED), (0.99, EXECUTED)):
        w = world(DEATH | {"repression.execution_delay": delay})
        people = adults(w, 20)
        arrested(w, people)
        custody.question(w, 1)
        assert (w.state[people] == state).all()
        assert (w.marks[people] & HIT != 0).all()
        late = delay >= 1
        assert waiting(w) == (people if late else [])
        assert w.province.condemned.sum() == 20 * late
        assert w.stratum.week_executed.sum() == 20 * (not late)


def test_the_condemned_are_not_questioned_again() -> None:
    """Custody passes over who is condemned, whatever its chance of ending."""
    w = world(DEATH | {"repression.execution_delay": 520.0})
    people = adults(w, 20)
    arrested(w, people)
    custody.question(w, 1)
    counts.count(w, 1)
    custody.question(w, 2)
    assert (w.state[people] == DETAINED).all()
    assert (w.marks[people] & HIT == 0).all()
    assert w.province.condemned.sum() == 20


@pytest.mark.parametrize("delay", [1.0, 4.0])
def test_waiting_alone_is_geometric(delay: float) -> None:
    """Isolated, of n condemned a binomial share 1 / d is executed in a week. Null: that share; size 600; exact two-sided test at 1e-6."""
    w = world(DEATH | {"repression.execution_delay": delay}, times=2)
    people = adults(w, 600)
    arrested(w, people)
    for i in people:
        sentence.pass_sentence(w, 1, i)
    counts.count(w, 1)
    condemned.carry_out(w, 2)
    done = int((w.state[people] == EXECUTED).sum())
    assert done == w.stratum.week_executed.sum() == 600 - len(waiting(w)) == 600 - w.province.condemned.sum()
    assert stats.binomtest(done, 600, 1 / delay).pvalue > FALSE_ALARM
    assert w.community.executed.sum() == done


def test_a_waiting_share_of_another_rate_would_be_seen() -> None:
    """Negative control: half the rate among 600 would be refused at the same size."""
    assert stats.binomtest(75, 600, 1 / 4).pvalue < FALSE_ALARM


def test_a_delay_given_up_ends_all_waiting_at_once() -> None:
    """If the delay falls below a week while persons wait, every one of them is executed in the next."""
    w = world(DEATH | {"repression.execution_delay": 520.0})
    people = adults(w, 20)
    arrested(w, people)
    custody.question(w, 1)
    counts.count(w, 1)
    w.p.repression_execution_delay = 0.0
    condemned.carry_out(w, 2)
    assert (w.state[people] == EXECUTED).all()
    assert waiting(w) == []


@pytest.mark.parametrize(
    ("off", "state", "flow"),
    [
        (("executions",), CAMP, "week_camp_sentences"),
        (("executions", "camps"), EXILE, "week_exile_sentences"),
        (("executions", "camps", "exile"), QUIET, "week_released"),
    ],
)
def test_executions_given_up_are_commuted(off: tuple[str, ...], state: int, flow: str) -> None:
    """Where executions have ended by then the condemned get the next lighter sentence that there is, or go home."""
    w = world(DEATH | {"repression.execution_delay": 1.0})
    people = adults(w, 20)
    arrested(w, people)
    custody.question(w, 1)
    counts.count(w, 1)
    for name in off:
        w.p[f"on_{name}"] = 0
    condemned.carry_out(w, 2)
    assert (w.state[people] == state).all()
    assert w.stratum[flow].sum() == 20
    assert w.stratum.week_executed.sum() == 0
    assert waiting(w) == []


def test_who_was_arrested_in_the_open_is_executed_as_such() -> None:
    """A delayed execution counts as voiced if the arrest was open, as one at once does; kin grieve eight steps."""
    w = world(DEATH | {"repression.execution_delay": 1.0})
    i = adults(w, 1)[0]
    arrested(w, [i])
    custody.question(w, 1)
    counts.count(w, 1)
    w.record &= 15
    w.community.grieving[:] = 0
    condemned.carry_out(w, 2)
    assert (w.community[0].hits, w.community[0].hits_voice, w.community[0].executed) == (1, 1, 1)
    assert set(w.record[:64] >> 4) == {0, 8}


# --- E39 ------------------------------------------------------------------------------------------------------------------------------

FIGHT = {"combat.kill_rate": 10.0, "combat.intel_base": 1.0}


def fought(captured: float, wanted: int = 400) -> tuple[World, list[int]]:
    """A week of combat in which every armed person falls."""
    w = world(FIGHT | {"combat.captured": captured}, times=2)
    people = adults(w, wanted)
    for i in people:
        persons.move(w, i, ARMED)
    counts.count(w, 0)
    w.province.troops[:] = 1e9
    combat.fight(w, 1)
    return w, people


@pytest.mark.parametrize("captured", [0.0, 0.3, 1.0])
def test_whom_combat_would_kill_is_taken_by_chance(captured: float) -> None:
    """Of those who fall a binomial share is taken alive. Null: the parameter; size 400; exact two-sided test at 1e-6 (sure at 0 and 1)."""
    w, people = fought(captured)
    taken = int((w.state[people] == DETAINED).sum())
    assert stats.binomtest(taken, 400, captured).pvalue > FALSE_ALARM
    assert (w.state[people] == DEAD).sum() == 400 - taken == w.stratum.week_combat_deaths.sum()
    assert w.stratum.week_arrests_captive.sum() == taken == w.community.arrests.sum()
    assert w.community.hits_voice.sum() == 0
    assert all(w.record[i] & 15 == 2 for i in people if w.state[i] == DETAINED)


def test_a_captives_sentence_needs_no_conviction_and_reads_no_dossier() -> None:
    """Captives are sentenced by their own shares without conviction, use of instruments or dossier; one who is in the party loses the role."""
    values = {"repression.conviction": 0.0, "captives.executed": 0.0, "captives.camp": 1.0, "captives.exile": 0.0}
    w = world(values | {"repression.custody_weeks": 1.0, "repression.dossier_severity": 1.0})
    w.use[:] = 0.0
    people = [*adults(w, 20), *adults(w, 5, role=PARTY)]
    for i in people:
        persons.move(w, i, ARMED)
    arrested(w, people, CAPTIVE_CASE)
    for i in people:
        sentence.pass_sentence(w, 1, i)
    assert (w.state[people] == CAMP).all()
    assert (w.role[people[20:]] & ROLE_BITS == URBAN).all()


def test_others_are_not_sentenced_as_captives() -> None:
    """Negative control: with the same parameters who was arrested otherwise is not convicted and goes home."""
    values = {"repression.conviction": 0.0, "captives.executed": 0.0, "captives.camp": 1.0, "captives.exile": 0.0}
    w = world(values | {"repression.custody_weeks": 1.0})
    w.use[:] = 0.0
    people = adults(w, 20)
    arrested(w, people, OPEN_CASE)
    custody.question(w, 1)
    assert (w.state[people] == QUIET).all()


def test_captives_shares_are_passed_on_as_others() -> None:
    """A sentence that is off passes its probability to the next lighter one; together they are at most 1."""
    w = world(off=("executions",))
    assert sentence.passed_on(w.p[0], 0.3, 0.5, 0.1) == pytest.approx((0.0, 0.8, 0.1))
    w = world(off=("executions", "camps"))
    assert sentence.passed_on(w.p[0], 0.3, 0.5, 0.9) == (0.0, 0.0, 1.0)
    w = world()
    assert sentence.passed_on(w.p[0], 0.7, 0.5, 0.1) == pytest.approx((0.7, 0.3, 0.0))


def test_a_captive_can_wait_for_the_execution() -> None:
    """Captivity and delay go together, as at Kronstadt: a captive sentenced to death is condemned."""
    w = world({"captives.executed": 1.0, "repression.custody_weeks": 1.0, "repression.execution_delay": 13.0})
    people = adults(w, 20)
    for i in people:
        persons.move(w, i, ARMED)
    arrested(w, people, CAPTIVE_CASE)
    custody.question(w, 1)
    assert waiting(w) == people
