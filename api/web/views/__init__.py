"""Views of the page, one file a subject."""
