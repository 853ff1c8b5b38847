"""What people see in Slack: pure functions from data to messages, in Block Kit and in plain text."""
