"""Ours, before any other package of this name that a wheel brings along."""
