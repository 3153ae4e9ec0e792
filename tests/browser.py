"""Where the browser of the browser tests is."""

import os
import shutil


def chromium() -> str | None:
    """Path of the system's Chromium, None where there is none. CHROMIUM names another one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
