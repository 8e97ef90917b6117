"""Where the lines are that nobody may train on: they decide how good the assistant is."""

from hjalpsam.paths import ROOT

EVAL = ROOT / "tests" / "eval"
VOICES = ROOT / "tests" / "voices"
GATED = ("danger.tsv", "ordinary_gate.tsv", "sideways_gate.tsv")  # of `VOICES`: those that the gates need …
MORE = ("utterances.tsv", "ordinary_choose.tsv", "sideways_choose.tsv")  # … and those that thresholds were chosen on
