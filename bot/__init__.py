"""Everything a person touches: Slack and the browser."""
