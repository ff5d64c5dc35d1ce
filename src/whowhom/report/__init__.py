"""Stored runs turned into figures, tables and one HTML file. Reads stores, runs nothing."""
