"""One experiment on disk: Parquet batches, a manifest, readers that see only finished batches."""
