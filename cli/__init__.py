"""The `synthcopilot` command."""
