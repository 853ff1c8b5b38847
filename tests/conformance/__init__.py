"""What the core expects of a side, as one suite of tests over every side there is."""

import pytest

for _name in ("events", "google", "meetings", "occurrences", "odoo", "safety", "series", "steps"):
    pytest.register_assert_rewrite(f"{__name__}.{_name}")
