"""Forms parse and validate; operations write."""
