"""Frame: what every command has, its words by key, the options `--folder`, `--json`, `--lang`, and the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from linkloop.faces.cli.helping import Formatter
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import LANGUAGES, catalogue, language, say

F = TypeVar("F", bound=Callable[..., Any])


class Context(click.Context):
    """click's context with our formatter."""

    formatter_class = Formatter


class Worded(click.Command):
    """A command whose texts are `help.<name>`, `help.<name>.short` and `help.<name>.<parameter>` of the catalogue."""

    context_class = Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared()

    def key(self) -> str:
        """Where the command's words stand in the catalogue."""
        return f"help.{self.name}"

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> Any:
        self.speak()
        return super().make_context(info_name, args, parent, **extra)

    def speak(self) -> None:
        """Fill in help and placeholders in the language of this call, before anything can fail."""
        words = catalogue(language())
        self.help = words[self.key()]
        self.options_metavar = words["metavar.options"]
        for param in self.params:
            assert param.name is not None
            own = f"{self.key()}.{param.name}"
            said = words[own] if own in words else words[f"help.any.{param.name}"]
            if isinstance(param, (click.Option, click.Argument)):
                param.help = said
            if isinstance(param.type, click.Choice) or (isinstance(param, click.Option) and param.is_flag):
                continue
            param.metavar = (
                words[f"metavar.{param.name}"] if isinstance(param, click.Option) else _placeholder(param, words)
            )

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("help.any.help")  # click keeps the option, in the language of the first call
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        return say(f"{self.key()}.short")


class WordedGroup(Worded, click.Group):
    """A group of such commands, listed in the order in which they were added: the order of a first day."""

    def speak(self) -> None:
        super().speak()
        self.subcommand_metavar = say("metavar.command")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def command(name: str) -> Callable[[Callable[..., Any]], Worded]:
    """Make a function the command `name`; its first argument is the Session."""

    def make(function: Callable[..., Any]) -> Worded:
        return click.command(name, cls=Worded)(click.pass_obj(function))

    return make


def shared() -> list[click.Parameter]:
    """The options that every command takes, before or after its name."""
    return [
        click.Option(["--folder"], expose_value=False, callback=_folder),
        click.Option(["--json", "as_json"], is_flag=True, expose_value=False, callback=_json),
        click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False),
    ]


def _folder(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).folder = value


def _json(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Session).json = True


def _placeholder(param: click.Parameter, words: dict[str, str]) -> str:
    name = words[f"metavar.{param.name}"]
    name = name if param.required else f"[{name}]"
    return name + "…" if param.nargs == -1 else name
