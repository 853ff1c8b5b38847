"""Single parts by themselves: the pure core, the store, the settings, the texts and the views."""
