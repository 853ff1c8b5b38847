"""What calsync costs: measured between the doubles, printed as ratios (`make bench`)."""
