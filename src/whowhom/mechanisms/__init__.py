"""One rule of behaviour per file: equation, source, what it writes, what it draws, its switch."""
