"""Whether what a prompt asks for outright is in the file: prompts with numbers, denials and dislikes, read back."""
