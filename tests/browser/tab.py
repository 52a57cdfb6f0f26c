"""One tab of the browser, and what is looked at in it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / ".cache/browser"
AXE = ROOT / ".cache/axe/node_modules/axe-core/axe.min.js"
SIZES = {"desktop": (1200, 800), "phone": (360, 740)}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Tab:
    """``errors`` is what the page wrote to the developer's console, and what failed in it."""

    page: "Page"
    url: str
    errors: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.url}{path}")

    async def sign_in(self, key: str) -> None:
        await self.go("/sign-in")
        await self.page.get_by_label("API key").fill(key)
        await self.page.get_by_role("button", name="Sign in").click()

    async def press(self, name: str) -> None:
        """Press a button, or a link that looks like one."""
        found = self.page.get_by_role("button", name=name).or_(
            self.page.get_by_role("link", name=name)
        )
        await found.first.click()

    async def sees(self, text: str, timeout_s: float = 30) -> None:
        """Wait until the page shows *text*."""
        await self.page.get_by_text(text).first.wait_for(timeout=timeout_s * 1000)

    async def words(self) -> str:
        text: str = await self.page.locator("body").inner_text()
        return text

    async def overflow_px(self) -> int:
        """How much wider the page is than the window."""
        width: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - window.innerWidth"
        )
        return width

    async def violations(self) -> list[str]:
        """What axe-core finds: its rule, and where."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = await self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules})", _RULES
        )
        assert len(found["passes"]) > 10, "axe-core looked at nothing"
        return [
            f"{one['id']} ({one['impact']}): {[node['html'][:120] for node in one['nodes']]}"
            for one in found["violations"]
        ]

    async def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@dataclass
class Browsers:
    """Opens tabs that know nothing of each other."""

    browser: "Browser"
    gateway: str
    tabs: list[Tab] = field(default_factory=list)
    _contexts: list["BrowserContext"] = field(default_factory=list)

    async def open(
        self,
        size: Literal["desktop", "phone"] = "desktop",
        scheme: Literal["light", "dark"] = "light",
        **options: Any,
    ) -> Tab:
        width, height = SIZES[size]
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        self._contexts.append(context)
        tab = Tab(await context.new_page(), f"{self.gateway}/gateway/console")
        tab.page.on(
            "console",
            lambda said: (
                tab.errors.append(said.text)
                if said.type in {"error", "warning"}
                else None
            ),
        )
        tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
        tab.page.on("dialog", lambda dialog: tab.errors.append(dialog.message))
        self.tabs.append(tab)
        return tab

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
