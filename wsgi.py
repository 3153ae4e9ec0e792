"""Web entry; Flask's own discovery finds it, so `flask ...` works in the root."""

import sys

from app.factory import create_app
from config import BadSetting

try:
    app = create_app()
except BadSetting as problem:
    sys.exit(f"Error: {problem}")
