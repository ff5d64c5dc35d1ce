"""Recorded series: files turned into checked tables with citation, status and range."""
