"""Tests, the doubles they run against, and the demo."""
