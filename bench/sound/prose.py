"""What the report says whatever the figures are."""

METHOD = """
## What was done

**Systems.** *rules* is the engine as it ships: planner, template, words and audition, the base preset of a request
without variations. *retrieval* plays the base patch of the template whose name, description and sub-types are
nearest to the prompt (cosine of TF-IDF vectors of words and letter groups); no word changes it. *random* draws the
controls of `bench/sound/space.py` evenly over sane ranges, from a hash of prompt and seed. *llm* asks a language
model for a patch over the same controls, in JSON.

**Pairs.** {pairs} pairs of opposite words over eight axes and the kinds of instrument they make sense on
(`bench/sound/pairs.py`). Both sides have one seed and one note (C2 for basses, kicks and drones, else C4; held for
{hold_s:g} s, {render_s:g} s rendered). A pair is right if the axis' first evaluator puts the second word's sound
higher. Chance is 50 %; retrieval, which often plays the same template twice, falls below it because ties are wrong.

**Prompts.** {prompts} of the held-out labelled prompts are rendered, styles in turn; *style understood* is of all
of them. Each sound is played as its system means it (loudness) and as a C4 of one second (style as heard,
likeness); faults are of both. Silent is below -60 LUFS, clipping a true peak of 1.0 or more (four times
oversampled), unsafe in mono a loss of more than 4 dB.

**Evaluators.** None is what the engine tunes on: they share no code with `engine/measure/`, and those that decide
are other people's definitions or stand on another one. Each has to order synthetic signals whose order
is known, at two pitches and at different levels, before it may judge (`bench/sound/known_answers.py`): filtered
against plain saws, ramps with and without tremolo, plucked against held, dry against in a room, mono against
decorrelated, tone against noise, steady against swept and gated, without and with a sub. That is why the attack
runs from 10 % to 50 % and not to 90 %: a note that swells slowly once it is there would seem to attack slowly.

**Likeness.** Root mean square difference in dB of pictures of {picture} numbers: 24 third octaves in five parts of
the note, and how much each varies. The floor is how far a preset is from itself when only the synth's random
generator stands elsewhere.

**Intervals.** Wilson's for shares; percentiles of 2,000 seeded resamples for the rest, within styles for the
spread.
"""

LIMITS = """
## Where it ends

- It measures whether words move sounds the way they say, not whether anybody likes them. Nobody listened.
- The pairs use plain words, one at a time. Sentences are only judged by their style.
- An evaluator may be led astray: brightness of what is noisier, movement of detuned voices that beat, the length of
  what is gated. Therefore the others stand beside the one that decides.
- The listener learned from few presets of some styles and is often wrong itself; its figure is to be read beside
  its own accuracy and not by itself.
- Loudness is of one note. Chords, other registers and turned macros are the gates' business.
- Which evaluator decides was settled beforehand, but for attack and noise, where a first look at the rules' pairs
  led to a known answer that the earlier measure fails.
- *llm* was only ever tested against a small local server that answers in the form of OpenAI's chat completions. No
  model has written a patch here, so nothing is known of how well one does.
- Seconds depend on the machine and on what else runs there.
"""
