"""One file per database: a URL's scheme picks it."""
