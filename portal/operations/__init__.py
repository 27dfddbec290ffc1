"""The kernel's writes, one file for each noun."""
