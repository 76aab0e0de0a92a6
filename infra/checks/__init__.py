"""What no linter knows: words that no file may say, and hashes that every lock must have."""
