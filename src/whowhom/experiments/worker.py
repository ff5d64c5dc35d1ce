"""One worker of many: it does its part of an experiment that lies on disk, and needs to know of no other worker.

There is no queue and no lock. What a worker does follows from the manifest and the two numbers of its part; what is
finished is skipped, whoever did it; what it finishes is on disk at once. So a worker may be killed and started again,
and two with the same part do no harm but some work twice.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from whowhom.engine.contract import Model
from whowhom.engine.run import run_history
from whowhom.errors import StoreError, StoreWarning
from whowhom.experiments.crew import Crew, Progress
from whowhom.experiments.description import check_model
from whowhom.experiments.part import Part
from whowhom.store.program import Program, code_difference, surroundings_difference
from whowhom.store.reader import Progress as There
from whowhom.store.reader import Store
from whowhom.store.writer import Writer


def work_part(
    store: str | Path,
    part: Part,
    *,
    model_of: Callable[[str], Model],
    threads: int = 1,
    progress: Progress | None = None,
) -> There:
    """Do what is missing of one part.

    Parameters
    ----------
    store
        Folder of an experiment that is laid out, begun or finished.
    part
        Which part.
    model_of
        Finds a model by its name.
    threads
        Runs at the same time. One by default, unlike elsewhere: side by side on one machine, workers share its cores.
    progress
        Called in the main thread after each run, with the figures of this part.

    Returns
    -------
    Progress
        What is there of this part now; complete, unless it was interrupted.

    Raises
    ------
    StoreError
        It is no store, it was laid out by other code than this, or it cannot be written.
    Interrupted
        Ctrl-C, or a signal that was turned into one; what is finished is kept.

    Warns
    -----
    StoreWarning
        Versions of libraries or the processor differ from those of whoever laid it out.
    """
    crew = open_crew(store, model_of=model_of, threads=threads, part=part)
    if (note := surroundings_note(crew)) is not None:
        warnings.warn(note, StoreWarning, stacklevel=2)
    crew.work(progress)
    return crew.there()


def open_crew(
    store: str | Path, *, model_of: Callable[[str], Model], threads: int = 1, part: Part | None = None
) -> Crew:
    """Return the hands that can do runs of a store exactly as whoever laid it out would have.

    Raises
    ------
    StoreError
        It is no store, or was laid out by other code than this.
    """
    there = Store.open(store)
    model = model_of(there.experiment["model"]["name"])
    check_model(there.experiment, model=model, folder=store)
    runs = None if part is None else part.runs(there.layout)
    crew = Crew.of(Writer(folder=there.folder, manifest=there.manifest), model=model, threads=threads, part=runs)
    check_code(there, here=crew.program)  # before anything is put in order, which the code that it names may not know
    crew.writer = Writer.resume(store)
    return crew


def check_code(store: Store, *, here: Program) -> None:
    """Refuse to work with other code than that which laid an experiment out or did runs of it: they would be mixed.

    Raises
    ------
    StoreError
        Names the difference.
    """
    for there in (store.manifest.program, *store.programs().values()):
        if not there.same_code(here):
            raise StoreError(
                f"store '{store.folder}' must be worked on by the code that laid it out, got other code: "
                f"{code_difference(there, here)}. Use one installation for all workers; or lay the experiment out anew with "
                "this one, in another folder."
            )


def surroundings_note(crew: Crew) -> str | None:
    """Say in what this process differs from the one that laid the experiment out, if it could change a last digit."""
    difference = surroundings_difference(crew.writer.manifest.program, crew.program)
    if difference is None:
        return None
    return f"store '{crew.writer.folder}' was laid out elsewhere: {difference}. Last digits may differ."


def compile_for(store: str | Path, *, model_of: Callable[[str], Model]) -> None:
    """Compile what an experiment needs, by playing one week of its smallest world; nothing is kept of it.

    To be done once for each cache folder before several processes use it.

    Raises
    ------
    StoreError
        It is no store, or was laid out by other code than this.
    """
    play_a_week(open_crew(store, model_of=model_of))


def play_a_week(crew: Crew) -> None:
    """Play one week of the smallest world of a crew's first run, which compiles what its runs need."""
    case = crew.design[0]
    run_history(crew.model, case.settings, persons=crew.model.smallest_persons, seed=case.seed, ticks=1)
