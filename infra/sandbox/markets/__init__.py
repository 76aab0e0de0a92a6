"""Platforms that merchants sell on, written from their documents alone."""
