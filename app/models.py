"""Every table there is, imported once so that the metadata is complete."""

import app.accounts.models
import app.audit
import app.campaigns.models
import app.deliveries.models
import app.events.models
import app.letters.models
import app.reminders.models
import app.supporters.models
import app.targets.models  # noqa: F401
from app.db import Base

metadata = Base.metadata
