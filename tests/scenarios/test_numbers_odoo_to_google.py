"""Each numbered case of the way from Odoo to Google, of tokens and of what Odoo does untested has a test.

The numbers are those of a list of what Odoo's own Google sync is tested for and should be; others of these
letters are inside Odoo alone. A test names its number in its docstring.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

CASES = {
    "O2G-01": "a new event with all its fields",
    "O2G-02": "what a hundred events cost",
    "O2G-04": "an event without organizer",
    "O2G-05": "guests without an answer or without an address",
    "O2G-07": "archived before it was linked",
    "O2G-08": "archived when linked and edited",
    "O2G-10": "a linked event becomes a series",
    "O2G-11": "this and following renamed",
    "O2G-13": "what a restart of the sync patches",
    "O2G-14": "all events renamed",
    "O2G-16": "the end of a series in UTC",
    "O2G-17": "a field of Odoo's own on all events",
    "O2G-19": "a timed series with its zone",
    "O2G-20": "nobody is mailed",
    "O2G-21": "nobody is mailed, by the other setting of Odoo's flag",
    "O2G-22": "occurrences deleted one by one",
    "O2G-23": "made while the sync rests",
    "O2G-25": "deleted while the sync rests",
    "O2G-26": "a place means no Meet link",
    "O2G-28": "busy and free",
    "O2G-29": "what goes over after a break",
    "O2G-31": "whose calendar gets an event, and who mails",
    "TOK-01": "who connects again replaces his own token",
    "TOK-02": "nobody replaces that of somebody else",
    "TOK-03": "who runs calsync can seal all of them anew",
    "HND-01": "410 on an incremental listing",
    "HND-02": "a listing of several pages",
    "HND-04": "a link that was lost",
    "HND-05": "marks of other databases",
    "HND-07": "no title",
    "HND-08": "reminders",
    "HND-10": "names of guests in Google",
    "HND-11": "an organizer unknown in Odoo",
    "HND-13": "deleted together with something else",
    "HND-14": "a row that somebody holds",
    "HND-16": "a token that ended, and a grant that is gone",
    "HND-17": "trouble of one person or item",
    "HND-19": "exotic rules",
    "HND-20": "endless series",
    "HND-22": "an instance cancelled after a split",
    "HND-23": "whole days split, with an instance moved",
    "HND-31": "an edit that Google does not take now",
    "HND-32": "a deletion that is done, and one that is forbidden",
    "HND-34": "an organizer without a calendar at Google",
    "HND-35": "more than two hundred wait",
    "HND-37": "timed to whole days and back",
    "HND-38": "privacy cleared in Odoo",
    "HND-40": "leave of absence has no Meet link",
    "HND-41": "a guest deletes",
    "HND-43": "two syncs at a time",
    "HND-44": "Odoo's own sync is not woken",
    "HND-50": "leave, only new",
    "HND-51": "leave, all",
    "HND-52": "delete from Google, only new",
    "HND-53": "delete from Google, all",
    "HND-54": "delete from Odoo, only new",
    "HND-55": "delete from Odoo, all",
    "HND-56": "delete from both, only new",
    "HND-57": "delete from both, all",
    "HND-58": "a reset in which one event may not be deleted",
    "HND-59": "another Google account",
    "HND-61": "deleted in a break, and nothing else changed",
    "HND-62": "a private event of somebody else",
    "HND-64": "one meeting by two syncs",
}
FILES = ("test_odoo_to_google_*.py", "test_handled_*.py", "test_reset_*.py")


def numbers_in_tests() -> dict[str, set[str]]:
    """Return the numbers that tests name, each with the names of these tests."""
    found: dict[str, set[str]] = {}
    here = Path(__file__).parent
    for path in (path for pattern in FILES for path in here.glob(pattern)):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for number in re.findall(r"(?:O2G|TOK|HND)-\d\d", ast.get_docstring(node) or ""):
                    found.setdefault(number, set()).add(f"{path.name}::{node.name}")
    return found


@pytest.mark.parametrize("number", CASES)
def test_each_number_has_its_test(number: str) -> None:
    assert numbers_in_tests().get(number), f"no test names {number}: {CASES[number]}"


def test_no_test_names_a_number_that_is_none() -> None:
    assert numbers_in_tests().keys() <= CASES.keys()
