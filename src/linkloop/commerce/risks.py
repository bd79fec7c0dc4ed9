"""Risks: how well the chances and demands that were written down came true, and what corrects them."""

from typing import ClassVar

from linkloop.core.table import Table


class RiskCalibration(Table, frozen=True, kw_only=True, gc=False):
    """What the risk of coming days is corrected by, learned from `pairs` products in a region on `days` past days.

    Expected demand counts `demand_factor` times and its spread `spread_factor` times; the chance p of running out that
    follows is read as 1 / (1 + exp(−`shift` − `slope` × ln(p / (1 − p)))) (Platt 1999). Brier score and expected
    calibration error are of the days learned from: as they were written, and with this correction.
    """

    __table__: ClassVar[str] = "risk_calibrations"
    __key__: ClassVar[tuple[str, ...]] = ("shop",)

    shop: str
    learned_to: str
    pairs: int = 0
    days: int = 0
    ran_out: int = 0
    demand_factor: float = 1.0
    spread_factor: float = 1.0
    shift: float = 0.0
    slope: float = 1.0
    brier_before: float = 0.0
    brier_after: float = 0.0
    ece_before: float = 0.0
    ece_after: float = 0.0
