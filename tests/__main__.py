"""`python -m tests [PYTEST ARGUMENTS]`: the suite on SQLite, then on PostgreSQL. The last lines say what passed and what was not run."""

import os
import subprocess
import sys
import time

from tests import postgresql, redis_server
from tests.browser import chromium

PARALLEL = ["-n", "2", "--dist", "worksteal"]


def main(arguments: list[str]) -> int:
    not_run = _missing()
    closing: list[str] = []
    failed = False
    for database, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        if database == "postgresql" and postgresql.missing():
            continue
        began = time.monotonic()
        print(f"--- the suite on {name}", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", *PARALLEL, "--database", database, *arguments]
        code = subprocess.run(command).returncode
        failed |= code not in {0, 5}  # 5: nothing collected, e.g. a part that has tests for the other database only
        word = {0: "passed", 5: "nothing to run"}.get(code, "FAILED")
        closing.append(f"{word}: the suite on {name}, {time.monotonic() - began:.0f} s")
    print("---")
    for line in closing + not_run:
        print(line)
    if not_run and os.environ.get("CI") == "true":
        print("FAILED: with CI=true everything has to be run")
        failed = True
    return int(failed)


def _missing() -> list[str]:
    lines = []
    if reason := postgresql.missing():
        lines.append(f"not run: PostgreSQL tests ({reason})")
    if chromium() is None:
        lines.append("not run: browser tests (no Chromium found; CHROMIUM=/path/to/it names one)")
    if reason := redis_server.missing():
        lines.append(f"not run: Redis tests ({reason})")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
