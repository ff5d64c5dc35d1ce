"""Whatever a user may get wrong: one clear text, exit code 2, and nothing finished is touched."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.unit.cli.program import SMALL, refused, whowhom

from whowhom.data.schema import COLUMNS
from whowhom.provenance import content_hash

TOML = (files("whowhom") / "scenarios" / "soviet.toml").read_text(encoding="utf-8")
RUN = ("run", "soviet", *SMALL)

# What is typed, and what the answer must say.
CASES: tuple[tuple[tuple[str, ...], str], ...] = (
    # names
    (("rnu", "soviet"), "No such command 'rnu'.*run"),
    (("run", "soviet", "--replicate", "2"), "No such option.*--replicate.*--replicates"),
    (("run",), "Missing argument"),
    (("run", "soviat"), "'soviet'.*got 'soviat'. Nearest: 'soviet'. `whowhom scenarios` lists all"),
    (("describe", "soviat"), "got 'soviat'. Nearest: 'soviet'"),
    (("twins", "soviat", "--off", "executions"), "got 'soviat'. Nearest: 'soviet'"),
    ((*RUN, "--off", "execution"), "unknown switch 'execution'. Nearest: 'executions'"),
    ((*RUN, "--on", "consession"), "unknown switch 'consession'. Nearest: 'concession'"),
    ((*RUN, "--off", "names.base"), "'names.base' is a parameter, not a switch"),
    ((*RUN, "--set", "executions=0"), "'executions' is a switch, not a parameter"),
    ((*RUN, "--set", "names.bse=1"), "unknown parameter 'names.bse'. Nearest: 'names.base'"),
    ((*RUN, "--off", "executionz,kamps"), "'executionz'(.|\n)*'kamps'"),
    (("records", "repression.arests"), "unknown recorded series 'repression.arests'. Nearest: 'repression.arrests'"),
    (("export", "pairs", "--out", "a.csv", "--arm", "no camps"), "'--arm' must be an arm of 'pairs' .*'no executions'.*got 'no camps'"),
    (("export", "pairs", "--out", "a.xls", "--format", "xls"), "unknown format 'xls'. Known: 'csv', 'parquet'"),
    (("attribute", "soviet", *SMALL, "--of", "arrests,execution"), "unknown switch 'execution'. Nearest: 'executions'"),
    (("attribute", "soviet", *SMALL, "--of", "arrests"), "an attribution must have from 2 to 10 causes, got 1"),
    (("attribute", "soviet", *SMALL, "--of", "arrests,camps+arrests"), "causes must have different switches, got 'arrests' twice"),
    (("attribute", "soviet", *SMALL, "--of", "arrests,names.base"), "'names.base' is a parameter, not a switch"),
    (("attribute", "soviet", *SMALL, "--of", "arrests,camps", "--from", "1922"), "'--from' must be before 1917-12-05"),
    (("attribute", "soviet", *SMALL, "--of", "arrests,camps", "--total", "fear"), "unknown total 'fear'"),
    (("sensitivity", "soviet", "--parameters", "repression.share_executed"), "got a range of 'repression.share_executed'. whowhom does not search for the dose"),
    (("sensitivity", "soviet", "--parameters", "decision.fear"), "unknown parameter 'decision.fear'. Nearest: "),
    (("sensitivity", "soviet", "--range", "decision.fear_weight=1"), "'--range' must be NAME=LOW:HIGH, got 'decision.fear_weight=1'"),
    (("sensitivity", "soviet", "--range", "decision.fear_weight=2:1"), "must be two numbers, the lower one first"),
    (("sensitivity", "soviet", "--parameters", "decision.fear_weight", "--points", "12"), "must be a power of two, got 12. Take 8 or 16."),
    (("sensitivity", "soviet", "--parameters", "decision.fear_weight", "--outcome", "fear"), "unknown total 'fear'"),
    (("sensitivity", "soviet", "--parameters", "decision.fear_weight", "--outcome", "survived", "--outcome", "arrests_total"), "must be totals, or survival and victims, got both"),
    # values
    ((*RUN, "--set", "names.base=99"), r"'names.base' must be in \[0, 20\], got 99"),
    ((*RUN, "--set", "names.base=nan"), r"'names.base' must be in \[0, 20\], got nan"),
    ((*RUN, "--set", "names.base=-inf"), r"'names.base' must be in \[0, 20\], got -inf"),
    ((*RUN, "--set", "names.base=many"), "'names.base' must be a number .* got 'many'"),
    ((*RUN, "--set", "names.base"), "'--set' must be NAME=VALUE, got 'names.base'"),
    ((*RUN, "--set", "names.base=1", "--set", "names.base=2"), "'--set' must give 'names.base' one value, got two"),
    ((*RUN, "--set", "centre.threshold_arrest=0.9"), "must not be above 'centre.threshold_exile'"),
    ((*RUN, "--off", "camps", "--on", "camps"), "switch 'camps' must be off or on, got both"),
    ((*RUN, "--persons", "100"), "'persons' must be at least 10000.* got 100"),
    ((*RUN, "--persons", "1000000000000"), "'persons' must be at most 137000000.* got 1000000000000"),
    ((*RUN, "--persons", "many"), "'--persons' must be a whole number, got 'many'. Write 100000 or 1e5."),
    ((*RUN, "--persons", "1.5e0"), "'--persons' must be a whole number, got '1.5e0'"),
    ((*RUN, "--persons", "inf"), "'--persons' must be a whole number, got 'inf'"),
    ((*RUN, "--persons", "1e999999999"), "'--persons' must be a whole number, got '1e999999999'"),
    ((*RUN, "--persons", ""), "'--persons' must be a whole number, got ''"),
    ((*RUN, "--persons", "1e12"), "'persons' must be at most 137000000.* got 1000000000000"),
    ((*RUN, "--replicates", "0"), "'replicates' must be at least 1, got 0"),
    ((*RUN, "--replicates", "2.5"), "'--replicates' must be a whole number, got '2.5'"),
    ((*RUN, "--replicates", "1000000000000"), "'replicates' must be at most 1000000"),
    ((*RUN, "--seed", "-1"), r"'seed' must be a whole number in \[0, 2\*\*62\), got -1"),
    ((*RUN, "--seed", "many"), "'--seed' must be a whole number, got 'many'"),
    (("demo", "--store", "new", "--out", "a.html", "--persons", "few"), "'--persons' must be a whole number"),
    ((*RUN, "--seed", "99999999999999999999"), "'seed' must be a whole number"),
    ((*RUN, "--threads", "0"), "'--threads' must be a whole number from 1 on, got '0'"),
    # values that are right by themselves and wrong together
    ((*RUN, "--set", "decision.weight_local=0.8", "--set", "decision.weight_nation=0.3"), r"'decision.weight_local' \+ 'decision.weight_nation' must be at most 1, got 0.8 \+ 0.3"),
    ((*RUN, "--set", "decision.weight_nation=0.5"), r"must be at most 1, got 0.6 \+ 0.5. They are shares of a person's attention"),
    ((*RUN, "--set", "quality.min=0.95"), "'quality.min' must not be above 'quality.max', got 0.95 above 0.9"),
    ((*RUN, "--set", "centre.ceiling_camp=0.1", "--set", "centre.base_camp=0.2"), "'centre.base_camp' must not be above 'centre.ceiling_camp'"),
    (("run", "attention.toml", *SMALL), r"attention.toml: 1918-01-02: 'decision.weight_local' \+ 'decision.weight_nation' must be at most 1, got 0.6 \+ 0.9"),
    # dates
    ((*RUN, "--until", "soon"), "'--until' must be a date written as 1922, 1922-03 or 1922-03-15, got 'soon'"),
    ((*RUN, "--until", "1922-02-30"), "'--until' must be a day of the calendar, got '1922-02-30'"),
    ((*RUN, "--until", "1910"), "'--until' must be after 1917-11-07, .* got '1910'"),
    ((*RUN, "--until", "1917-11-07"), "'--until' must be after 1917-11-07, .* got '1917-11-07'"),
    ((*RUN, "--off", "camps", "--from", "1900"), "'--from' must be on or after 1917-11-07, .* got '1900'"),
    ((*RUN, "--off", "camps", "--from", "1922"), "'--from' must be before 1917-12-05, .* got '1922'"),
    ((*RUN, "--from", "1917-11-20"), "'--from' must have a change that begins then"),
    # arms
    ((*RUN, "--arm", "mild"), "'--arm' must have a name and a colon, got 'mild'"),
    ((*RUN, "--arm", ":off=camps"), "'--arm' must have a name and a colon"),
    ((*RUN, "--arm", "mild:of=camps"), "'--arm' must be made of off=, on=, set= and from=, got 'of=camps'"),
    ((*RUN, "--arm", "a:off=camps", "--arm", "a:off=exile"), "arms must have different names, got 'a' twice"),
    ((*RUN, "--arm", "history:off=camps"), "arms must have different names, got 'history' twice"),
    ((*RUN, "--arm", "a:off=camps;from=1918-01;from=1919"), "'--arm' must have one from="),
    ((*RUN, "--arm", "a:off=camps", "--arm", "b:off=kamps"), "arm 'b': unknown switch 'kamps'"),
    (("twins", "soviet", *SMALL), "twins must differ in something, got no change"),
    # scenario files
    (("run", "absent.toml", *SMALL), "absent.toml: a scenario must be a file that exists"),
    (("run", "folder.toml", *SMALL), "'folder.toml': the file must be readable"),
    (("run", "broken.toml", *SMALL), "broken.toml, line 1, column 10: the file must be TOML"),
    (("run", "model.toml", *SMALL), "model.toml: .*unknown model 'machin'. Nearest: 'machine'"),
    (("run", "parameter.toml", *SMALL), "unknown parameter 'centre.concesion_from'. Nearest: 'centre.concession_from'"),
    (("run", "province.toml", *SMALL), "province.toml: "),
    (("run", "start.toml", *SMALL), r"start.toml: 'start' must stand in \[scenario\], got it elsewhere"),
    (("run", "turned.toml", *SMALL), r"unknown table '\\u202eparty'. Nearest: 'party'"),
    (("run", "weights.toml", *SMALL), "'party_weight' must be above 0 somewhere, got 0 in all"),
    (("run", "named.toml", *SMALL), "'Petrograd garrison': 'named' must be true or false, got 'yes'"),
    (("run", "capital.toml", *SMALL), r"\[\[capital\]\]: unknown key 'pol'. Nearest: 'pool'"),
    (("run", "early.toml", *SMALL), r"\[\[capital\]\]: 'from' must be on or after 1917-11-07"),
    (("run", "many.toml", *SMALL), r"'x0'(.|\n)*\.\.\. and 150 more\."),
    (("run", "sets.toml", *SMALL), "'sets.sets.json': the file must be readable, got: Is a directory"),
    # files of records
    (("records", "--file", "huge.csv"), r"'value' must be at most 1e\+18 in size, got '1e300'. Choose a larger unit."),
    # stores
    (("resume", "absent"), "'absent' must be a store, got no such folder"),
    (("resume", "file"), "'file' must be a store, got a file"),
    (("resume", "strangers"), "'strangers' must be a store, got a folder without manifest.json"),
    (("resume", "damaged"), "must be as whowhom wrote it, got a damaged one"),
    (("resume", "newer"), "must have schema 2 or older, got 99"),
    (("report", "forged", "--out", "a.html"), r"got a damaged one \(experiment.model.version must be there, got none\)"),
    (("report", "seeds", "--out", "a.html"), "must hold its part of the experiment, got seeds that are not those of the design"),
    (("export", "weeks", "--out", "a.csv"), "must hold its part of the experiment, got (no row for|a row too many for) arm"),
    (("export", "dates", "--out", "a.csv"), "must hold its part of the experiment, got dates that are not those of its weeks"),
    (("report", "failures", "--out", "a.html"), "failures-00000.json' must be as whowhom wrote it, got one that is damaged"),
    (("report", "strangers", "--out", "a.html"), "'strangers' must be a store"),
    (("report", "empty", "--out", "a.html"), "store 'empty' must hold a finished history, got none of 4"),
    (("export", "empty", "--out", "a.csv"), "store 'empty' must hold a finished history, got none of 4"),
    (("export", "strangers", "--out", "a.csv"), "'strangers' must be a store"),
    ((*RUN, "--store", "pairs"), "store 'pairs' must hold the experiment that is run, got another one: arms"),
    (("twins", *RUN[1:], "--off", "executions", "--seed", "2", "--store", "pairs"), "seed is 1 there and 2 here"),
    ((*RUN, "--store", "strangers"), "store 'strangers' must be an empty folder or hold an experiment, got 'thing'"),
    ((*RUN, "--store", "file"), "store 'file' must be a folder, got a file"),
    ((*RUN, "--store", "file/sub"), "store 'file/sub' must be a folder that can be made"),
    ((*RUN, "--store", "/proc/none"), "store '/proc/none' must be a folder that can be made"),
    # files to write
    (("export", "pairs"), "'export' must be told where to write, got nothing. Give --out FILE or --behaviorspace FILE"),
    (("export", "pairs", "--behaviorspace", "absent/a.csv"), "got none called 'absent'. Choose another file with --behaviorspace"),
    (("export", "pairs", "--behaviorspace", "a.csv", "--arm", "no camps"), "'--arm' must be an arm of 'pairs'"),
    (("export", "empty", "--behaviorspace", "a.csv"), "store 'empty' must hold a finished history"),
    (("outbursts", "file", "--observable", "armed", "--above", "1"), "'file' must begin with 'BehaviorSpace results'"),
    (("export", "pairs", "--out", "strangers"), "'strangers' must be a file, got a folder"),
    (("export", "pairs", "--out", "strangers", "--format", "parquet"), "'strangers' must be a file, got a folder"),
    (("export", "pairs", "--out", "absent/a.csv"), "must be in a folder that exists, got none called 'absent'"),
    (("export", "pairs", "--out", "pairs/manifest.json"), "must not be a file of the experiment there"),
    (("export", "pairs", "--out", "empty/weeks-00000.parquet"), "must not be a file of the experiment there"),
    (("report", "pairs", "--out", "pairs/manifest.json"), "must not be a file of the experiment there"),
    (("report", "pairs", "--out", "strangers"), "'strangers' must be a file, got a folder"),
    (("report", "pairs", "--out", "absent/a.html"), "must be in a folder that exists, got none called 'absent'"),
    (("follow", "soviet", "--person", "1", "--csv", "absent/a.csv"), "must be in a folder that exists, got none called 'absent'"),
    (("occupancy", "soviet", *SMALL, "--csv", "absent/a.csv"), "must be in a folder that exists, got none called 'absent'"),
    (("occupancy", "soviet", *SMALL, "--off", "execution"), "unknown switch 'execution'"),
    (("follow", "soviet"), "'follow' must be told whom, got nothing"),
    (("follow", "soviet", "--path", "party,rich", "--persons", "10240"), "must be made of words of the model, got 'rich'"),
    (("claims", "soviat"), "got 'soviat'. Nearest: 'soviet'"),
    (("claims", "regime_quiet"), r"must stand in 'regime_quiet\.claims\.toml', got no such file"),
    (("assess", "soviet", "C99", "--store", "s"), "unknown claim 'C99'"),
    (("assess", "soviet", "C2", "--store", "s"), "claim 'C2' cannot be assessed yet"),
    (("assess", "soviet", "C6"), "Missing option '--store'"),
    (("assess", "soviet", "C6", "--store", "s", "--persons", "20000"), "'persons' must be at least 65536 for claim 'C6', got 20000"),
    (("assess", "soviet", "C6", "--store", "s", "--draws", "1"), "'--draws' must be a whole number from 2 on, got '1'"),
    (("assess", "soviet", "C6", "--store", "s", "--file", "nowhere.toml"), "got no such file"),
    (("findings", "pairs"), "'pairs' must hold findings, got none"),
    (("fork", "soviet", "tambow"), "unknown turning point 'tambow'. Nearest: 'tambov'"),
    (("fork", "soviet", "tambov", "--keep", "pairs/manifest.json"), "'--keep' must be a folder that can be made"),
    (("fork", "soviet", "tambov", "--weeks", "1e7"), r"'weeks' must be in \[1, 5200\], got 10000000"),
    # outbursts
    (("outbursts", "pairs", "--observable", "population"), "Missing option '--above'"),
    (("outbursts", "pairs", "--observable", "visible", "--above", "1"), "unknown column 'visible'"),
    (("outbursts", "pairs", "--observable", "armed", "--above", "nan"), "'above' must be a finite number, got nan"),
    (("outbursts", "pairs", "--observable", "armed", "--above", "1", "--arm", "none"), "unknown arm 'none'"),
    (("outbursts", "empty", "--observable", "armed", "--above", "1"), "store 'empty' must hold a finished history, got none of 4"),
    (("outbursts", "pairs", "--observable", "armed", "--above", "1", "--csv", "absent/a.csv"), "got none called 'absent'. Choose another file with --csv"),
    # verification
    (("verify",), "Missing argument"),
    (("verify", "machin"), "unknown model 'machin'. Nearest: 'machine'"),
    (("verify", "all", "--workers", "0"), "'--workers' must be a whole number from 1 on, got '0'"),
    (("verify", "all", "--json", "absent/a.json"), "must be in a folder that exists, got none called 'absent'. Choose another file with --json"),
    (("verify", "all", "--json", "pairs/manifest.json"), "must not be a file of the experiment there"),
    (("verify", "all", "--figures", "file"), "'--figures' must be a folder, got a file called 'file'"),
    (("verify", "all", "--figures", "file/sub"), "'--figures' must be a folder that can be made, got 'file/sub'"),
    (("demo", "--store", "new", "--out", "absent/a.html"), "must be in a folder that exists, got none called 'absent'"),
    (("records", "--csv", "absent/a.csv"), "absent"),
)  # fmt: skip


@pytest.fixture
def wrong(here: Path) -> Path:
    """Files and folders in which something is wrong, beside a sound store and an empty one."""
    (here / "file").write_text("a file", encoding="utf-8")
    (here / "folder.toml").mkdir()
    (here / "strangers").mkdir()
    (here / "strangers" / "thing").write_text("not ours", encoding="utf-8")
    edits = {
        "broken.toml": ("[scenario]", "[scenario"),
        "model.toml": ('model = "machine"', 'model = "machin"'),
        "parameter.toml": ('"centre.concession_from"', '"centre.concesion_from"'),
        "province.toml": ("[[province]]", "[[provinse]]"),
    }
    garrison = 'pool = "Petrograd garrison"'
    points = '[["1917-11-07", 0.1], ["1918-01-02", 0.9]]'
    edits |= {
        "attention.toml": (
            "[[capital]]",
            f'[[schedule]]\nparameter = "decision.weight_nation"\npoints = {points}\nkind = "step"\n[[capital]]',
        ),
        "start.toml": ("[scenario]", "start = 1917\n[scenario]"),
        "turned.toml": ("[party]", '["\u202eparty"]'),
        "weights.toml": ("party_weight = ", "party_weight = 0  # "),
        "named.toml": ("named = true", 'named = "yes"'),
        "capital.toml": (garrison, f"{garrison}\npol = 1"),
        "early.toml": ('from = "1917-11-07"', 'from = "1917-11-06"'),
        "many.toml": ("[scenario]", "\n".join(f"x{number} = 1" for number in range(200)) + "\n[scenario]"),
    }
    for name, (old, new) in edits.items():
        assert old in TOML
        text = TOML.replace(old, new)
        (here / name).write_text(text[text.index(new) :] if name == "broken.toml" else text, encoding="utf-8")
    _edit_manifest(here / "damaged", lambda page: page | {"experiment_hash": "0"})
    _edit_manifest(here / "newer", lambda page: page | {"schema_version": 99})
    (here / "sets.toml").write_text(TOML, encoding="utf-8")
    (here / "sets.sets.json").mkdir()
    row = "a.b,1921,Petrograd,workers,1e300,,,persons,stock,Somebody 1921,,memory,a,b"
    (here / "huge.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    _edit_manifest(here / "forged", _without_version)
    _spoil_stores(here)
    return here


def _without_version(page: dict[str, Any]) -> dict[str, Any]:
    del page["experiment"]["model"]["version"]
    return page | {"experiment_hash": content_hash(page["experiment"])}


def _spoil_stores(here: Path) -> None:
    """Make copies of the store that are sound Parquet and JSON, and not what the design says."""
    changes = {
        "seeds": ("runs-00000.parquet", "SELECT * REPLACE (seed + 7 AS seed)"),
        "weeks": ("weeks-00000.parquet", "SELECT * REPLACE (replicate + 1 AS replicate)"),
        "dates": ("weeks-00000.parquet", "SELECT * REPLACE (CAST(date + 1 AS DATE) AS date)"),
    }
    for name, (file, change) in changes.items():
        shutil.copytree(here / "pairs", here / name)
        duckdb.sql(f"COPY ({change} FROM '{here / 'pairs' / file}') TO '{here / name / file}' (FORMAT parquet)")
    shutil.copytree(here / "pairs", here / "failures")
    (here / "failures" / "failures-00000.json").write_text('[{"index": 3}]', encoding="utf-8")


def _edit_manifest(folder: Path, edit: Callable[[dict[str, object]], dict[str, object]]) -> None:
    folder.mkdir()
    page = json.loads((folder.parent / "empty" / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(edit(page)), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("words", "answer"), CASES, ids=[" ".join(words)[-60:] for words, _ in CASES])
def test_bad_input_is_answered(words: tuple[str, ...], answer: str, wrong: Path) -> None:
    """A mistake is answered on standard error by a text that names it, with exit code 2, and changes no file."""
    before = contents(wrong)
    assert re.search(answer, refused(*words).err), refused(*words).err
    assert contents(wrong) == before


@pytest.mark.parametrize("place", ["file", "file/sub", "file/sub/deeper", "strangers", "pairs", "damaged", "newer"])
def test_a_wrong_place_is_refused_first(place: str, wrong: Path) -> None:
    """Where no store can be begun or continued, that is the only thing said: no plan, no waiting."""
    assert refused(*RUN, "--store", place).out == ""


def test_other_code_is_refused_before_the_plan(wrong: Path) -> None:
    """A store that other code began and did not finish is refused by `run` and `resume`; `--other-code` is the way out."""
    (page,) = (wrong / "pairs").glob("program-*.json")
    other = json.loads(page.read_text(encoding="utf-8")) | {"kernels": "f" * 16, "code": "f" * 64}
    (wrong / "pairs" / "program-ffffffffffffffff.json").write_text(json.dumps(other), encoding="utf-8")
    (wrong / "pairs" / "batch-00003.done").unlink()
    twins = ("twins", *RUN[1:], "--off", "executions", "--store", "pairs")
    assert refused(*twins).out == ""
    for words in (twins, ("resume", "pairs")):
        assert "must be continued by the code that computed what it holds" in refused(*words).err
    err = whowhom("resume", "pairs", "--other-code").err
    assert err.startswith("note: what store 'pairs' holds was computed by other code")


def test_the_table_is_long() -> None:
    """At least forty mistakes are tried, and none twice."""
    assert len({words for words, _ in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize(
    "words",
    [
        (*RUN, "--arm", "some:set=repression.torture=0.2", "--arm", "much:set=repression.torture=0.9"),
        ("twins", *RUN[1:], "--set", "repression.torture=0.2"),
    ],
)
def test_a_search_for_a_dose_is_refused(words: tuple[str, ...], wrong: Path) -> None:
    """Arms that differ only in how strongly an instrument is used are refused, with the reason."""
    err = refused(*words).err
    assert "must differ in whether an instrument exists, not in how much of it there is" in err
    assert "whowhom does not search for the dose that keeps a regime in power" in err
    assert not (wrong / "runs").exists()


def test_everything_wrong_is_said_at_once(wrong: Path) -> None:
    """Several mistakes in one command have a line each."""
    err = refused(*RUN, "--replicates", "0", "--seed", "-1", "--off", "kamps").err
    assert [line.split()[0] for line in err.splitlines()] == ["'replicates'", "'seed'", "arm"]


def test_a_process_shows_no_traceback(wrong: Path) -> None:
    """A process of its own ends with exit code 2, the text alone on standard error and nothing on standard output."""
    command = [sys.executable, "-c", "from whowhom.cli.main import main; main()", "resume", "absent"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("'absent' must be a store, got no such folder.")
    assert len(done.stderr.splitlines()) == 1
