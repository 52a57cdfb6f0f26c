"""What arrives: all of it, again after a crash, and not twice without one."""

import asyncio
import subprocess
import sys
import textwrap

from chassis.telegram.line import Pace
from chassis.telegram.messages import Gap
from tests.chassis.telegram_sessions import Inbox, session

NO_GRACE = Pace(commit_s=0.02, grace_s=0.0)


async def test_what_came_while_the_bot_was_away_arrives_at_its_start(
    peer, jean, tmp_path
):
    async with session(peer, tmp_path, Inbox()):
        pass
    for number in range(30):
        await jean.send(f"message {number}")

    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        await inbox.holds(30)

    assert inbox.texts == [f"message {number}" for number in range(30)]


async def test_an_update_comes_again_until_its_handler_has_returned(
    peer, jean, tmp_path
):
    begun = asyncio.Event()

    async def stuck(_arrival) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with session(peer, tmp_path, stuck, NO_GRACE):
        await jean.send("une photo")
        await begun.wait()

    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        await inbox.holds(1)

    assert inbox.texts == ["une photo"]


async def test_a_later_update_that_is_done_does_not_cover_an_earlier_one_that_is_not(
    peer, jean, tmp_path
):
    marie = peer.add_user("Marie")
    done = asyncio.Event()

    async def stuck_for_jean(arrival) -> None:
        if arrival.chat_id == jean.id:
            await asyncio.Event().wait()
        done.set()

    async with session(peer, tmp_path, stuck_for_jean, NO_GRACE):
        await jean.send("first")
        await marie.send("second")
        await done.wait()
        await asyncio.sleep(0.1)  # two commits

    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        await inbox.holds(2)

    assert sorted(inbox.texts) == ["first", "second"]


async def test_a_handled_update_does_not_come_again(peer, jean, tmp_path):
    first = Inbox()
    async with session(peer, tmp_path, first):
        await jean.send("one")
        await first.holds(1)

    second = Inbox()
    async with session(peer, tmp_path, second):
        await jean.send("two")
        await second.holds(1)

    assert (first.texts, second.texts) == (["one"], ["two"])


async def test_an_update_pushed_twice_is_handled_once(peer, jean, tmp_path):
    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        peer.faults.duplicate_updates()
        await jean.send("one")
        await jean.send("two")
        await inbox.holds(2)
        await asyncio.sleep(0.1)

    assert inbox.texts == ["one", "two"]


async def test_a_gap_is_filled_before_what_follows_it(peer, jean, tmp_path):
    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        silence = peer.faults.silence()
        await jean.send("lost on the way")
        silence.remove()
        await jean.send("arrives")
        await inbox.holds(2)

    assert inbox.texts == ["lost on the way", "arrives"]


async def test_silence_is_noticed(peer, jean, tmp_path):
    inbox = Inbox()
    async with session(peer, tmp_path, inbox, Pace(commit_s=0.02, silence_s=0.3)):
        peer.faults.silence()
        await jean.send("nobody pushes this")
        await inbox.holds(1)

    assert inbox.texts == ["nobody pushes this"]


async def test_what_a_cut_connection_swallowed_arrives(peer, jean, tmp_path):
    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        assert peer.faults.cut_now() > 0
        await jean.send("during the cut")
        await inbox.holds(1)

    assert inbox.texts == ["during the cut"]


async def test_a_supergroup_is_recovered_too(peer, jean, tmp_path):
    group = peer.add_supergroup(-1001234567890, "Chantier", [jean])
    first = Inbox()
    async with session(peer, tmp_path, first):
        await jean.send("here", to=group)
        await first.holds(1)
    await jean.send("while away", to=group)

    second = Inbox()
    async with session(peer, tmp_path, second):
        await second.holds(1)

    assert (first.texts, second.texts) == (["here"], ["while away"])


async def test_what_telegram_no_longer_holds_as_updates_is_looked_up(
    peer, jean, tmp_path
):
    first, second = Inbox(), Inbox()
    async with session(peer, tmp_path, first) as telegram:
        await jean.send("before")
        await first.holds(1)
        await telegram.send_text(jean.id, "answer", key="a")
    for number in range(120):
        await jean.send(f"while away {number}")
    peer.faults.difference_too_long()

    async with session(peer, tmp_path, second):
        await jean.send("next")
        await second.holds(121)

    assert second.texts == [*(f"while away {n}" for n in range(120)), "next"]


async def test_a_gap_that_cannot_be_looked_up_is_told(peer, jean, tmp_path):
    async with session(peer, tmp_path, Inbox()):
        pass
    await jean.send("forgotten by Telegram")
    peer.faults.difference_too_long()

    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        await jean.send("next")
        await inbox.holds(2)

    assert inbox.arrivals[0] == Gap()
    assert inbox.texts == ["next"]


KILLED_WHILE_HANDLING = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from pydantic import SecretStr
    from chassis.telegram import TelegramAccount, TelegramSession
    from chassis.telegram.account import Server

    data_dir, address, key, token, journal, dies_at = sys.argv[1:]

    async def handler(arrival):
        if arrival.text == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        with open(journal, "a") as lines:
            lines.write(arrival.text + "\\n")
        if arrival.text == "end":
            done.set()

    async def main():
        global done
        done = asyncio.Event()
        session = TelegramSession(
            TelegramAccount(
                api_id=12345,
                api_hash=SecretStr("0123456789abcdef0123456789abcdef"),
                bot_token=SecretStr(token),
                server=Server.parse(address, key),
            ),
            Path(data_dir),
            handler=handler,
        )
        await session.open()
        await session.ready()
        print("ready", flush=True)
        await done.wait()
        await session.close()

    asyncio.run(main())
"""


async def test_a_killed_process_gets_again_what_it_had_not_handled(
    peer, jean, tmp_path
):
    journal = tmp_path / "journal"
    async with session(peer, tmp_path, Inbox()):
        pass

    async def run(dies_at: str) -> int:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", textwrap.dedent(KILLED_WHILE_HANDLING)),
            *(str(tmp_path), peer.address, peer.public_key_pem, peer.bot_token),
            *(str(journal), dies_at),
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        await process.stdout.readline()
        return await process.wait()

    texts = [f"photo {number}" for number in range(6)] + ["end"]
    for text in texts:
        await jean.send(text)

    assert await run("photo 3") == -9
    assert await run("never") == 0
    handled = journal.read_text().splitlines()
    assert sorted(set(handled)) == sorted(texts)
    assert handled[-4:] == ["photo 3", "photo 4", "photo 5", "end"]
