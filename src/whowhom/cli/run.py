"""`whowhom run`, `whowhom twins`, `whowhom resume`: histories, kept on disk as they finish."""

from __future__ import annotations

from typing import Annotated

import typer

from whowhom.cli import options


def run(
    scenario: options.Scenario,
    persons: options.Persons = 131_072,
    replicates: options.Replicates = 20,
    until: options.Until = "1922-03",
    seed: options.Seed = 1,
    store: options.Store = None,
    off: options.Off = None,
    on: options.On = None,
    values: options.Set = None,
    arm: options.Arms = None,
    from_date: options.From = None,
    defaults: options.Defaults = False,
    threads: options.Threads = None,
    cluster: options.Cluster = None,
    cluster_timeout: options.ClusterTimeout = 10.0,
    plan_only: options.PlanOnly = False,
) -> None:
    """Run many histories of a scenario, as it is or changed, and keep them.

    --off, --on and --set together make one arm. Each --arm makes one more, and then the unchanged history is run too.
    Running the same command again continues where it stopped.
    """
    from whowhom.api import plan
    from whowhom.cli.tables import print_summary
    from whowhom.cli.work import carry_out, end, fresh_folder, lay_out

    asked = plan(
        scenario,
        persons=persons,
        replicates=replicates,
        until=until,
        seed=seed,
        store=store or fresh_folder(scenario),
        arms=options.named_arms(arm),
        defaults=defaults,
        **options.change(off, on, values, from_date),
    )
    if plan_only:
        lay_out(asked, cluster=cluster)
        return
    runs = carry_out(asked, threads=threads, cluster=cluster, patience=cluster_timeout)
    print_summary(runs)
    end(runs)


def twins(
    scenario: options.Scenario,
    persons: options.Persons = 131_072,
    replicates: options.Replicates = 20,
    until: options.Until = "1922-03",
    seed: options.Seed = 1,
    store: options.Store = None,
    off: options.Off = None,
    on: options.On = None,
    values: options.Set = None,
    from_date: options.From = None,
    defaults: options.Defaults = False,
    threads: options.Threads = None,
    cluster: options.Cluster = None,
    cluster_timeout: options.ClusterTimeout = 10.0,
    plan_only: options.PlanOnly = False,
) -> None:
    """Run the history, and one arm with the same luck and one change, and compare them.

    The answer is the mean paired difference with its interval.
    """
    from whowhom.api import plan
    from whowhom.cli.tables import print_twins
    from whowhom.cli.work import carry_out, end, fresh_folder, lay_out

    asked = plan(
        scenario,
        twins=True,
        persons=persons,
        replicates=replicates,
        until=until,
        seed=seed,
        store=store or fresh_folder(scenario),
        defaults=defaults,
        **options.change(off, on, values, from_date),
    )
    if plan_only:
        lay_out(asked, cluster=cluster)
        return
    runs = carry_out(asked, threads=threads, cluster=cluster, patience=cluster_timeout)
    print_twins(runs)
    end(runs)


def resume(
    folder: options.Folder,
    threads: options.Threads = None,
    cluster: options.Cluster = None,
    cluster_timeout: options.ClusterTimeout = 10.0,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Do failed histories once more.")] = False,
    other_code: Annotated[
        bool, typer.Option("--other-code", help="Go on also if other code computed what is there.")
    ] = False,
) -> None:
    """Go on with an interrupted experiment; everything else is read from its folder."""
    from whowhom.api import Runs
    from whowhom.cli.tables import print_summary
    from whowhom.cli.work import end, interruptible, on_cluster, progress_bar, report_failures, warn_if_cold
    from whowhom.experiments.wide import go_on
    from whowhom.models.registry import model_named
    from whowhom.report.numbers import counted
    from whowhom.store.reader import Store

    kept = Store.open(folder)
    there = kept.progress()
    missing = there.missing + (there.failed if retry_failed else 0)
    typer.echo(f"{folder} holds {there.done} of {counted(there.total, 'history', 'histories')}; {missing} to run.")
    if missing and cluster is None:
        warn_if_cold(kept.experiment["model"]["name"])
    place = on_cluster(cluster, threads=threads, patience=cluster_timeout)
    with interruptible(folder), place as where, progress_bar() as progress:
        words = {**where, "threads": threads, "progress": progress, "retry_failed": retry_failed}
        runs = Runs(go_on(folder, model_of=model_named, other_code=other_code, **words))
    report_failures(runs.store)
    print_summary(runs)
    end(runs)
