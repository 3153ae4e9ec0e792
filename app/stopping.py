"""Whether this process is going down: long jobs finish what they hold and take nothing new."""

from threading import Event

stopping = Event()
