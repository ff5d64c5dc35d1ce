"""`whowhom claims`, `whowhom assess`, `whowhom findings`: what is claimed about causes, and what the model says to it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whowhom.cli import options

if TYPE_CHECKING:
    from whowhom.experiments.assessment import Assessment
    from whowhom.experiments.crew import Progress, Step

AsJson = Annotated[bool, typer.Option("--json", help="Print everything as JSON, for a program to read.")]
File = Annotated[Path | None, typer.Option("--file", metavar="FILE", help="A file of claims; those that stand beside the scenario by default.", show_default=False)]  # fmt: skip


def claims(scenario: options.Scenario, file: File = None, as_json: AsJson = False) -> None:
    """List the claims of a scenario: whose they are, what would decide them, and those that cannot be assessed yet."""
    from whowhom.assessing import claims as claims_there

    found = claims_there(scenario, file=file)
    if as_json:
        from dataclasses import asdict

        plain = {name: _finite(asdict(claim)) for name, claim in found.claims.items()}
        rest = [asdict(one) for one in found.unassessed]
        typer.echo(json.dumps({"claims": plain, "open": rest}, indent=1, ensure_ascii=False, allow_nan=False))
        return
    for claim in found.claims.values():
        typer.echo(f"{claim.name:<4} {claim.title}  ({claim.says}; {claim.statements})")
        for asked in claim.questions:
            fails = "" if asked.question.fails is None else f", fails if {asked.question.fails.text()}"
            typer.echo(f"       {asked.title}: holds if {asked.question.holds.text()}{fails}")
    if found.unassessed:
        typer.echo("\nNot assessed yet:")
        for one in found.unassessed:
            typer.echo(f"{one.name:<4} {one.title}: {one.because}")


def _finite(value: Any) -> Any:
    """Plain data without infinity, which JSON does not know: a bound without an upper end has none."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and math.isinf(value) else value


def assess(
    scenario: options.Scenario,
    names: Annotated[list[str], typer.Argument(metavar="CLAIM...", help="Claims by name (C6), or all.")],
    store: Annotated[Path, typer.Option(help="Folder to keep the histories and findings in; what it holds is not played again.", metavar="DIR")],
    draws: Annotated[int | None, typer.Option(help="Draws of what is not known about the world; 200 by default, 40 with --quick.", metavar="N", parser=options.whole("--draws", least=2), show_default=False)] = None,
    replicates: Annotated[int | None, typer.Option(help="Pairs of twins of each draw; 8 by default, 4 with --quick.", metavar="N", parser=options.whole("--replicates", least=2), show_default=False)] = None,
    persons: Annotated[int | None, typer.Option(help="Simulated persons; each claim's smallest size by default.", metavar="N", parser=options.whole("--persons"), show_default=False)] = None,
    seed: options.Seed = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A smaller size, with what it cannot decide said.")] = False,
    threads: options.Threads = None,
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Print the plan and its cost, and play nothing.")] = False,
    file: File = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Assess claims about causes: over many draws of what is not known, with the same luck in every arm.

    What is asked and what would decide it is fixed beforehand (`whowhom claims`). The plan and its cost are printed first.
    """
    from whowhom.assessing import assessment
    from whowhom.experiments.assessment import DRAWS, QUICK_DRAWS, QUICK_REPLICATES, REPLICATES
    from whowhom.experiments.findings import assess_claim, write_findings
    from whowhom.report.finding_text import finding_lines, headline

    size = {
        "draws": draws or (QUICK_DRAWS if quick else DRAWS),
        "replicates": replicates or (QUICK_REPLICATES if quick else REPLICATES),
    }
    planned = assessment(scenario, names, store=store, persons=persons, seed=seed, file=file, **size)
    _print_plan(planned, threads=threads, as_json=as_json, standard=(DRAWS, REPLICATES))
    if plan_only:
        return
    _play(planned, threads=threads)
    told = []
    for name in planned.chosen:
        told.append(assess_claim(planned, name))
        write_findings(planned.folder, name, told[-1])
        if not as_json:
            typer.echo("\n" + "\n".join(finding_lines(told[-1])))
    if as_json:
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False))
    elif len(told) > 1:
        typer.echo("\n" + "\n".join(headline(one) for one in told))


def findings(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of an assessment.")], as_json: AsJson = False) -> None:  # fmt: skip
    """Print the findings of an assessment, one line a claim; `--json` prints everything."""
    from whowhom.assessing import findings as there
    from whowhom.report.finding_text import headline

    found = there(folder)
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False))
        return
    for one in found:
        typer.echo(headline(one))


def _print_plan(planned: Assessment, *, threads: int | None, as_json: bool, standard: tuple[int, int]) -> None:
    """Print what will be played and how long it takes, to standard error where a program reads the rest."""
    from whowhom.cli.progress import in_words
    from whowhom.cli.work import warn_if_cold
    from whowhom.provenance import cores
    from whowhom.report.numbers import counted

    def say(text: str) -> None:
        typer.echo(text, err=as_json)

    warn_if_cold(planned.model.name)
    needed = planned.needed()
    histories, seconds = planned.cost()
    hands = min(threads or cores(), max(histories, 1))
    say(
        f"{counted(len(planned.chosen), 'claim')} ({', '.join(planned.chosen)}): {counted(len(needed), 'arm')} of {planned.draws} draws x {planned.replicates} histories, "
        f"kept in {planned.folder}."
    )
    say(
        f"{counted(histories, 'history', 'histories')} to play. Estimated time: {in_words(seconds / hands)} on {counted(hands, 'core')}."
    )
    if (planned.draws, planned.replicates) != standard:
        say(
            f"At this size a finding of 'holds' or 'fails' is as strict as at {standard[0]} x {standard[1]}, and 'undecided' is likelier: see docs/claims.md."
        )


def _play(planned: Assessment, *, threads: int | None) -> None:
    """Play what is missing, with how far it is."""
    from whowhom.cli.interruption import interruptible
    from whowhom.cli.progress import progress_bar

    runs = planned.draws * planned.replicates
    with interruptible(planned.folder), progress_bar() as show:
        planned.carry_out(threads=threads, progress=_Arms(show, runs=runs, arms=len(planned.needed())).next)


class _Arms:
    """Shows how far all arms are together, one being played after the other."""

    def __init__(self, show: Progress, *, runs: int, arms: int) -> None:
        self.show, self.runs, self.total, self.before = show, runs, runs * arms, -runs

    def next(self, _: str) -> Progress:
        """Return what is called after each history of the next arm."""
        self.before += self.runs
        return self._step

    def _step(self, step: Step) -> None:
        done = self.before + step.done
        rest = self.total - done - step.failed
        left = None if not step.per_second else rest / step.per_second
        self.show(replace(step, total=self.total, done=done, seconds_left=left))
