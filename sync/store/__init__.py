"""calsync's own database: who is connected, what belongs together, what is under way. No calendar text."""

from sync.store import alert_tables, job_tables, own_key_tables, prompt_tables
from sync.store.database import Store

__all__ = ["Store", "alert_tables", "job_tables", "own_key_tables", "prompt_tables"]
