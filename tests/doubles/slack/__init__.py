"""The double of Slack, and the people who use it."""

from tests.doubles.slack.acts import Outcome
from tests.doubles.slack.double import SlackDouble
from tests.doubles.slack.model import Message, View
from tests.doubles.slack.person import Person
from tests.doubles.slack.screen import Ambiguous, NotVisible, Screen

__all__ = ["Ambiguous", "Message", "NotVisible", "Outcome", "Person", "Screen", "SlackDouble", "View"]
