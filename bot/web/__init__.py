"""What browsers see: the connect pages, and the health of the process."""
