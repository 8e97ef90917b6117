"""What the assistant said in a turn, in the shape the web interface promises."""

import uuid
from typing import Any

from rasa.core.channels import CollectingOutputChannel

LANGUAGE = "sv"


def reply(recipient: str, text: str, buttons: list[dict[str, str]] | None = None, id: str = "") -> dict[str, Any]:
    """One message: Rasa's REST shape with an `id` for feedback and the language of the text."""
    message: dict[str, Any] = {"recipient_id": recipient, "text": text, "id": id or uuid.uuid4().hex, "lang": LANGUAGE}
    if buttons:
        message["buttons"] = [{"title": button["title"], "payload": button["payload"]} for button in buttons]
    return message


class Replies(CollectingOutputChannel):
    """Collects a turn's messages; unlike Rasa's, keeps blank lines in one message."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa for each message, in order."""
        if message.get("text"):
            self.messages.append(reply(recipient_id, message["text"], message.get("buttons"), message.get("id", "")))
