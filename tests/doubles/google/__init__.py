"""A double of Google: its OAuth server and its Calendar API, for real Google clients.

    async with GoogleDouble(redirect_uris=[callback]) as google:
        alice = google.add_person("alice@example.com", time_zone="Europe/Berlin")
        location = await consent(authorization_url, alice.email)       # walks Google's pages
        alice.create("Lunch", start=datetime(...), end=datetime(...))  # acts in Google's own page
        google.faults.add(operation="calendar.events.insert", status=503, reason="backendError")
        google.clock.advance(hours=2)                                  # access tokens expire

`client_file()` is what Google's console would let you download, `api_url` the `api_endpoint` of the
Calendar client, `discovery_document()` the document for `build_from_document`. `settings` holds switches
(short pages, bare tombstones, quotas), `project` the OAuth client's set-up, `mails` what Google would have
mailed, `people[email]` everybody's own view of their calendars, `push` the channels and their messages.
Programs in other languages seed and act through `/_double` (see `acting`).

What a request may look like is taken from Calendar's discovery document; the rules that Google has only as
prose are code in `checks`, `writing`, `series`, `guests` and `listing`.
"""

from tests.doubles.google.double import GoogleDouble
from tests.doubles.google.people import Person
from tests.doubles.google.walk import GoogleStopped, consent

__all__ = ["GoogleDouble", "GoogleStopped", "Person", "consent"]
