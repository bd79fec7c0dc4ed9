"""Given: what the server hands to every route, as annotations of its parameters."""

from __future__ import annotations

from litestar.di import NamedDependency

from linkloop.faces.api.access import Person
from linkloop.faces.api.attempts import Attempts
from linkloop.faces.api.door import Door
from linkloop.faces.api.metrics import Metrics
from linkloop.faces.api.once import Once
from linkloop.faces.api.sockets import Sockets
from linkloop.faces.api.stream import Watch
from linkloop.faces.api.work import Work
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.imports import Imports
from linkloop.faces.desk.quarantine import Wards
from linkloop.faces.desk.workbench import Runs

TheDesk = NamedDependency[Desk]
TheWork = NamedDependency[Work]
TheWatch = NamedDependency[Watch]
TheMetrics = NamedDependency[Metrics]
TheSockets = NamedDependency[Sockets]
TheOnce = NamedDependency[Once]
TheWho = NamedDependency[Person]
TheDoor = NamedDependency[Door]
TheAttempts = NamedDependency[Attempts]
TheImports = NamedDependency[Imports]
TheRuns = NamedDependency[Runs]
TheWards = NamedDependency[Wards]
