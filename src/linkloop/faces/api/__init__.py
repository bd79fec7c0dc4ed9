"""The HTTP face: the desk's operations under /api/v1, a stream that resumes, and metrics."""
