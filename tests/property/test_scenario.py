from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given
from hypothesis import settings as options
from hypothesis import strategies as st
from tests.unit.small_case import DECLARATIONS, SCENARIO, declarations_of, write

from whowhom.engine.scenario import Scenario, load_scenario
from whowhom.errors import ScenarioError

SCRAPS = [
    *SCENARIO.split("\n"),
    "[",
    "]",
    "{}",
    '"',
    "'",
    "=",
    ".",
    "\n",
    "1e999",
    "nan",
    "1917-11-07",
    "true",
    "[[x]]",
    "\0",
    "é",
]


def read_or_answered(path: Path) -> Scenario | None:
    """Read a scenario; None if it is answered with problems. Any other error ends the test."""
    try:
        return load_scenario(path, declarations_of)
    except ScenarioError as error:
        if not error.problems:
            raise RuntimeError("an error without a problem") from error
        return None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The sound scenario with a few lines dropped, repeated or swapped, and scraps put in."""
    lines = SCENARIO.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "repeat", "swap", "replace", "insert"])):
            case "drop":
                lines[place] = ""
            case "repeat":
                lines.insert(place, lines[place])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[place], lines[other] = lines[other], lines[place]
            case "replace":
                key, equals, _ = lines[place].partition("=")
                lines[place] = key + equals + draw(st.sampled_from(SCRAPS) | st.text(max_size=8))
            case "insert":
                at = draw(st.integers(0, len(lines[place])))
                lines[place] = (
                    lines[place][:at] + draw(st.sampled_from(SCRAPS) | st.text(max_size=3)) + lines[place][at:]
                )
    return "\n".join(lines)


@given(mutated())
@options(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_scenario_breaks_anything_but_itself(tmp_path: Path, text: str) -> None:
    """Whatever is done to a scenario, it is read or answered with a ScenarioError, never with another error."""
    path = tmp_path / "small.toml"
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    scenario = read_or_answered(path)
    if scenario is not None:
        assert DECLARATIONS.problems(scenario.settings.values_at(0), scenario.settings.switches_at(0)) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    )
)
@options(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sets_break_anything_but_themselves(tmp_path: Path, data: object) -> None:
    """Whatever JSON lies beside a scenario, it is read or answered with a ScenarioError."""
    path = write(tmp_path, sets=json.dumps([data, {"values": data}]))
    scenario = read_or_answered(path)
    if scenario is not None:
        assert len(scenario.sets) == 2
