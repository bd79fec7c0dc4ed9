"""Faces: command line, API, SDK, MCP, metrics and console."""
