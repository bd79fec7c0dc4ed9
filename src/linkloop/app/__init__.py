"""Settings and assembly: the only package that knows every other."""
