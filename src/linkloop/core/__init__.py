"""The seven nouns, clock, money, units and errors."""
