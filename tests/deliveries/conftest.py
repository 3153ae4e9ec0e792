from collections.abc import Iterator

import pytest

from app.deliveries import sending
from app.stopping import stopping


@pytest.fixture(autouse=True)
def no_relay_rests() -> Iterator[None]:
    """What a test before this one found out about a relay is forgotten."""
    sending._rests_until.clear()
    yield
    sending._rests_until.clear()
    stopping.clear()
