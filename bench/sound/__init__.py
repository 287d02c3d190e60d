"""`make bench-sound`: what words do to sound, by measures that the engine doesn't know.

    .venv-bench/bin/python -m bench.sound [--quick] [--minutes 25] [--human DIR] [--llm-url URL --llm-model NAME]

`systems` make presets of prompts, `studio` renders them all alike, `evaluators` measure, `known_answers` holds the
evaluators to signals whose order is known, `pairs` and `prompts` are what is asked, `run` asks it, `report` tells.
"""
