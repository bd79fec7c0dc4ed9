"""One file per way to reach a model: a URL's scheme picks it."""
