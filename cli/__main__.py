"""`python -m cli`, where the command `synthcopilot` is not on the path."""

from cli.main import run

if __name__ == "__main__":
    run()
