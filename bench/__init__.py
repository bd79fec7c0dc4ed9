"""Every number that Linkloop publishes, each beside a peer or limit from the same run."""
