"""What is printed: pure functions from what a paper says to the bytes of a PDF."""
