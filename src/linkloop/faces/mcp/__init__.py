"""MCP: the loop as six tools of an assistant (Model Context Protocol). It looks, asks and proposes; people decide."""
