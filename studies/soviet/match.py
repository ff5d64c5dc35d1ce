"""Match the scenario `soviet` to eight recorded figures of 1918 to 1926, and write its plausible sets.

    python studies/soviet/match.py --folder FOLDER

draws parameter sets from the priors, runs each to the end of 1926, compares it with the named targets and their fixed bands (`bands.py`), looks
further near the nearest sets (`proposals.py`), compares the nearest of all on fresh seeds, and writes `soviet.sets.json` (the plausible sets, the
default one first) and `soviet.matching.json` (what was matched, how well, and what is missed). All histories are kept in FOLDER;
the same command continues there, and gives the same files whenever it is run on the same code. Nothing here is tuned by hand.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bands import SERIES, Draw, Floats, best_first, compare_draw, spread
from histories import Histories, Task, hold_plan, run_stage
from proposals import drawn_names, first_round, next_round, normal_scores, values_at
from summary import matching, table

from whowhom.data.targets import Target, load_targets
from whowhom.engine.scenario import load_scenario
from whowhom.errors import WhowhomError
from whowhom.models.machine.model import MACHINE

ROOT = Path(__file__).resolve().parents[2]
END = "1927-01-01"


@dataclass(frozen=True)
class Plan:
    """How much is run.

    Attributes
    ----------
    draws
        Sets drawn from the priors, one history each.
    rounds, proposals, parents
        Later rounds; sets tried in each; sets that they start from, chosen among twice as many of the nearest so far to differ.
    step
        How far a proposal moves in the first later round, in (0, 1]; 0.7 times as far in each one after.
    candidates, seeds
        Nearest sets of all rounds that are compared, and fresh histories of each.
    sets
        Plausible sets to keep.
    seed
        Of the whole study.
    """

    draws: int = 800
    rounds: int = 4
    proposals: int = 200
    parents: int = 40
    step: float = 0.5
    candidates: int = 64
    seeds: int = 6
    sets: int = 16
    seed: int = 1918


class Study:
    """One matching: its task, its plan, its folder."""

    def __init__(self, task: Task, *, plan: Plan, folder: Path) -> None:
        self.task, self.plan, self.folder = task, plan, folder
        self.targets: tuple[Target, ...] = load_targets()
        self.names = drawn_names(task.model.declarations, doses=MACHINE.intensities)
        hold_plan(folder, {"plan": asdict(plan), **task.fingerprint()})

    def values(self, point: Floats) -> dict[str, float]:
        """Parameter values of a point of the cube."""
        return values_at(self.task.model.declarations, self.names, point)

    def run(self, stage: str, points: Floats, *, seeds: int) -> tuple[Histories, list[Draw]]:
        """Run so many seeds of each point and compare them."""
        settings = [self.task.scenario.settings.replace(self.values(point)) for point in points]
        kept = run_stage(
            self.task,
            folder=self.folder,
            stage=stage,
            points=points,
            settings=settings,
            seeds=seeds,
            base=self.plan.seed,
        )
        series = kept.series[:, :, : len(SERIES)].astype(np.float64)
        start = self.task.scenario.start
        return kept, [compare_draw(self.targets, one, start=start) for one in series]

    def search(self) -> tuple[list[Histories], list[list[Draw]]]:
        """The draws from the priors, then the later rounds."""
        plan = self.plan
        kept, compared = [], []
        points = first_round(plan.draws, dimensions=len(self.names), seed=plan.seed)
        for number in range(plan.rounds + 1):
            histories, draws = self.run(f"round-{number}", points, seeds=1)
            kept.append(histories)
            compared.append(draws)
            near = nearest(kept, compared, number=2 * plan.parents)
            parents = near[spread(normal_scores(near), range(len(near)), number=plan.parents)]
            step = plan.step * 0.7**number
            points = next_round(parents, number=plan.proposals, step=step, seed=plan.seed, round_number=number + 1)
        return kept, compared

    def choose(self, points: Floats, draws: Sequence[Draw]) -> list[int]:
        """Pick different ones among the accepted candidates, best first; among the nearest if too few were accepted."""
        order = best_first(draws)
        accepted = [i for i in order if draws[i].accepted]
        eligible = accepted if len(accepted) >= self.plan.sets else order[: self.plan.sets]
        return spread(points, eligible, number=self.plan.sets)


def nearest(kept: Sequence[Histories], compared: Sequence[Sequence[Draw]], *, number: int) -> Floats:
    """Points of the nearest draws of all rounds so far, nearest first; float64 [number, parameters]."""
    points = np.concatenate([one.points for one in kept])
    draws = [draw for one in compared for draw in one]
    return np.asarray(
        points[sorted(range(len(draws)), key=lambda i: (draws[i].distance, draws[i].off_centre))[:number]]
    )


def sets_file(study: Study, points: Floats, draws: Sequence[Draw]) -> list[dict[str, Any]]:
    """The plausible sets as the scenario reads them; what stands beside `values` is for people."""
    return [
        {
            "name": f"set {number}",
            "distance": draw.distance,
            "weight": draw.weight,
            "survived": draw.survived,
            "values": study.values(point),
        }
        for number, (point, draw) in enumerate(zip(points, draws, strict=True), start=1)
    ]


def write(path: Path, data: object) -> None:
    """Write plain data as JSON that is read well in a comparison of versions."""
    path.write_text(json.dumps(data, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def study_soviet(arguments: argparse.Namespace) -> None:
    """Run the whole study, write its two files, print its table."""
    scenario = load_scenario(arguments.scenario, lambda name: MACHINE.declarations)
    task = Task(
        MACHINE, scenario, persons=arguments.persons, weeks=scenario.ticks_until(END), threads=arguments.threads
    )
    plan = Plan(**{name: getattr(arguments, name) for name in Plan.__dataclass_fields__})
    study = Study(task, plan=plan, folder=arguments.folder)
    kept, compared = study.search()
    candidates, draws = study.run("candidates", nearest(kept, compared, number=plan.candidates), seeds=plan.seeds)
    chosen = study.choose(normal_scores(candidates.points), draws)
    sets = sets_file(study, candidates.points[chosen], [draws[i] for i in chosen])
    result = matching(
        study.targets,
        task=task,
        plan=asdict(plan),
        rounds=list(zip(kept, compared, strict=True)),
        candidates=(candidates, draws),
        chosen=chosen,
        names=study.names,
        date=arguments.date,
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    write(arguments.out / f"{scenario.name}.sets.json", sets)
    write(arguments.out / f"{scenario.name}.matching.json", result)
    print(table(result))


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, run the study; 0 if it was finished."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where all histories are kept (not committed)")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "src" / "whowhom" / "scenarios", help="where the two files go"
    )
    parser.add_argument("--scenario", default="soviet", help="name or path of the scenario")
    parser.add_argument("--persons", type=int, default=131_072, help="simulated persons")
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="histories at a time; never changes a result"
    )
    parser.add_argument(
        "--date", default=datetime.datetime.now(tz=datetime.UTC).date().isoformat(), help="written into the file"
    )
    for name, field in Plan.__dataclass_fields__.items():
        parser.add_argument(f"--{name}", type=type(field.default), default=field.default)
    try:
        study_soviet(parser.parse_args(words))
    except WhowhomError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
