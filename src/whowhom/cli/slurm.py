"""`whowhom slurm`: an experiment as a job array, as a script for `sbatch` to read and for people to change."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from whowhom.cli import options
from whowhom.errors import ParameterError, StoreError, quoted

_TIME = re.compile(r"\d+(:\d{1,2}){0,2}|\d+-\d{1,2}(:\d{1,2}){0,2}")
_MEMORY = re.compile(r"[1-9]\d*[KMGT]?")
_DIRECTIVE = re.compile(r"--?[a-zA-Z][^\n\r]*")

#: Folder in a store for what the tasks print and for compiled code that they hand on.
OUTPUT = "slurm"

SCRIPT = """\
#!/bin/bash
# An experiment of whowhom as a job array of {tasks} tasks, task I doing part I of {tasks}.
#
#     sbatch FILE                 does what is missing, as often as it is needed
#     sbatch --array=3,7 FILE     does parts 3 and 7 only
#
# A task may be killed at any time: every finished history is on disk. `whowhom report` shows what there is so far.
#SBATCH --job-name={name}
#SBATCH --array=1-{tasks}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={cpus}
#SBATCH --mem={memory}
#SBATCH --time={time}
#SBATCH --signal=B:USR1@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={output}
{more}
set -u
whowhom=({program})
store={store}

# Compiled code goes to this node's own disk, since processes that write one cache on a network disk can crash each other.
scratch=$(mktemp -d "${{SLURM_TMPDIR:-${{TMPDIR:-/tmp}}}}/whowhom.XXXXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
export WHOWHOM_CACHE=$scratch

# One level of parallelism: the histories.
export NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1

# Compile once: take what another task has compiled, or compile and hand it on, whole or not at all.
kernels=$store/{folder}/kernels
if [ -d "$kernels" ]; then
    cp -R "$kernels/." "$scratch"
fi
{whowhom} compile "$store" || exit
if [ ! -d "$kernels" ]; then
    rm -rf "$kernels.$SLURM_JOB_ID" # half a copy, of this task before it was killed and requeued
    cp -R "$scratch" "$kernels.$SLURM_JOB_ID" && mv -T "$kernels.$SLURM_JOB_ID" "$kernels" 2>/dev/null
    rm -rf "$kernels.$SLURM_JOB_ID"
fi

# The time limit is told by USR1 a minute ahead, everything else that ends a job by TERM; the worker knows TERM.
stopped='' heard=0
{whowhom} worker "$store" --part "$SLURM_ARRAY_TASK_ID/{tasks}" --threads {cpus} &
worker=$!
trap 'stopped=limit; heard=$((heard + 1)); kill -TERM "$worker" 2>/dev/null' USR1
trap 'stopped=other; heard=$((heard + 1)); kill -TERM "$worker" 2>/dev/null' TERM
answered=-1
while [ "$answered" -lt "$heard" ]; do # a signal ends the waiting, not the worker
    answered=$heard
    wait "$worker"
    code=$?
done

# Not whole at the time limit: back into the queue, at most {requeues} times.
if [ "$code" -eq 143 ] && [ "$stopped" = limit ] && [ "${{SLURM_RESTART_COUNT:-0}}" -lt {requeues} ]; then
    scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
"""


def slurm(
    folder: options.Folder,
    tasks: Annotated[
        int, typer.Option(help="Tasks of the array, each with its part.", metavar="N", show_default=False)
    ],
    time: Annotated[str, typer.Option(help="Time limit of a task, as sbatch takes it.", metavar="TIME")] = "04:00:00",
    cpus: Annotated[int, typer.Option(help="Histories at the same time in each task.", metavar="N", min=1)] = 1,
    memory: Annotated[str, typer.Option(help="Memory of a task, as sbatch takes it.", metavar="SIZE")] = "2G",
    requeues: Annotated[
        int, typer.Option(help="How often a task that meets its time limit goes back.", metavar="N", min=0)
    ] = 10,
    sbatch: Annotated[
        list[str] | None,
        typer.Option(
            help="One more option for sbatch, such as --partition=short; repeatable.",
            metavar="OPTION",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print a Slurm script that does an experiment as a job array. The folder DIR/slurm is made for what tasks print.

    Other queue systems need the same few lines: a cache of compiled code on the node's own disk, and `whowhom worker`
    with the number of the task.
    """
    from whowhom.store.reader import Store

    runs = Store.open(folder).layout.runs
    _check(tasks, runs=runs, time=time, memory=memory, sbatch=sbatch or ())
    text = script(folder, tasks=tasks, time=time, cpus=cpus, memory=memory, requeues=requeues, directives=sbatch or ())
    _make_output(folder)
    typer.echo(text, nl=False)


def script(
    folder: Path, *, tasks: int, time: str, cpus: int, memory: str, requeues: int, directives: Sequence[str]
) -> str:
    """Return the script.

    Raises
    ------
    StoreError
        Slurm could not read the path of the store.
    """
    store = folder.absolute()
    if re.search(r"[\"\\\n\r]", str(store)):
        raise StoreError(
            f"'{store}' must have no quotes, backslashes or line breaks, for Slurm to read it, got one. Rename it."
        )
    output = str(store / OUTPUT / "part").replace("%", "%%") + "-%a.out"
    return SCRIPT.format(
        tasks=tasks,
        name=re.sub(r"[^\w.-]", "-", f"whowhom-{store.name}"),
        cpus=cpus,
        memory=memory,
        time=time,
        requeues=requeues,
        output=f'"{output}"',
        more="".join(f"#SBATCH {directive}\n" for directive in directives),
        program=program(),
        whowhom='"${whowhom[@]}"',
        store=shlex.quote(str(store)),
        folder=OUTPUT,
    )


def program() -> str:
    """Return the words by which the shell calls this very program, whatever is on the path of the node."""
    command = Path(sys.executable).with_name("whowhom")
    call = "from whowhom.cli.main import main; main()"
    return shlex.join([str(command)] if command.exists() else [sys.executable, "-c", call])


def _check(tasks: int, *, runs: int, time: str, memory: str, sbatch: Sequence[str]) -> None:
    """Raise for what Slurm, or the experiment, could not do."""
    problems = []
    if not 1 <= tasks <= runs:
        problems.append(
            f"'--tasks' must be in [1, {runs}], the histories of the experiment, got {quoted(tasks)}. Each has a part."
        )
    if not _TIME.fullmatch(time):
        problems.append(
            f"'--time' must be a time as sbatch takes it, got {quoted(time)}. For example 30 (minutes), 04:00:00 or 1-12."
        )
    if not _MEMORY.fullmatch(memory):
        problems.append(f"'--memory' must be a size as sbatch takes it, got {quoted(memory)}. For example 2G or 800M.")
    for directive in sbatch:
        if not _DIRECTIVE.fullmatch(directive):
            problems.append(
                f"'--sbatch' must be one option of sbatch, got {quoted(directive)}. For example --sbatch=--partition=short."
            )
    if problems:
        raise ParameterError(problems)


def _make_output(folder: Path) -> None:
    """Make the folder for what tasks print: Slurm makes none, and a task without it fails without a word."""
    from whowhom.engine.disk import reason

    output = folder / OUTPUT
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"'{output}' must be a folder that can be made, got: {reason(error)}. It is for what the tasks print."
        ) from error
