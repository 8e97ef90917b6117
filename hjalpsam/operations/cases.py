"""Runs conversations as tests on a model: `python -m hjalpsam.operations.cases --model models/x.tar.gz suite.yml`.

Prints one line of JSON for each case (docs/api.md); the code is 1 when one did not pass, 2 when a
suite or the model cannot be read. "-" is what comes by standard input.
"""

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hjalpsam.operations.quiet import quiet

if TYPE_CHECKING:
    from hjalpsam.conversation.cases import Case


def main() -> int:
    """Run the suites named on the command line."""
    parser = argparse.ArgumentParser(description="Kör samtal som test på en modell.")
    parser.add_argument("--model", type=Path, help="modellens fil; annars den för filerna som de är nu")
    parser.add_argument("suites", nargs="+", metavar="FIL", help="testfall i YAML; - läser från standard in")
    arguments = parser.parse_args()
    quiet()
    from hjalpsam.conversation.cases import CasesError, read_cases

    try:
        texts = [sys.stdin.read() if name == "-" else Path(name).read_text("utf-8") for name in arguments.suites]
        cases = [case for text in texts for case in read_cases(text)]
    except (CasesError, OSError, UnicodeDecodeError) as error:
        print(f"Testfallen går inte att läsa: {error}", file=sys.stderr)
        return 2
    with contextlib.redirect_stdout(sys.stderr):  # what libraries print is no outcome
        return asyncio.run(_run(cases, arguments.model))


async def _run(cases: "list[Case]", model: Path | None) -> int:
    from hjalpsam.conversation.cases import ChannelTalk, outcome_line, run
    from hjalpsam.conversation.turn import Turns
    from hjalpsam.engine.assistant import load_assistant
    from hjalpsam.operations.train import model_path

    agent = await load_assistant(model or model_path())
    if not agent.is_ready():
        print(f"Modellen {model or model_path()} går inte att läsa.", file=sys.stderr)
        return 2
    turns, failed = Turns("staff"), 0
    for case in cases:
        talk = ChannelTalk(turns, agent, agent.handle_message)
        outcome = await run(case, talk)
        await talk.end()
        failed += not outcome.passed
        print(outcome_line(outcome), flush=True, file=sys.__stdout__)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
