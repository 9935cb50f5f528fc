"""The language in which lines of the log are looked for, and searches that are kept."""
