"""The language of commerce: every Table, Event, Action and Question; data only."""
