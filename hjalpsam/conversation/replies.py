"""What the assistant said in a turn, in the shape the web interface promises."""

import re
import uuid
from typing import Any

from rasa.core.channels import CollectingOutputChannel

from hjalpsam.content.languages import SWEDISH

# What a resident is asked about ("did it help?"): answers to questions, not danger, small talk or asking back.
_RATED = re.compile(r"utter_(ask_(?!back|more)|more_|helpline_|time_(?!past))")


def reply(
    recipient: str,
    text: str,
    buttons: list[dict[str, str]] | None = None,
    id: str = "",
    response: str = "",
    language: str = SWEDISH,
) -> dict[str, Any]:
    """One message: Rasa's REST shape with an `id` for feedback, whether to ask for it, and the text's language.

    `response`: the name in domain.yml.
    """
    message: dict[str, Any] = {
        "recipient_id": recipient,
        "text": text,
        "id": id or uuid.uuid4().hex,
        "lang": language,
        "rate": bool(_RATED.match(response)),
    }
    if buttons:
        message["buttons"] = [{"title": button["title"], "payload": button["payload"]} for button in buttons]
    return message


class Replies(CollectingOutputChannel):
    """Collects a turn's messages; unlike Rasa's, keeps blank lines in one message."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa for each message, in order."""
        if message.get("text"):
            self.messages.append(
                reply(
                    recipient_id,
                    message["text"],
                    message.get("buttons"),
                    message.get("id", ""),
                    message.get("utter_action", ""),
                    message.get("lang", SWEDISH),
                )
            )
