"""What the people's calendars hold when the demo starts; only what is on both sides is equal already."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync.model import Event, Side, Span
from tests.demo import acts
from tests.world import World

ZONE = ZoneInfo("Europe/Brussels")
GOOGLE, ODOO = (Side.GOOGLE,), (Side.ODOO,)
BOTH = (Side.GOOGLE, Side.ODOO)
ALL_DAY = ""

# More than ten of alice's, so that cleaning her calendar up is more than calsync does without asking.
# Who, on which sides, on which day from today, from when, for how many minutes or days, what and where.
_EVENTS = (
    ("alice", BOTH, 1, "09:30", 15, "Stand-up", "Room 2"),
    ("alice", GOOGLE, 1, "12:30", 60, "Lunch with Bob", "Canteen"),
    ("alice", ODOO, 1, "15:00", 45, "Call: Blue Windmill", ""),
    ("alice", GOOGLE, 2, "08:15", 40, "Dentist", "12 Mill Street"),
    ("alice", ODOO, 2, "10:00", 90, "Quarterly figures", "Room 4"),
    ("alice", ODOO, 2, "16:30", 30, "جلسه هفتگی تیم ☀", "اتاق ۳"),
    ("alice", GOOGLE, 3, ALL_DAY, 1, "Grandma's birthday ✿", ""),
    ("alice", ODOO, 3, "11:00", 60, "Interview: designer", "Room 1"),
    ("alice", GOOGLE, 4, "18:00", 60, "Guitar lesson ♫", "Music school"),
    ("alice", ODOO, 5, ALL_DAY, 2, "Trade fair", "Antwerp"),
    ("alice", GOOGLE, 6, "07:42", 95, "Train to Ghent 🚆", "Platform 5"),
    ("alice", ODOO, 6, "14:00", 60, "Budget 🧮", "Room 4"),
    ("bob", BOTH, 1, "09:30", 15, "Stand-up", "Room 2"),
    ("bob", GOOGLE, 1, "17:30", 90, "Climbing 🧗", "The Wall"),
    ("bob", GOOGLE, 4, ALL_DAY, 1, "Day off", ""),
    ("bob", ODOO, 2, "13:00", 60, "Warehouse tour", "Gate B"),
    ("bob", ODOO, 3, "10:30", 30, "שיחת היכרות", ""),
)


def seed(world: World) -> None:
    """Fill the calendars; reminders are set alike, since Google's default ones are not what Odoo knows."""
    quarter = [("alarm_type", "=", "notification"), ("duration_minutes", "=", 15)]
    for who, sides, day, begin, length, title, place in _EVENTS:
        event = Event(title, _span(day, begin, length), location=place)
        for side in sides:
            if side is Side.GOOGLE:
                overrides = [{"method": "popup", "minutes": 15}]
                reminders = {"useDefault": False, "overrides": overrides}
                acts.add(world, who, side, acts.changes_of(event), reminders=reminders)
            else:
                alarms = world.odoo.as_user(who).search("calendar.alarm", quarter)
                acts.add(world, who, side, acts.changes_of(event), alarm_ids=[[6, 0, alarms]])


def _span(day: int, begin: str, length: int) -> Span:
    on: date = datetime.now(ZONE).date() + timedelta(days=day)
    if begin == ALL_DAY:
        return Span(on, on + timedelta(days=length))
    start = datetime.combine(on, time.fromisoformat(begin), ZONE).astimezone(UTC)
    return Span(start, start + timedelta(minutes=length))
