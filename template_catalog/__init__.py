"""The templates: one YAML file each. Read through `engine.catalog`."""
