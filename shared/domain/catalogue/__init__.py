"""Everything that is said to people, Chinese first, by subject: see `words`."""
