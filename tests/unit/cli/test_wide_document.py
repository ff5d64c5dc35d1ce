"""The commands of `docs/wide.md`, typed as they stand there, on worlds that are small."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.toy_store import assert_same
from tests.unit.cli.program import SMALL

from whowhom.engine.kernel import cache_folder
from whowhom.store.reader import Store

#: What a shell finds under the names that the document uses; what plays is made small, and says so to nobody. A task that would compile
#: on a disk of its own finds there what this session has compiled, and hands it on to the next.
TOOLS = {
    "whowhom": """\
case $1 in
    twins) set -- "$@" {small} ;;
    compile) if [ -n "${{SLURM_JOB_ID:-}}" ]; then cp -R -n {compiled} "$WHOWHOM_CACHE"; fi ;;
esac
exec {python} -c "from whowhom.cli.main import main; main()" "$@\"""",
    "python": 'exec {python} "$@"',
    "sbatch": 'sed -i "s|^whowhom=(.*|whowhom=({tools}/whowhom)|" "$1"\nexport SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7\nfor SLURM_ARRAY_TASK_ID in 1 2; do export SLURM_ARRAY_TASK_ID; bash "$1" || exit; done',
    "scontrol": "exit 1",
}


def blocks(root: Path) -> list[str]:
    """Return what the document shows to be typed, in its order."""
    text = (root / "docs" / "wide.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def typed(block: str, here: Path, **more: str) -> str:
    """Type a block into a shell that finds our tools; return what it printed."""
    tools, disk = here / "tools", here / "disk"
    tools.mkdir(exist_ok=True)
    disk.mkdir(exist_ok=True)
    for name, text in TOOLS.items():
        tool = tools / name
        compiled = cache_folder("whowhom.models.machine.tick").parents[1]
        places = {"python": sys.executable, "compiled": str(compiled), "tools": str(tools)}
        words = text.format(small=shlex.join(SMALL), **{key: shlex.quote(place) for key, place in places.items()})
        tool.write_text(f"#!/bin/bash\n{words}\n", encoding="utf-8")
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "NUMBA"))}
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", block], env={**kept, "PATH": path, **more}, cwd=here, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_threads_and_parts(here: Path, root: Path) -> None:
    """Threads, parts and the lines for another queue make one store, and those for looking at it show it."""
    threads, parts, _, queue, _, looking, *_ = blocks(root)
    typed(threads, here)
    (here / "runs" / "wide").rename(here / "threads")
    out = typed(parts, here)
    assert len(re.findall(r"part \d of 4 is whole", out)) == 4
    assert_same(Store.open(here / "runs" / "wide"), Store.open(here / "threads"))
    assert "Progress(total=4, done=4, failed=0)" in typed(looking, here)
    assert (here / "report.html").exists()
    assert "part 1 of 40 is whole" in typed(queue, here, PBS_ARRAY_INDEX="1", TMPDIR=str(Path.home() / ".cache"))


@pytest.mark.slow
def test_a_job_array(here: Path, root: Path) -> None:
    """The script of the job array, given to a queue of two tasks, does two parts of forty, that is two of four histories."""
    block = blocks(root)[2].replace("--tasks 40", "--tasks 4")
    typed(block, here)
    assert Store.open(here / "runs" / "wide").progress().done == 2


@pytest.mark.slow
def test_dask(here: Path, root: Path) -> None:
    """The last line for Dask, with the address of a cluster that runs, makes the store of threads."""
    distributed = pytest.importorskip("distributed")
    *_, install, scheduler, worker, twins = blocks(root)[4].splitlines()
    assert (install.split()[0], scheduler, worker.split()[:2]) == ("pip", "dask scheduler", ["dask", "worker"])
    sizes = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**sizes) as cluster:
        typed(twins.replace("tcp://login1:8786", cluster.scheduler_address), here)
    assert_same(Store.open(here / "runs" / "wide"), Store.open(here / "pairs"))
