"""`whowhom verify`: which published results come out of the models here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whowhom.cli.options import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whowhom.verification.claim import Claim
    from whowhom.verification.running import Verified

#: Exit code if a result is not the declared one.
UNEXPECTED = 1


def verify(
    model: Annotated[str, typer.Argument(metavar="MODEL|all", help="A model by name, or all of them.")],
    quick: Annotated[
        bool, typer.Option("--quick", help="Only what takes under three minutes in all; says what it left out.")
    ] = False,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write everything to a JSON file.", show_default=False)
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="DIR", help="Draw the figures into this folder.", show_default=False),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Claims at the same time; all cores by default.",
            metavar="N",
            parser=whole("--workers", least=1),
            show_default=False,
        ),
    ] = None,
) -> None:
    """Put the claims about a model to it: source, evidence, what came out, what is expected.

    Counted as reproduced are only numbers and signs that others have published; what follows from theory, from other programs or
    from measurements of ours is shown beside them. What the literature says and no implementation shows is listed as not
    reproduced. Exit code 1 if any result is not the declared one, also if one that was not reproduced begins to be.
    """
    from whowhom.verification.listing import omitted, summary
    from whowhom.verification.running import quick_claims, verify_all

    asked = _claims(model)
    claims, left_out = quick_claims(asked) if quick else (asked, ())
    _check(json, figures)
    found = verify_all(claims, workers=_workers(workers), figures=figures, say=_progress(len(claims)))
    _print(found)
    for line in [*summary(found), *(omitted(left_out) if quick else [])]:
        typer.echo(line)
    if json is not None:
        _write(json, found, left_out=left_out)
    if any(not one.as_declared for one in found):
        raise typer.Exit(UNEXPECTED)


def _claims(model: str) -> tuple[Claim, ...]:
    """Return the claims asked for, at least one."""
    from whowhom.errors import ModelError, UnknownNameError, quoted, unknown
    from whowhom.models.registry import model_names
    from whowhom.verification.claim import all_claims, claims_of

    if model == "all":
        return all_claims()
    if model not in model_names():
        known = ["all", *model_names()]
        raise UnknownNameError(unknown("model", model, known, listed_by="whowhom models"))
    claims = claims_of(model)
    if not claims:
        have = [name for name in model_names() if claims_of(name)]
        raise ModelError(
            f"model {quoted(model)} must have claims to be verified, got none. Models with claims: {', '.join(have) or 'none'}."
        )
    return claims


def _check(json: Path | None, figures: Path | None) -> None:
    """Refuse before anything is measured what could not be written afterwards."""
    from whowhom.cli.files import check_file
    from whowhom.engine.disk import reason
    from whowhom.errors import StoreError

    if json is not None:
        check_file(json, option="--json")
    if figures is None:
        return
    if figures.exists() and not figures.is_dir():
        raise StoreError(f"'--figures' must be a folder, got a file called '{figures}'. Choose another.")
    try:
        figures.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"'--figures' must be a folder that can be made, got '{figures}': {reason(error)}. Choose another."
        ) from error


def _workers(asked: int | None) -> int:
    import os

    return asked if asked is not None else len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _progress(total: int) -> Any:
    """Return what says on standard error how far things are."""
    done = 0

    def say(one: Verified) -> None:
        nonlocal done
        done += 1
        typer.echo(f"{done}/{total} {one.claim.model}, {one.claim.name}: {one.result}", err=True)
        if one.trace:
            typer.echo(one.trace, err=True)

    return say


def _print(found: Sequence[Verified]) -> None:
    """Print the claims model by model."""
    from rich.console import Console

    from whowhom.verification.listing import table

    console = Console(highlight=False)
    for model in dict.fromkeys(one.claim.model for one in found):
        console.print(f"\n{model}\n", style="bold", markup=False)
        console.print(table([one for one in found if one.claim.model == model]))


def _write(path: Path, found: Sequence[Verified], *, left_out: Sequence[Claim]) -> None:
    """Write everything to a JSON file, whole or not at all."""
    import json

    from whowhom import __version__
    from whowhom.engine.disk import whole_file
    from whowhom.verification.listing import as_data

    with whole_file(path, way_out="Choose another file with --json.") as temporary:
        data = {"whowhom": __version__, **as_data(found, left_out=left_out)}
        temporary.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    typer.echo(f"written: {path}")
