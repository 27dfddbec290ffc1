"""Co-design's writes, one file for each noun."""
