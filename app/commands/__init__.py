"""What an operator types: `flask GROUP COMMAND` across features, and a few commands of their own."""

import click

# Imported for what they add to the group of another: campaigns, starting.
from app.commands import campaigns, database, demo, doctor, serving, staff, starting, supporters, targets  # noqa: F401
from app.jobs.cli import worker_command

groups: tuple[click.Group, ...] = (database.group, demo.group, staff.group, supporters.group, targets.group)
commands: tuple[click.Command, ...] = (serving.serve_command, worker_command, doctor.doctor_command)
