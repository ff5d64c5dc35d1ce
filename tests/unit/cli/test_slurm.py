"""`whowhom slurm`: a job array as a script that Slurm can read and bash can run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.toy_store import assert_same
from tests.unit.cli.program import SMALL, refused, whowhom

from whowhom.engine.kernel import cache_folder
from whowhom.store.reader import Store

TWINS = ("twins", "soviet", *SMALL, "--off", "executions")

CASES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("slurm", "pairs"), "Missing option '--tasks'"),
    (("slurm", "absent", "--tasks", "2"), "'absent' must be a store, got no such folder"),
    (("slurm", ".", "--tasks", "2"), "'.' must be a store, got a folder without manifest.json"),
    (("slurm", "pairs", "--tasks", "0"), r"'--tasks' must be in \[1, 4\], the histories of the experiment, got 0"),
    (("slurm", "pairs", "--tasks", "5"), r"'--tasks' must be in \[1, 4\], the histories of the experiment, got 5"),
    (("slurm", "pairs", "--tasks", "two"), "Invalid value for '--tasks'"),
    (("slurm", "pairs", "--tasks", "2", "--time", "4h"), "'--time' must be a time as sbatch takes it, got '4h'"),
    (("slurm", "pairs", "--tasks", "2", "--time", "1:2:3:4"), "'--time' must be a time as sbatch takes it"),
    (("slurm", "pairs", "--tasks", "2", "--time", "1\n2"), "'--time' must be a time as sbatch takes it"),
    (("slurm", "pairs", "--tasks", "2", "--memory", "0"), "'--memory' must be a size as sbatch takes it, got '0'"),
    (("slurm", "pairs", "--tasks", "2", "--memory", "2GB"), "'--memory' must be a size .* got '2GB'"),
    (("slurm", "pairs", "--tasks", "2", "--cpus", "0"), "Invalid value for '--cpus'"),
    (("slurm", "pairs", "--tasks", "2", "--requeues", "-1"), "Invalid value for '--requeues'"),
    (("slurm", "pairs", "--tasks", "2", "--sbatch", "short"), "'--sbatch' must be one option of sbatch, got 'short'"),
    (("slurm", "pairs", "--tasks", "2", "--sbatch=-p a\nrm b"), "'--sbatch' must be one option of sbatch"),
    (("slurm", 'a"b', "--tasks", "2"), "must have no quotes, backslashes or line breaks, for Slurm to read it, got one"),
    (("slurm", "taken", "--tasks", "2"), "'taken/slurm' must be a folder that can be made, got:"),
)  # fmt: skip


@pytest.fixture
def wrong(here: Path) -> Path:
    """A folder with something wrong of every kind."""
    shutil.copytree(here / "empty", here / 'a"b')
    shutil.copytree(here / "empty", here / "taken")
    (here / "taken" / "slurm").write_text("a file", encoding="utf-8")
    return here


@pytest.mark.parametrize(("words", "answer"), CASES, ids=[" ".join(words)[-40:] for words, _ in CASES])
def test_bad_input_is_answered(words: tuple[str, ...], answer: str, wrong: Path) -> None:
    """A mistake is answered by a text that names it, with exit code 2, and no folder is made."""
    err = " ".join(refused(*words).err.split())
    assert re.search(answer, err), err
    assert not (wrong / "pairs" / "slurm").exists()


def test_several_mistakes_are_said_at_once(here: Path) -> None:
    """Several mistakes in one command have a line each."""
    err = refused("slurm", "pairs", "--tasks", "9", "--time", "soon", "--memory", "much").err
    assert [line.split()[0] for line in err.splitlines()] == ["'--tasks'", "'--time'", "'--memory'"]


def directives(script: str) -> list[str]:
    """Return what sbatch reads: the lines before the first command."""
    head = script.partition("\nset -u\n")[0].splitlines()
    assert head[0] == "#!/bin/bash"
    assert all(line.startswith("#") or not line for line in head)
    return [line.removeprefix("#SBATCH ") for line in head if line.startswith("#SBATCH ")]


def test_what_slurm_reads(here: Path) -> None:
    """Array, time limit with a warning, requeue and the file for output are those that were asked for."""
    words = ("--tasks", "3", "--time", "1-12", "--cpus", "4", "--memory", "800M", "--sbatch=--partition=short")
    script = whowhom("slurm", "pairs", *words).out
    assert directives(script) == [
        "--job-name=whowhom-pairs",
        "--array=1-3",
        "--ntasks=1",
        "--cpus-per-task=4",
        "--mem=800M",
        "--time=1-12",
        "--signal=B:USR1@60",
        "--requeue",
        "--open-mode=append",
        f'--output="{here / "pairs" / "slurm" / "part"}-%a.out"',
        "--partition=short",
    ]
    assert '--part "$SLURM_ARRAY_TASK_ID/3" --threads 4 &' in script
    assert "NUMBA_NUM_THREADS=1" in script
    assert (here / "pairs" / "slurm").is_dir()


@pytest.mark.parametrize("name", ["plain", "with space", "it's", "100 %", "a$(b)c", "*"])
def test_any_folder_will_do(here: Path, name: str) -> None:
    """The script is valid bash for a store of any name that Slurm can read, and takes the name as it is."""
    shutil.copytree(here / "empty", here / name)
    script = here / "array.sh"
    script.write_text(whowhom("slurm", name, "--tasks", "2").out, encoding="utf-8")
    subprocess.run(["bash", "-n", script], check=True)
    store = re.search(r"^store=.*$", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert store is not None
    said = subprocess.run(["bash", "-c", f'{store[0]}; printf %s "$store"'], capture_output=True, text=True, check=True)
    assert said.stdout == str(here / name)
    assert directives(script.read_text(encoding="utf-8"))[9] == (
        f'--output="{str(here / name).replace("%", "%%")}/slurm/part-%a.out"'
    )


def fake(here: Path, task: int, **more: str) -> dict[str, str]:
    """Return an environment like that of a task: Slurm's variables, a disk of the node, and a command `scontrol`."""
    tools, disk = here / "tools", here / "disk"
    tools.mkdir(exist_ok=True)
    disk.mkdir(exist_ok=True)
    (tools / "scontrol").write_text(f'#!/bin/sh\necho "$@" >>"{here}/requeued"\n', encoding="utf-8")
    (tools / "scontrol").chmod(0o755)
    array = {"SLURM_JOB_ID": f"70{task}", "SLURM_ARRAY_JOB_ID": "70", "SLURM_ARRAY_TASK_ID": str(task)}
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "WHOWHOM", "NUMBA"))
    }
    return {**inherited, **array, "SLURM_TMPDIR": str(disk), "PATH": path, **more}


def array(here: Path, *words: str, tasks: int) -> Path:
    """Lay an experiment out in `new` and write its script; compiled code is handed on as a first task would have."""
    whowhom(*words, "--store", "new", "--plan-only")
    script = here / "array.sh"
    script.write_text(whowhom("slurm", "new", "--tasks", str(tasks)).out, encoding="utf-8")
    compiled = cache_folder("whowhom.models.machine.tick").parent
    shutil.copytree(compiled, here / "new" / "slurm" / "kernels" / "whowhom" / "kernels")
    return script


@pytest.mark.slow
def test_the_tasks_make_the_whole(here: Path) -> None:
    """The tasks of the array, run by bash with Slurm's variables, make the store of one process, and tidy up."""
    script = array(here, *TWINS, tasks=2)
    for task in (1, 2):
        done = subprocess.run(["bash", script], env=fake(here, task), capture_output=True, text=True)
        assert (done.returncode, f"part {task} of 2 is whole" in done.stdout) == (0, True), done.stderr
        assert "compiling" not in done.stderr
    assert_same(Store.open("new"), Store.open("pairs"))
    assert list((here / "disk").iterdir()) == []
    assert not (here / "requeued").exists()


@pytest.mark.slow
def test_a_mistake_of_a_task_is_its_exit_code(here: Path) -> None:
    """A task of an array that does not fit the number of parts ends with exit code 2 and is not requeued."""
    script = array(here, *TWINS, tasks=2)
    done = subprocess.run(["bash", script], env=fake(here, 3), capture_output=True, text=True)
    assert done.returncode == 2
    assert "'--part' must be I/N with I from 1 to N, got '3/2'" in done.stderr
    assert not (here / "requeued").exists()
    assert list((here / "disk").iterdir()) == []


LONG = ("run", "soviet", "--persons", "10240", "--replicates", "300", "--until", "1918-06")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "restarts", "requeued"),
    [(signal.SIGUSR1, "", "requeue 70_1\n"), (signal.SIGUSR1, "10", None), (signal.SIGTERM, "", None)],
    ids=["time limit", "time limit too often", "cancelled"],
)
def test_a_task_told_to_end(here: Path, number: signal.Signals, restarts: str, requeued: str | None) -> None:
    """A task at its time limit keeps what is finished and goes back into the queue, but not for ever, nor if cancelled."""
    script = array(here, *LONG, tasks=2)
    more = {"SLURM_RESTART_COUNT": restarts} if restarts else {}
    task = subprocess.Popen(
        ["bash", script], env=fake(here, 1, **more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while Store.open("new").progress().done < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    task.send_signal(number)
    out, err = task.communicate(timeout=60)
    assert (task.returncode, "is whole" in out) == (143, False)
    assert "histories are kept, and the same command goes on." in err
    assert 2 <= Store.open("new").progress().done < 300
    log = here / "requeued"
    assert (log.read_text(encoding="utf-8") if log.exists() else None) == requeued
    assert list((here / "disk").iterdir()) == []


STAND_IN = """\
#!/bin/bash
if [ "$1" = compile ]; then
    if [ -e "$WHOWHOM_CACHE/whowhom/code.nbi" ]; then echo found; else echo compiling; fi
    mkdir -p "$WHOWHOM_CACHE/whowhom" && echo code >"$WHOWHOM_CACHE/whowhom/code.nbi"
else
    echo "threads $NUMBA_NUM_THREADS $OMP_NUM_THREADS, $*"
fi
"""


def with_stand_in(here: Path) -> Path:
    """Write the script with a program in the place of whowhom that compiles in no time and says what it is asked."""
    program, script = here / "stand-in", here / "array.sh"
    program.write_text(STAND_IN, encoding="utf-8")
    program.chmod(0o755)
    text = whowhom("slurm", "pairs", "--tasks", "4", "--cpus", "3").out
    text, found = re.subn(r"^whowhom=\(.*\)$", f"whowhom=({program})", text, flags=re.MULTILINE)
    assert found == 1
    script.write_text(text, encoding="utf-8")
    return script


def test_compiled_code_is_handed_on(here: Path) -> None:
    """Tasks that begin together compile each for itself and one hands its code on, whole; later ones take it."""
    script = with_stand_in(here)
    words = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    together = [subprocess.Popen(["bash", script], env=fake(here, task), **words) for task in (1, 2, 3)]  # type: ignore[call-overload]
    said = [task.communicate(timeout=60)[0].splitlines()[0] for task in together]
    assert "compiling" in said
    assert set(said) <= {"compiling", "found"}
    handed_on = here / "pairs" / "slurm" / "kernels" / "whowhom" / "code.nbi"
    assert handed_on.read_text(encoding="utf-8") == "code\n"
    assert [path.name for path in (here / "pairs" / "slurm").iterdir()] == ["kernels"]
    later = subprocess.run(["bash", script], env=fake(here, 4), capture_output=True, text=True, check=True)
    assert later.stdout.splitlines() == [
        "found",
        f"threads 1 1, worker {here / 'pairs'} --part 4/4 --threads 3",
    ]


def test_half_a_copy_is_not_handed_on(here: Path) -> None:
    """What a task left that was killed while it handed its code on, and has the same number after its requeue, is handed to nobody."""
    script = with_stand_in(here)
    half = here / "pairs" / "slurm" / "kernels.701" / "whowhom"
    half.mkdir(parents=True)
    (half / "torn.nbi").write_text("half a fi", encoding="utf-8")
    subprocess.run(["bash", script], env=fake(here, 1), capture_output=True, check=True)
    shared = here / "pairs" / "slurm" / "kernels"
    assert [path.relative_to(shared).as_posix() for path in shared.rglob("*")] == ["whowhom", "whowhom/code.nbi"]
    assert [path.name for path in (here / "pairs" / "slurm").iterdir()] == ["kernels"]


SLOW_TO_END = """\
#!/bin/bash
[ "$1" = compile ] && { mkdir -p "$WHOWHOM_CACHE/whowhom"; exit 0; }
trap 'heard=1' TERM
echo ready
while [ -z "${heard:-}" ]; do sleep 0.1; done
sleep 1.5
echo ended
exit 143
"""


def test_a_task_waits_for_its_worker(here: Path) -> None:
    """A task that is told twice to end, at its limit and then cancelled, ends after its worker and not before."""
    script = with_stand_in(here)
    (here / "stand-in").write_text(SLOW_TO_END, encoding="utf-8")
    task = subprocess.Popen(["bash", script], env=fake(here, 1), stdout=subprocess.PIPE, text=True)
    assert task.stdout is not None
    assert task.stdout.readline() == "ready\n"
    time.sleep(0.2)
    task.send_signal(signal.SIGUSR1)
    time.sleep(0.4)
    task.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert task.wait(timeout=60) == 143
    assert time.monotonic() - begun > 0.9
    assert task.stdout.read() == "ended\n"
    task.stdout.close()


@pytest.mark.parametrize("variable", ["SLURM_TMPDIR", "TMPDIR"])
def test_compiled_code_goes_to_the_nodes_disk(here: Path, variable: str) -> None:
    """The cache is a fresh folder on the node's own disk, gone at the end, wherever the node has it."""
    script = with_stand_in(here)
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("kernels=$store", 'echo "cache $WHOWHOM_CACHE"\nkernels=$store'), encoding="utf-8")
    environment = fake(here, 1)
    del environment["SLURM_TMPDIR"]
    environment[variable] = str(here / "disk")
    done = subprocess.run(["bash", script], env=environment, capture_output=True, text=True, check=True)
    assert re.match(rf"cache {here / 'disk'}/whowhom\.\w{{8}}\n", done.stdout)
    assert list((here / "disk").iterdir()) == []
