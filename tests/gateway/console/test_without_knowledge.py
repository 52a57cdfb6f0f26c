"""``KNOWLEDGE_URL=none``: the console says nothing of what the admin does not want."""

from pathlib import Path

from tests.gateway.console.house import ADMIN, open_console


async def test_without_knowledge_its_pages_are_not_there(tmp_path: Path):
    async with (
        open_console(tmp_path, knowledge_url="none") as console,
        console.browser(ADMIN) as browser,
    ):
        overview = await browser.see("/")
        documents = await browser.see("/documents")

    assert "Nothing needs you." in overview.text
    assert "Test search" not in overview.text
    assert "Documents being indexed" not in overview.text
    assert documents.status_code == 404
    assert "KNOWLEDGE_URL is none" in documents.text
