"""Worlds: where Events come from and Actions go."""
