"""The server: the tools over standard input and output, by the SDK of the protocol."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.mcp.tools import INSTRUCTIONS, Tools, problem

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

READS = frozenset({"look", "why", "ask", "simulate", "waiting"})


def serve(tools: Tools) -> None:
    """Speak MCP on stdin and stdout until the client hangs up. Raises LinkloopError `mcp.extra` without the extra."""
    build(tools).run("stdio")


def build(tools: Tools) -> MCPServer[Any]:
    """The protocol's server with our six tools."""
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp_types import ToolAnnotations
    except ImportError as error:
        raise LinkloopError(
            "mcp.extra",
            Text(en="the MCP server needs an extra package", zh="MCP 服务需要额外的软件包"),
            Text(en="Install it: pip install 'linkloop[mcp]'.", zh="请安装：pip install 'linkloop[mcp]'。"),
        ) from error
    server: MCPServer[Any] = MCPServer(
        "linkloop", title="Linkloop 环环", version=version("linkloop"), instructions=INSTRUCTIONS, log_level="WARNING"
    )
    for name, tool in tools.all().items():
        notes = ToolAnnotations(
            title=name,
            read_only_hint=name in READS,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        )
        server.add_tool(_told(tool), name=name, description=tool.__doc__, annotations=notes)
    return server


def _told(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """What is wrong with a request goes to the assistant in words; anything else is the server's own fault."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def run(*args: Any, **named: Any) -> dict[str, Any]:
        try:
            return tool(*args, **named)
        except LinkloopError as error:
            raise ToolError(problem(error)) from error

    return run
