"""A language model that reads prompts, where an operator has set one up: asked once, checked, its answer kept.

`answer`     the form that it answers in
`asking`     what it is told, and the one call to its endpoint
`assembling` an intent made of its answer, word by word
`answers`    where its answers are kept
`planner`    all of it: a request in, an intent out, the rules' own where anything goes wrong

Nobody imports these modules, nor what they need, before a request asks for a language model.
"""

PROMPT_VERSION = "1"
"""Of what the model is told and of the form of its answer. Raise it when either changes: answers are kept by it."""
