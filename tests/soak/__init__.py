"""An hour in which many people edit and much goes wrong: what it leaves behind (`make soak`)."""
