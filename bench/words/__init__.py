"""How well the planner understands prompts that people write."""
