"""Durable work across kills of its process."""

import subprocess
import sys
import textwrap

KILLED_HALF_WAY = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from chassis.database import service_url
    from gateway.durable import DurableWork

    data_dir, die_in = Path(sys.argv[1]), sys.argv[2]
    work = DurableWork(service_url(None, data_dir, "gateway"))

    async def file_report(report):
        for name in ("photos", "card", "notice"):
            async def call(name=name):
                with (data_dir / "journal").open("a") as journal:
                    journal.write(f"{report} {name}\\n")
                if name == die_in:
                    os.kill(os.getpid(), signal.SIGKILL)
                return name
            await work.step(name, call)
        return "filed"

    async def main():
        work.add("file_report", file_report)
        await work.open()
        await work.start("file_report", "r1", "r1")
        assert await work.result("r1") == "filed"
        await work.close()

    asyncio.run(main())
"""


def test_a_kill_repeats_only_the_step_it_interrupted(tmp_path):
    program = [sys.executable, "-c", textwrap.dedent(KILLED_HALF_WAY), str(tmp_path)]

    killed = subprocess.run([*program, "card"], timeout=30, check=False)
    finished = subprocess.run([*program, "never"], timeout=30, check=False)

    assert (killed.returncode, finished.returncode) == (-9, 0)
    steps = (tmp_path / "journal").read_text().split("\n")[:-1]
    assert steps == ["r1 photos", "r1 card", "r1 card", "r1 notice"]
