"""The platforms that merchants sell on, each behind the same port."""
