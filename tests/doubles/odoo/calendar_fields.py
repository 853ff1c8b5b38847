"""The fields of Odoo's calendar models, with the names, kinds and labels that `fields_get` gives them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import available_timezones

from tests.doubles.odoo.environment import Environment
from tests.doubles.odoo.fields import Field, Selection

PRIVACY: Selection = (("public", "Public"), ("private", "Private"), ("confidential", "Only internal users"))
STATES: Selection = (
    ("needsAction", "Needs Action"),
    ("tentative", "Maybe"),
    ("declined", "No"),
    ("accepted", "Yes"),
)
BUSY: Selection = (("free", "Available"), ("busy", "Busy"))
ALARM_TYPES: Selection = (("notification", "Notification"), ("email", "Email"), ("sms", "SMS Text Message"))
UNITS: Selection = (("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days"))
FREQUENCIES: Selection = (("daily", "Days"), ("weekly", "Weeks"), ("monthly", "Months"), ("yearly", "Years"))
ENDS: Selection = (("count", "Number of repetitions"), ("end_date", "End date"), ("forever", "Forever"))
MONTH_BY: Selection = (("date", "Date of month"), ("day", "Day of month"))
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS: Selection = tuple((d.upper(), name) for d, name in zip(DAYS, _DAY_NAMES, strict=True))
ORDINALS: Selection = (("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("-1", "Last"))
UPDATES: Selection = (
    ("self_only", "This event"),
    ("future_events", "This and following events"),
    ("all_events", "All events"),
)
_REPEATS: Selection = (
    ("daily", "Daily"),
    ("weekly", "Weekly"),
    ("monthly", "Monthly"),
    ("yearly", "Yearly"),
    ("custom", "Custom"),
)
ZONES: Selection = tuple(
    (zone, zone)
    for zone in sorted(available_timezones() - {"localtime"}, key=lambda z: (z.startswith("Etc/"), z))
)


def _next_half_hour(env: Environment) -> object:
    now = env.now.replace(second=0, microsecond=0)
    return now + timedelta(minutes=-now.minute % 30)


def _hour_later(env: Environment) -> object:
    now = env.now.replace(second=0, microsecond=0)
    return now + timedelta(minutes=-now.minute % 30, hours=1)


def _reading(kind: str, label: str, relation: str = "") -> Field:
    return Field(kind, label, readonly=True, store=False, relation=relation)


def _rule(kind: str, label: str, selection: Selection = ()) -> Field:
    return Field(kind, label, store=False, selection=selection)


def _outside(kind: str, label: str, relation: str, inverse: str = "", *, store: bool = True) -> Field:
    return Field(kind, label, relation=relation, inverse=inverse, store=store, outside=True)


_RULE = {
    "rrule": _rule("char", "Recurrent Rule"),
    "rrule_type_ui": _rule("selection", "Repeat", _REPEATS),
    "rrule_type": _rule("selection", "Recurrence", FREQUENCIES),
    "event_tz": _rule("selection", "Timezone", ZONES),
    "end_type": _rule("selection", "Recurrence Termination", ENDS),
    "interval": _rule("integer", "Repeat On"),
    "count": _rule("integer", "Number of Repetitions"),
    **{day: _rule("boolean", day.capitalize()) for day in DAYS},
    "month_by": _rule("selection", "Option", MONTH_BY),
    "day": _rule("integer", "Date of month"),
    "weekday": _rule("selection", "Weekday", WEEKDAYS),
    "byday": _rule("selection", "By day", ORDINALS),
    "until": _rule("date", "Until"),
}
RULE_FIELDS = frozenset(_RULE) - {"rrule_type_ui"}

_MESSAGES = {
    "message_is_follower": _reading("boolean", "Is Follower"),
    "message_follower_ids": _outside("one2many", "Followers", "mail.followers", "res_id"),
    "message_partner_ids": _outside("many2many", "Followers (Partners)", "res.partner", store=False),
    "message_ids": _outside("one2many", "Messages", "mail.message", "res_id"),
    "has_message": _reading("boolean", "Has Message"),
    "message_needaction": _reading("boolean", "Action Needed"),
    "message_needaction_counter": _reading("integer", "Number of Actions"),
    "message_has_error": _reading("boolean", "Message Delivery error"),
    "message_has_error_counter": _reading("integer", "Number of errors"),
    "message_attachment_count": _reading("integer", "Attachment Count"),
    "message_has_sms_error": _reading("boolean", "SMS Delivery error"),
}

_EVENT = {
    **_MESSAGES,
    "name": Field("char", "Meeting Subject", required=True),
    "description": Field("html", "Description"),
    "user_id": Field("many2one", "Organizer", relation="res.users", default=lambda env: env.uid),
    "partner_id": replace(_reading("many2one", "Scheduled by", "res.partner"), ignored=True),
    "location": Field("char", "Location"),
    "videocall_location": Field("char", "Meeting URL", readonly=True),
    "access_token": Field("char", "Invitation Token"),
    "videocall_source": Field(
        "selection",
        "Videocall Source",
        readonly=True,
        store=False,
        selection=(("discuss", "Discuss"), ("custom", "Custom")),
    ),
    "videocall_channel_id": _outside("many2one", "Discuss Channel", "discuss.channel"),
    "privacy": Field("selection", "Privacy", selection=PRIVACY),
    "show_as": Field(
        "selection",
        "Show as",
        required=True,
        selection=(("free", "Available"), ("busy", "Busy")),
        default="busy",
    ),
    "is_highlighted": _reading("boolean", "Is the Event Highlighted"),
    "is_organizer_alone": _reading("boolean", "Is the Organizer Alone"),
    "active": Field("boolean", "Active", default=True),
    "categ_ids": Field("many2many", "Tags", relation="calendar.event.type"),
    "start": Field("datetime", "Start", required=True, default=_next_half_hour),
    "stop": Field("datetime", "Stop", required=True, default=_hour_later),
    "display_time": _reading("char", "Event Time"),
    "allday": Field("boolean", "All Day"),
    "start_date": Field("date", "Start Date"),
    "stop_date": Field("date", "End Date"),
    "duration": Field("float", "Duration"),
    "res_id": Field("many2one_reference", "Document ID"),
    "res_model_id": _outside("many2one", "Document Model", "ir.model"),
    "res_model": Field("char", "Document Model Name", readonly=True),
    "res_model_name": _reading("char", "Model Description"),
    "activity_ids": _outside("one2many", "Activities", "mail.activity", "calendar_event_id"),
    "attendee_ids": Field("one2many", "Participant", relation="calendar.attendee", inverse="event_id"),
    "current_attendee": _reading("many2one", "Current Attendee", "calendar.attendee"),
    "current_status": _rule("selection", "Attending?", STATES),
    "should_show_status": _reading("boolean", "Should Show Status"),
    "partner_ids": Field("many2many", "Attendees", relation="res.partner"),
    "invalid_email_partner_ids": _reading("many2many", "Invalid Email Partner", "res.partner"),
    "alarm_ids": Field("many2many", "Reminders", relation="calendar.alarm"),
    "recurrency": Field("boolean", "Recurrent"),
    "recurrence_id": Field("many2one", "Recurrence Rule", relation="calendar.recurrence"),
    "follow_recurrence": Field("boolean", "Follow Recurrence"),
    "recurrence_update": _rule("selection", "Recurrence Update", UPDATES),
    **_RULE,
    "display_description": _reading("boolean", "Display Description"),
    "attendees_count": _reading("integer", "Attendees Count"),
    "accepted_count": _reading("integer", "Accepted Count"),
    "declined_count": _reading("integer", "Declined Count"),
    "tentative_count": _reading("integer", "Tentative Count"),
    "awaiting_count": _reading("integer", "Awaiting Count"),
    "user_can_edit": _reading("boolean", "User Can Edit"),
}


def event_fields(version: int, google: bool) -> dict[str, Field]:
    """Return the fields of calendar.event."""
    fields = dict(_EVENT)
    if version < 18:
        fields["privacy"] = replace(fields["privacy"], required=True, default="public")
    if version >= 19:
        fields["notes"] = Field("html", "Notes")
        fields["effective_privacy"] = replace(_reading("selection", "Effective Privacy"), selection=PRIVACY)
        fields["unavailable_partner_ids"] = _reading("many2many", "Unavailable Attendees", "res.partner")
    if google:
        fields["google_id"] = Field("char", "Google Calendar Event Id")
        fields["need_sync"] = Field("boolean", "Need Sync")
        fields["guests_readonly"] = Field("boolean", "Guests Event Modification Permission", default=False)
    return fields


def attendee_fields(version: int) -> dict[str, Field]:
    """Return the fields of calendar.attendee; the order of the states is another one in Odoo 19."""
    states = STATES if version < 19 else (STATES[3], STATES[2], STATES[1], STATES[0])
    return {
        "event_id": Field("many2one", "Meeting linked", required=True, relation="calendar.event"),
        "recurrence_id": _reading("many2one", "Recurrence Rule", "calendar.recurrence"),
        "partner_id": Field("many2one", "Attendee", required=True, readonly=True, relation="res.partner"),
        "email": _reading("char", "Email"),
        "phone": _reading("char", "Phone"),
        "common_name": Field("char", "Common name", readonly=True, ignored=True),
        "access_token": Field("char", "Invitation Token"),
        "mail_tz": replace(_reading("selection", "Mail Tz"), selection=ZONES),
        "state": Field("selection", "Status", selection=states, default="needsAction"),
        "availability": Field("selection", "Available/Busy", readonly=True, selection=BUSY),
    }


def recurrence_fields(google: bool) -> dict[str, Field]:
    """Return the fields of calendar.recurrence."""
    fields = {
        "name": Field("char", "Name", readonly=True),
        "base_event_id": Field("many2one", "Base Event", relation="calendar.event"),
        "calendar_event_ids": Field(
            "one2many", "Calendar Event", relation="calendar.event", inverse="recurrence_id"
        ),
        "event_tz": Field("selection", "Timezone", selection=ZONES),
        "rrule": Field("char", "Rrule"),
        "dtstart": _reading("datetime", "Dtstart"),
        "rrule_type": Field("selection", "Rrule Type", selection=FREQUENCIES, default="weekly"),
        "end_type": Field("selection", "End Type", selection=ENDS, default="count"),
        "interval": Field("integer", "Interval", default=1),
        "count": Field("integer", "Count", default=1),
        **{day: Field("boolean", day.capitalize()) for day in DAYS},
        "month_by": Field("selection", "Month By", selection=MONTH_BY, default="date"),
        "day": Field("integer", "Day", default=1),
        "weekday": Field("selection", "Weekday", selection=WEEKDAYS),
        "byday": Field("selection", "By day", selection=ORDINALS),
        "until": Field("date", "Repeat Until"),
        "trigger_id": _outside("many2one", "Trigger", "ir.cron.trigger"),
    }
    if google:
        fields["google_id"] = Field("char", "Google Calendar Id")
        fields["need_sync"] = Field("boolean", "Need Sync", default=True)
        fields["active"] = Field("boolean", "Active", default=True)
    return fields


def alarm_fields(version: int) -> dict[str, Field]:
    """Return the fields of calendar.alarm, those of the text message module among them."""
    responsible = "notify_responsible" if version >= 19 else "sms_notify_responsible"
    return {
        "name": Field("char", "Name", required=True),
        "alarm_type": Field("selection", "Type", required=True, selection=ALARM_TYPES, default="email"),
        "duration": Field("integer", "Remind Before", required=True, default=1),
        "interval": Field("selection", "Unit", required=True, selection=UNITS, default="hours"),
        "duration_minutes": Field("integer", "Duration in minutes", readonly=True),
        "mail_template_id": _outside("many2one", "Email Template", "mail.template"),
        "body": Field("text", "Additional Message"),
        "sms_template_id": _outside("many2one", "SMS Template", "sms.template"),
        responsible: Field("boolean", "Notify Responsible"),
    }
