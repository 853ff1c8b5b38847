"""What people do and see, from a click to both calendars."""
