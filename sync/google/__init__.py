"""The Google side: client (API calls), codec (event resource to model and back), errors, grant (tokens)."""
