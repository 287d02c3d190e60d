"""The command line: words in, tables and JSON out. What a command does, the engine or a pipeline does."""
