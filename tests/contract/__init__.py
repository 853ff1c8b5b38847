"""Contract tests: the doubles against what real servers answered."""
