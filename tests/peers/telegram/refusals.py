"""What Telegram answers when it will not do something."""


class Refused(Exception):
    """An ``rpc_error`` with its code and its name, such as 400 and ``PEER_ID_INVALID``."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(f"{code} {name}")
        self.code = code
        self.name = name
