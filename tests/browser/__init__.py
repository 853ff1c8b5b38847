"""The pages, driven in Chromium."""
