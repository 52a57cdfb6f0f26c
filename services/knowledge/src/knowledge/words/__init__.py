"""Text as it is compared: words, codes, devices."""
