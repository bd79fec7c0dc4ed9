"""Remedies: what other ways of choosing them would have been worth, and the rescues with how long they took."""

from __future__ import annotations

from litestar import get

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import Limit
from linkloop.faces.desk.service_remedies import RemedyEvaluation, RescueLine, evaluation, rescues


@get("/service/remedies/evaluation", tags=["service"], opt=may("see"))
async def remedies_evaluation(desk: TheDesk, work: TheWork) -> RemedyEvaluation:
    """Off-policy evaluation: inverse propensity, self-normalised and doubly robust, with 95 % intervals."""
    return await work.long(evaluation, desk.shop)


@get("/service/rescues", tags=["service"], opt=may("see"))
async def list_rescues(desk: TheDesk, work: TheWork, limit: Limit = 50) -> list[RescueLine]:
    """The latest negative events: what was done about each, by whom, and how soon."""
    return await work.quick(rescues, desk.shop, limit)


ROUTES = [remedies_evaluation, list_rescues]
