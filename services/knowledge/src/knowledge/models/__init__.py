"""Models on this machine, and how they come here."""
