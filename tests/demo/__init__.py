"""`make demo`: the real calsync between the three doubles, with a page or a short conversation to watch."""
