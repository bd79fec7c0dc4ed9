"""`linkloop import`: a merchant's files become tables, and what became of every row is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkloop.faces.cli.frame import command
from linkloop.faces.cli.progress import Progress
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import language, say

if TYPE_CHECKING:
    from linkloop.faces.desk.desk import Desk
    from linkloop.worlds.files.report import FileReport, ImportReport


@command("import")
@click.argument("paths", nargs=-1, required=True)
@click.option("--mapping")
@click.option("--dry-run", is_flag=True)
@click.option("--currency", default="")
@click.option("--zone", default="")
@click.option("--readmit", is_flag=True)
def import_(
    session: Session,
    paths: tuple[str, ...],
    mapping: str | None,
    dry_run: bool,
    currency: str,
    zone: str,
    readmit: bool,
) -> None:
    if readmit and (dry_run or currency or zone):
        raise click.UsageError(say("usage.readmit"))
    progress = Progress(session.json)
    reports: list[ImportReport] = []
    with session.desk(missing="create") as desk:
        settings = desk.shop.settings
        options: dict[str, Any] = {"mapping": mapping}
        if not readmit:
            options |= {
                "dry_run": dry_run,
                "currency": currency,
                "timezone": zone,
                "shop_currency": settings.currency,
                "shop_timezone": settings.zone,
            }
        for path in paths:
            options["progress"] = lambda done, of, name=Path(path).name: progress.step(
                say("import.going", file=name), done, of
            )
            try:
                reports.append(_readmit(desk, path, options) if readmit else desk.import_paths([path], **options)[0])
            finally:
                progress.end()
            if not session.json:
                _show(session, reports[-1])
    if session.json:
        session.data(reports)
    if any(file.problem for report in reports for file in report.files):
        session.found_problem()


def _readmit(desk: Desk, path: str, options: dict[str, Any]) -> ImportReport:
    from linkloop.worlds.files.readmit import readmit

    return readmit(path, desk.shop.store.engine, desk.shop.lake, folder=desk.shop.folder, **options)


def _show(session: Session, report: ImportReport) -> None:
    for file in report.files:
        _show_file(session, file)
        session.line()
    for name in report.skipped:
        session.note(say("import.skipped", file=name))
    if len(report.files) > 1:
        session.line(say("import.total", **_account(report)))


def _show_file(session: Session, file: FileReport) -> None:
    title = f"{file.file} [{file.sheet}]" if file.sheet else file.file
    session.line(say("import.file", file=title, encoding=file.encoding, mapping=file.mapping or "-"))
    if file.problem is not None:
        session.line(
            say("import.problem", problem=file.problem.text.say(language()), todo=file.problem.todo.say(language()))
        )
        return
    if file.guessed:
        session.table(
            [say(f"import.{name}") for name in ("table", "field", "source", "transform", "sure", "why")],
            [
                [
                    one.table,
                    one.field,
                    " + ".join(one.source),
                    one.transform,
                    f"{one.confidence:.0%}",
                    one.why.say(language()),
                ]
                for one in file.guessed
            ],
        )
    if file.ignored:
        session.line(say("import.ignored", columns=", ".join(file.ignored)))
    if file.dry_run:
        session.line(say("import.dry_run"))
        return
    if file.repeated:
        session.line(say("import.repeated"))
    session.line(say("import.account", **_account(file)))
    for table, rows in sorted(file.tables.items()):
        session.line(say("import.rows_of", table=table, rows=f"{rows:,}"))
    for code, rows in sorted(file.reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        session.line(say("import.reason", rows=f"{rows:,}", reason=_reason(code)))
    if file.quarantine:
        session.line(say("import.quarantine", file=file.quarantine))
    if file.mapping_file:
        session.line(say("import.mapping_file", file=file.mapping_file))


def _account(report: FileReport | ImportReport) -> dict[str, str]:
    return {
        "rows_in": f"{report.rows_in:,}",
        "kept": f"{report.rows_kept:,}",
        "quarantined": f"{report.rows_quarantined:,}",
        "seconds": f"{report.seconds:.1f}",
    }


def _reason(code: str) -> str:
    from linkloop.worlds.files.reasons import REASONS

    return REASONS[code].say(language()) if code in REASONS else code
