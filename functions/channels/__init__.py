"""What goes to platforms and comes from them."""
