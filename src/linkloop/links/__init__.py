"""The links of the chain: they compute and decide, and never touch the outside world."""
