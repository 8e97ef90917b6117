"""A resident's (or a member of staff's) side of the web interface."""

import aiohttp


class ChatClient:
    """Speaks to one channel; remembers nothing but the address."""

    def __init__(self, address, channel="web", headers=None):
        self.address, self.base = address, f"{address}/webhooks/{channel}"
        self._headers = headers or {}

    async def __aenter__(self):
        # a connection kept alive may be closed by the server just when it is used again
        connector = aiohttp.TCPConnector(force_close=True)
        self._http = aiohttp.ClientSession(headers=self._headers, connector=connector)
        return self

    async def __aexit__(self, *_):
        await self._http.close()

    async def request(self, method, path, body=None, **options):
        """Status and JSON (None where there is none)."""
        if body is not None:
            options["json"] = body
        async with self._http.request(method, self.base + path, **options) as response:
            is_json = "json" in response.content_type and response.status != 204
            return response.status, await response.json() if is_json else None

    async def open(self, **body):
        """A new conversation: its sender and the greeting."""
        status, answer = await self.request("POST", "/session", body)
        assert status == 201, answer
        return answer["sender"], answer["messages"]

    async def say(self, sender, message, **more):
        """The assistant's messages."""
        status, answer = await self.request("POST", "/webhook", {"sender": sender, "message": message, **more})
        assert status == 200, answer
        return answer

    async def ask(self, message, **more):
        """All text that comes back to the first message of a new conversation."""
        sender, _ = await self.open()
        return text_of(await self.say(sender, message, **more))


def text_of(messages):
    return "\n".join(message["text"] for message in messages)
