"""What is measured, and the bars that have to hold: `python -m bench [ONLY]`."""

import importlib
from typing import Any

FIELDS = ("name", "value", "unit", "limit", "ratio", "bar", "holds")


def measure(name: str) -> list[dict[str, Any]]:
    """The figures of one benchmark; none for a module that is a tool of others."""
    module = importlib.import_module(f"bench.{name}")
    if not hasattr(module, "run"):
        return []
    print(f"measuring {name} ...", flush=True)
    figures: list[dict[str, Any]] = module.run()
    for figure in figures:
        missing = [field for field in FIELDS if field not in figure]
        if missing:
            raise ValueError(f"bench/{name}.py leaves out {', '.join(missing)}")
    return figures
