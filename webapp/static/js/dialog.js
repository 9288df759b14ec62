// A link to a page that asks «really?» shows that page's question as a dialog here. Whatever goes
// wrong, the link still leads to the page.
export function enhance(links) {
  for (const link of links) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const dialog = await asked(link.href).catch(() => null);
      if (dialog) dialog.showModal();
      else location.assign(link.href);
    });
  }
}

async function asked(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!answer.ok || answer.url !== address) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const question = page.querySelector(".ask");
  if (!question || !window.HTMLDialogElement) return null;
  const title = page.querySelector("h1");
  title.id = "asked-title";
  const heading = document.createElement("h2");
  heading.append(...title.childNodes);
  heading.id = "asked-title";
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  dialog.setAttribute("aria-labelledby", "asked-title");
  dialog.append(heading, ...question.childNodes);
  for (const form of dialog.querySelectorAll("form")) if (!form.hasAttribute("action")) form.action = address;
  for (const back of dialog.querySelectorAll("a")) {
    if (back.pathname !== location.pathname) continue;
    back.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
  }
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}
