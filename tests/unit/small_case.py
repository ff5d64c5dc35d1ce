"""A small set of declarations and a sound scenario, on which the tests of parameters, settings and scenarios stand."""

from __future__ import annotations

from pathlib import Path

from whowhom.errors import UnknownNameError, unknown
from whowhom.parameters import Declarations, Parameter, Switch, log_uniform, normal, uniform

CUSTODY = Parameter(
    "repression.custody_weeks",
    symbol="d_D",
    default=8,
    low=2,
    high=26,
    unit="weeks",
    meaning="mean number of weeks in custody",
    source="Ours",
    equation="E15",
    prior=log_uniform(2, 20),
)
TROOPS = Parameter(
    "army.troops",
    symbol="M",
    default=1e5,
    low=0,
    high=1e7,
    unit="persons",
    meaning="number of troops",
    source="stylised",
    equation="E26",
)
ATTEMPTS = Parameter(
    "quota.attempts",
    symbol="n_q",
    default=8,
    low=1,
    high=20,
    unit="1",
    meaning="the largest number of persons looked at for one case",
    source="Ours",
    equation="E14",
    prior=uniform(2, 5),
    kind="int",
)
NERVE = Parameter(
    "person.nerve",
    symbol="nu",
    default=0.5,
    low=0,
    high=1,
    unit="1",
    meaning="mean nerve",
    source="Ours",
    equation="E6",
    prior=normal(0.5, 0.4),
)


def threshold(name: str, symbol: str, default: float) -> Parameter:
    return Parameter(
        f"centre.threshold_{name}",
        symbol=symbol,
        default=default,
        low=0.001,
        high=0.2,
        unit="1",
        meaning=f"threat at which {name} is half used",
        source="Ours",
        equation="E20",
        prior=log_uniform(0.002, 0.1),
    )


LADDER = (threshold("arrest", "T_a", 0.005), threshold("camp", "T_c", 0.01), threshold("execution", "T_x", 0.05))
EXECUTIONS = Switch(
    "executions",
    meaning="death sentences are carried out",
    off_means="the probability passes to the camps",
    rung="execution",
    equation="E15",
    source="Ours",
)
CONCESSION = Switch(
    "concession",
    meaning="requisition is lowered under threat",
    off_means="requisition stays as it is",
    rung="concession",
    equation="E21",
    source="Ours",
    default=False,
)
DECLARATIONS = Declarations(
    parameters=(CUSTODY, TROOPS, ATTEMPTS, NERVE, *LADDER),
    switches=(EXECUTIONS, CONCESSION),
    ordered=(tuple(parameter.name for parameter in LADDER),),
)

SCENARIO = """\
[scenario]
name = "small"
title = "A small case"
model = "machine"
start = "1917-11-07"
notes = "For tests."
records = ["security.staff"]

[parameters]
"person.nerve" = 0.4
repression.custody_weeks = 10

[switches]
executions = false

[vectors.leader.patient]
"centre.threshold_camp" = 0.02
[vectors.leader.hasty]
"centre.threshold_camp" = 0.006

[choice]
leader = "patient"

[[schedule]]
parameter = "army.troops"
kind = "linear"
points = [["1917-11-07", 1.0e5], ["1918-11-06", 6.2e5]]
source = "stylised"

[[switch_schedule]]
switch = "concession"
points = [["1921-03-15", true]]

[[province]]
name = "North"
share = 0.4
[[province]]
name = "South"
share = 0.6
"""


def declarations_of(model: str) -> Declarations:
    if model != "machine":
        raise UnknownNameError(unknown("model", model, ["machine"]))
    return DECLARATIONS


def write(folder: Path, text: str = SCENARIO, *, sets: str | None = None) -> Path:
    """Write a scenario, and its plausible sets if there are any, into a folder."""
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    if sets is not None:
        (folder / "small.sets.json").write_text(sets, encoding="utf-8")
    return path
