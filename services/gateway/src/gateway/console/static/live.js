// Refreshes the parts of a page that are marked data-live; every page works without it.
"use strict";

const EVERY_MS = 10000;

async function refresh() {
  const shown = [...document.querySelectorAll("[data-live]")];
  if (!shown.length || document.hidden) return;
  const response = await fetch(location.href, {
    headers: { "X-Console-Refresh": "1" },
    signal: AbortSignal.timeout(EVERY_MS),
  });
  if (response.status === 401) return location.reload();
  if (!response.ok) throw new Error(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.title = page.title;
  for (const old of shown) {
    const fresh = page.getElementById(old.id);
    if (fresh && !inUse(old) && !fresh.isEqualNode(old)) old.replaceWith(fresh);
  }
}

// What somebody is in the middle of, or marks to copy it, is left alone until the next time.
function inUse(part) {
  const marked = document.getSelection();
  return part.contains(document.activeElement) || (!marked.isCollapsed && marked.containsNode(part, true));
}

async function keepFresh() {
  const words = document.getElementById("refreshed");
  try {
    await refresh();
    words.textContent = "";
  } catch {
    words.textContent = "Not refreshed: the gateway does not answer. What you see may be old.";
  }
  setTimeout(keepFresh, EVERY_MS);
}

setTimeout(keepFresh, EVERY_MS);
