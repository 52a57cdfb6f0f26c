"""What both ends of a call between the services must agree on."""
