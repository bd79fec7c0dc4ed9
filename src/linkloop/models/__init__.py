"""Models that answer Questions: matrix, routing, fusion, learning and cost."""
