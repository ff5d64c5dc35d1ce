"""Turn the collected tables into the project's records.

    python studies/records/import_records.py FOLDER [--out src/whowhom/records]

FOLDER holds the collected CSV files (`date,quantity,value,low,high,unit,source,note`). The committed files under
`src/whowhom/records/` came from this script; run again on the same folder it writes the same bytes. Two collected files
are extracts of other people's data sets and are left alone: `regime_scores_russia.csv` and `cow_intrastate_russia.csv`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from pathlib import Path

from rules import HERE, Row, Rules, killings_abroad, table

from whowhom.data.records import read_record_file
from whowhom.data.schema import COLUMNS

SERIES_FILES = (
    "repression_arrests_cheka", "repression_convictions", "gulag_population", "peasant_unrest", "tambov", "kronstadt",
    "party", "security_forces", "population_harvest_famine", "election_1917", "emigres_assassinations",
    "derived_indicators",
)  # fmt: skip
REFERENCE_FILES = {"base_rates_computed": "base_rates", "priors_effect_sizes": "effect_sizes"}
REFERENCE_COLUMNS = ("quantity", "period", "value", "low", "high", "unit", "cite", "read_at", "status", "note")
LEFT_ALONE = ("regime_scores_russia.csv", "cow_intrastate_russia.csv")

# First word of a series name -> the file it is kept in.
KEPT_IN = {
    "repression": "repression", "camps": "camps", "exile": "camps", "prisons": "camps", "unrest": "unrest",
    "tambov": "tambov", "kronstadt": "kronstadt", "party": "party", "apparatus": "apparatus", "army": "apparatus",
    "population": "population", "food": "population", "famine": "population", "election": "election",
    "emigration": "abroad", "abroad": "abroad", "derived": "derived",
}  # fmt: skip


def collected_rows(folder: Path, name: str) -> list[Row]:
    """Read one collected table."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series_rows(folder: Path, rules: Rules) -> list[Row]:
    """Convert all collected series, then add the rows that were found afterwards (`anchors.csv`)."""
    rows: list[Row] = []
    for name in SERIES_FILES:
        for collected in collected_rows(folder, name):
            if not collected["quantity"].startswith("abroad_killing"):
                rows.extend(rules.convert(name, collected))
    rows.extend(killings_abroad(collected_rows(folder, "emigres_assassinations")))
    rows.extend(table("anchors.csv"))
    return rows


def reference_rows(folder: Path, name: str, rules: Rules) -> list[Row]:
    """Convert a table of base rates or effect sizes; it has no place and no rival estimates."""
    rows = []
    for collected in collected_rows(folder, name):
        source = rules.source(collected["source"])
        memory = source["status"] == "memory"
        taken = {column: collected[column] for column in ("quantity", "value", "low", "high", "unit", "note")}
        period = collected["date"].replace("-", "/")
        rows.append(
            taken
            | {"period": period, "cite": source["cite"], "status": source["status"]}
            | {"read_at": "" if memory else source["read_at"]}
        )
    return rows


def write(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    """Write one of the project's tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def sha256(path: Path) -> str:
    """Fingerprint the bytes of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def counted(path: Path) -> int:
    """Count the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def provenance(folder: Path, out: Path, date: str) -> dict[str, object]:
    """Say which bytes went in and which came out."""
    inputs = [folder / f"{name}.csv" for name in (*SERIES_FILES, *REFERENCE_FILES)]
    tables = [HERE / name for name in ("anchors.csv", "catalogue.csv", "replacements.csv", "sources.csv")]
    outputs = sorted([*(out / "series").glob("*.csv"), *(out / "reference").glob("*.csv")])
    return {
        "made_by": "studies/records/import_records.py",
        "date": date,
        "left_alone": dict.fromkeys(LEFT_ALONE, "an extract of other people's data set; not kept here"),
        "inputs": {path.name: {"rows": counted(path), "sha256": sha256(path)} for path in inputs},
        "tables": {f"studies/records/{path.name}": {"rows": counted(path), "sha256": sha256(path)} for path in tables},
        "outputs": {str(path.relative_to(out)): {"rows": counted(path), "sha256": sha256(path)} for path in outputs},
    }


def main() -> None:
    """Read the command line and write everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "src" / "whowhom" / "records")
    parser.add_argument("--date", required=True, help="date of the import, for the provenance file")
    asked = parser.parse_args()
    rules = Rules()
    kept: dict[str, list[Row]] = {}
    for row in series_rows(asked.folder, rules):
        kept.setdefault(KEPT_IN[row["series"].split(".")[0]], []).append(row)
    for name, rows in sorted(kept.items()):
        path = asked.out / "series" / f"{name}.csv"
        write(path, COLUMNS, sorted(rows, key=lambda row: row["series"]))
        print(f"{path.name}: {read_record_file(path)}")
    for name, target in REFERENCE_FILES.items():
        write(asked.out / "reference" / f"{target}.csv", REFERENCE_COLUMNS, reference_rows(asked.folder, name, rules))
    text = json.dumps(provenance(asked.folder, asked.out, asked.date), indent=1, ensure_ascii=False)
    (asked.out / "PROVENANCE.json").write_text(text + "\n", encoding="utf-8")
    for key in rules.unused():
        print("not used:", *key, file=sys.stderr)


if __name__ == "__main__":
    main()
