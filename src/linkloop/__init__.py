"""Linkloop 环环: an AI operating layer for the whole e-commerce chain, on one loop."""
