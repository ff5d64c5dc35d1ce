"""What the benchmarks share: processes and memory (`process`), tables and figures on disk (`figures`), tests of drift (`drift`)."""
