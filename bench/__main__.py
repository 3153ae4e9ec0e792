"""`python -m bench [ONLY]`: run every benchmark of this folder (or one), print a table, write bench/latest.json.

A benchmark is a module with `run() -> list[dict]`; each dict is one figure: `name`, `value`, `unit`, `limit` (what the value is held
against, e.g. the bare loop's figure in the same run), `ratio` (value / limit), `bar` (the least ratio, or the least value where there is
no limit), `holds`, and where it was counted `fsyncs_per_second`. Exit 1 when a bar does not hold.
"""

import json
import pkgutil
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench import measure

HERE = Path(__file__).resolve().parent


def main(only: list[str]) -> int:
    names = [module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_")]
    unknown = set(only) - set(names)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names)}.", file=sys.stderr)
        return 2
    figures: list[dict[str, Any]] = []
    for name in only or names:
        # Each in a process of its own: none finds threads, caches or keys another one left.
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            figures += process.submit(measure, name).result()
    _print_table(figures)
    (HERE / "latest.json").write_text(json.dumps(figures, indent=1) + "\n")
    return int(not all(figure["holds"] for figure in figures))


def _print_table(figures: list[dict[str, Any]]) -> None:
    rows = [("", "value", "unit", "against", "ratio", "bar", "fsyncs/s", "")]
    for figure in figures:
        fsyncs = figure.get("fsyncs_per_second")
        rows.append(
            (
                figure["name"],
                _short(figure["value"]),
                figure["unit"],
                _short(figure["limit"]),
                _short(figure["ratio"]),
                _short(figure["bar"]),
                _short(fsyncs),
                "holds" if figure["holds"] else "DOES NOT HOLD",
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(
                cell.ljust(width) if at in {0, 2, 7} else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
        )


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
