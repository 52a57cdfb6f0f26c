"""One TCP connection: transport, encryption, salts, pings; requests go in, answers and updates go out."""

import asyncio
import gzip
import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from mtproto.enums import ConnectionRole, TransportEvent
from mtproto.transport.connection import Connection
from mtproto.transport.packets.error_packet import ErrorPacket
from mtproto.transport.packets.message_packet import (
    DecryptedMessagePacket,
    EncryptedMessagePacket,
    UnencryptedMessagePacket,
)
from pyrogram import raw
from pyrogram.raw.core import Message, MsgContainer, TLObject
from pyrogram.raw.core.primitives import Bytes, Int, Long

from .exchange import KeyExchange
from .keys import ServerKey
from .sessions import Session, Sessions, rpc_result, serialized

logger = logging.getLogger(__name__)

_WRONG_SALT = 48
_GZIP_PACKED = 0x3072CFA1
_GZIP_FROM_BYTES = 2048
_MORE = bytes(4096)
_READ_BYTES = 1 << 18
_KEY_UNKNOWN = 404

Answerer = Callable[[Session, Any], Any]


class ConnectionCut(Exception):
    """A fault wants this connection closed, without another word."""


class Wire:
    """A connection of a client, from its first byte to its end."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        key: ServerKey,
        sessions: Sessions,
        answer: Answerer,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._transport: Connection[Any] = Connection(ConnectionRole.SERVER)
        self._exchange = KeyExchange(key)
        self._sessions = sessions
        self._answer = answer
        self._session: Session | None = None
        self._goodbye: asyncio.TimerHandle | None = None
        self._outgoing: list[tuple[int, int, bytes]] = []
        self._plain_id = 1

    async def serve(self) -> None:
        """Answer until either side closes."""
        try:
            while chunk := await self._reader.read(_READ_BYTES):
                self._transport.data_received(chunk)
                while (packet := self._transport.next_event()) is not None:
                    if packet is TransportEvent.DISCONNECT:  # more than a MiB
                        return
                    self._take(packet)
                    await self._writer.drain()
        except (ConnectionCut, ConnectionError):
            logger.debug("connection ended early")
        finally:
            self.cut()

    def cut(self) -> None:
        """Close at once; what was not sent yet is lost."""
        if self._session is not None and self._session.wire is self:
            self._session.wire = None
        if self._goodbye is not None:
            self._goodbye.cancel()
        self._writer.transport.abort()

    def push(self, session: Session, updates: Any) -> None:
        """Send updates that nobody asked for."""
        self._outgoing.append(
            session.message(_packed(updates.write()), content=True, response=False)
        )
        self._flush(session)

    def _reply(self, session: Session, request_id: int, answer: Any) -> None:
        body = serialized(answer)
        body = body if isinstance(answer, raw.types.upload.File) else _packed(body)
        self._outgoing.append(
            session.message(rpc_result(request_id, body), content=True, response=True)
        )

    def _take(self, packet: Any) -> None:
        if isinstance(packet, UnencryptedMessagePacket):
            self._exchange_keys(packet.message_data)
        elif isinstance(packet, EncryptedMessagePacket):
            self._take_encrypted(packet)

    def _exchange_keys(self, request: bytes) -> None:
        answer = self._exchange.answer(request)
        if self._exchange.auth_key is not None:
            self._sessions.remember(self._exchange.auth_key, self._exchange.salt)
        self._plain_id += 4
        self._writer.write(
            bytes(
                self._transport.send(UnencryptedMessagePacket(self._plain_id, answer))
            )
        )

    def _take_encrypted(self, packet: EncryptedMessagePacket) -> None:
        auth = self._sessions.keys.get(packet.auth_key_id)
        if auth is None:
            self._writer.write(bytes(self._transport.send(ErrorPacket(_KEY_UNKNOWN))))
            return
        message = packet.decrypt(auth.key, ConnectionRole.CLIENT)
        session = self._sessions.of(auth, message.session_id)
        session.wire, self._session = self, session
        if int.from_bytes(message.salt, "little", signed=True) == auth.salt:
            for inner in _messages(message):
                self._dispatch(session, inner)
        else:
            self._outgoing.append(
                session.message(
                    _bad_salt(message, auth.salt), content=False, response=True
                )
            )
        self._flush(session)

    def _dispatch(self, session: Session, message: Message) -> None:
        self._greet(session, message.msg_id)
        body = message.body
        if isinstance(body, (raw.types.MsgsAck, raw.types.HttpWait)):
            return
        if isinstance(body, (raw.functions.Ping, raw.functions.PingDelayDisconnect)):
            pong = raw.types.Pong(msg_id=message.msg_id, ping_id=body.ping_id)
            self._outgoing.append(
                session.message(pong.write(), content=False, response=True)
            )
            self._disconnect_after(getattr(body, "disconnect_delay", None))
            return
        self._reply(session, message.msg_id, self._answer(session, body))

    def _greet(self, session: Session, first_message_id: int) -> None:
        if session.greeted:
            return
        session.greeted = True
        created = raw.types.NewSessionCreated(
            first_msg_id=first_message_id,
            unique_id=session.id,
            server_salt=session.auth.salt,
        )
        self._outgoing.append(
            session.message(created.write(), content=True, response=False)
        )

    def _disconnect_after(self, delay_s: int | None) -> None:
        if self._goodbye is not None:
            self._goodbye.cancel()
        if delay_s is not None:
            self._goodbye = asyncio.get_running_loop().call_later(delay_s, self.cut)

    def _flush(self, session: Session) -> None:
        if not self._outgoing:
            return
        message_id, sequence, body = session.container(self._outgoing)
        self._outgoing = []
        packet = DecryptedMessagePacket(
            salt=Long(session.auth.salt),
            session_id=session.id,
            message_id=message_id,
            seq_no=sequence,
            data=body,
        )
        encrypted = packet.encrypt(session.auth.key, ConnectionRole.SERVER)
        self._writer.write(bytes(self._transport.send(encrypted)))


def _messages(packet: DecryptedMessagePacket) -> Iterator[Message]:
    data = BytesIO(packet.data)
    if Int.read(data, False) != MsgContainer.ID:
        body = _body(packet.data)
        yield Message(body, packet.message_id, packet.seq_no, len(packet.data))
        return
    for _ in range(Int.read(data)):
        message_id, sequence, length = Long.read(data), Int.read(data), Int.read(data)
        yield Message(_body(data.read(length)), message_id, sequence, length)


def _body(request: bytes) -> Any:
    """
    Read a request.

    kurigram guesses what a list at its end holds by the bytes that are left, and takes a document's name of up to three
    letters for a number; so more are left.
    """
    return TLObject.read(BytesIO(request + _MORE))


def _bad_salt(message: DecryptedMessagePacket, salt: int) -> bytes:
    wrong = raw.types.BadServerSalt(
        bad_msg_id=message.message_id,
        bad_msg_seqno=message.seq_no,
        error_code=_WRONG_SALT,
        new_server_salt=salt,
    )
    return bytes(wrong.write())


def _packed(body: bytes) -> bytes:
    """``gzip_packed`` from a few kilobytes on, as Telegram does."""
    if len(body) < _GZIP_FROM_BYTES:
        return body
    return Int(_GZIP_PACKED, False) + Bytes(gzip.compress(body, 1))
