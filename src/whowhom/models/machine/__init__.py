"""The flagship: a regime that lives by repression."""
