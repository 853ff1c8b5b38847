"""Properties that must hold for whatever calendars contain."""
