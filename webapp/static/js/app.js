// The entry: every page works without it. A part is fetched only where the page has its element.
const parts = [
  [".nav--menu", () => import("./menu.js")],
  ["form[data-guess-zone]", () => import("./zone.js")],
  ["[data-hold]", () => import("./hold.js")],
  [".errors", () => import("./errors.js")],
  [".slots", () => import("./slots.js")],
  ["[data-copy]", () => import("./copy.js")],
  ["[data-dialog]", () => import("./dialog.js")],
  ["[data-submit-on-change]", () => import("./change.js")],
  ["[data-refresh]", () => import("./refresh.js")],
  ["[data-upload]", () => import("./upload.js")],
  ["[data-autosave]", () => import("./draft.js")],
  ["[data-suggest]", () => import("./suggest.js")],
  ["[data-insert]", () => import("./insert.js")],
  ["[data-keys]", () => import("./keys.js")],
];

for (const [selector, load] of parts) {
  const found = document.querySelectorAll(selector);
  if (found.length) load().then((part) => part.enhance([...found]));
}
