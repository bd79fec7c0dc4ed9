"""Reading: the list of tables, and one with everything that its page needs."""

from __future__ import annotations

from collections import Counter

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.text import Text
from linkloop.faces.desk.rules.drafts import draft, drafts
from linkloop.faces.desk.rules.fields import answered_fields, asked_fields
from linkloop.faces.desk.rules.hits import hits
from linkloop.faces.desk.rules.sheet import sheet_of
from linkloop.faces.desk.rules.views import RuleDetail, RuleSummary


def list_tables(shop: Shop, days: int) -> list[RuleSummary]:
    """Every table that a link uses, by name."""
    fired = hits(shop, days)
    return [_summary(shop, name, days, fired.get(name, Counter())) for name in sorted(shop.rules.live)]


def one_table(shop: Shop, name: str, days: int, person: str) -> RuleDetail:
    """One table. Raises NotFound `rules.unknown`."""
    table = shop.rules.known(name)
    return RuleDetail(
        summary=_summary(shop, name, days, hits(shop, days).get(name, Counter())),
        currency=shop.settings.currency,
        asks=asked_fields(table),
        answers=answered_fields(table),
        sheet=sheet_of(shop.rules.bodies[name]),
        mine=draft(shop, name, person),
    )


def _summary(shop: Shop, name: str, days: int, fired: Counter[str]) -> RuleSummary:
    table = shop.rules.live[name]
    link = shop.rules.homes[name]
    last = next(iter(shop.rules.history(name)), None)
    return RuleSummary(
        name=name,
        title=table.title,
        question=table.question.__name__,
        asked=(table.question.__doc__ or "").strip(),
        link=link.name,
        link_title=Text(en=link.title[0], zh=link.title[1]),
        version=table.version,
        shipped=table.version == shop.rules.shipped[name][0].version,
        since=from_micros(last.at) if last else None,
        by=last.by if last else "",
        note=last.note if last else "",
        tests=len(table.file.linkloop.tests),
        days=days,
        rows=list(table.rows),
        fired=[fired[row] for row in table.rows],
        drafts=drafts(shop, name),
    )
