"""What is sent, and what is kept of it: the catalogue."""
