"""Chat in the terminal: `make shell`."""

import asyncio
import sys
from pathlib import Path

from hjalpsam.operations.quiet import quiet
from hjalpsam.operations.train import TrainingError, ensure_model, in_words


async def chat(model: Path) -> None:
    """Read lines until the input ends; "/ask_cks" is the payload of a button."""
    from rasa.core.channels import UserMessage

    from hjalpsam.content.intents import OPENING
    from hjalpsam.conversation.replies import Replies
    from hjalpsam.conversation.turn import also_asked
    from hjalpsam.engine.assistant import load_assistant

    agent = await load_assistant(model)
    text = OPENING
    while True:
        replies = Replies()
        await agent.handle_message(UserMessage(text, replies, "terminal"))
        if also := also_asked(await agent.tracker_store.retrieve("terminal")):
            await agent.handle_message(UserMessage(also, replies, "terminal"))
        for message in replies.messages:
            print(f"\n{message['text']}")
            for button in message.get("buttons", []):
                print(f"   [{button['title']}]  {button['payload']}")
        try:
            text = input("\n> ")
        except EOFError:
            return


if __name__ == "__main__":
    quiet()
    try:
        asyncio.run(chat(ensure_model()))
    except TrainingError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"Det gick inte: {in_words(error)}")
    except KeyboardInterrupt:
        print()
