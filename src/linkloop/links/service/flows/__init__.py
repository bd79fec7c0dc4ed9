"""Flows: one file for each thing that customers ask for, and decision tables for what may be done about it."""
