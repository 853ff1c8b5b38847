"""The scenarios that need nothing of the double's own: the same functions, run on the real server."""

from __future__ import annotations

import pytest

from tests.scenarios.test_bad_input import (  # noqa: F401 (collected here)
    test_a_description_of_1_mb_is_cut_for_google_and_stays_whole_in_odoo,
    test_a_title_of_10_kb_is_cut_for_google_and_stays_whole_in_odoo,
    test_private_events_of_google_become_plain_busy_blocks,
    test_series_and_foreign_meetings_are_no_odd_events,
)
from tests.scenarios.test_connect_and_sync import (  # noqa: F401 (collected here)
    test_all_day_events_go_both_ways,
    test_connect_shows_success_and_says_so_in_slack,
    test_deleted_in_google_is_archived_in_odoo,
    test_deleted_in_odoo_is_deleted_in_google,
    test_edits_in_google_reach_odoo_field_by_field,
    test_edits_in_odoo_reach_google_field_by_field,
    test_event_made_in_google_appears_in_odoo,
    test_event_made_in_odoo_appears_in_google,
    test_unarchived_event_comes_back_to_google,
    test_zone_of_a_google_event_survives_a_move_in_odoo,
)
from tests.scenarios.test_crashes import When, busy_world
from tests.scenarios.test_merging import (  # noqa: F401 (collected here)
    test_an_edit_beats_a_deletion_in_google,
    test_an_edit_beats_a_deletion_in_odoo,
    test_edits_of_different_fields_on_both_sides_are_merged,
    test_first_sync_matches_equal_events_and_copies_the_rest,
)
from tests.scenarios.test_quiet import (  # noqa: F401 (collected here)
    test_nobody_is_mailed,
    test_the_echo_of_our_own_writes_writes_nothing,
)
from tests.world import World


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 30, 4))
async def test_a_crash_in_a_busy_run(
    world: World, at: int, when: When, monkeypatch: pytest.MonkeyPatch
) -> None:
    await busy_world(world, at, when, monkeypatch)
