"""Log, ledger, lake, blobs, cleaning and SQL."""
