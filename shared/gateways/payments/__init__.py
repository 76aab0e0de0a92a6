"""Where buyers' money goes: one port, and an adapter that translates for each provider."""
