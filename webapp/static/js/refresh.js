// A page that waits for somebody else's answer asks again, ever more slowly, and stops after ten minutes.
const LIMIT = 10 * 60 * 1000;

export function enhance([waiting]) {
  const started = performance.now();
  let pause = Number(waiting.dataset.refresh) * 1000;
  const ask = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
    const text = answer && answer.ok ? await answer.text() : "";
    const still = text && new DOMParser().parseFromString(text, "text/html").querySelector("[data-refresh]");
    if (text && !still) { location.reload(); return; }
    // Progress is shown as it goes on; other pages stay still until they have something to say.
    if (still && "refreshShown" in waiting.dataset) waiting.replaceChildren(...still.childNodes);
    pause *= 1.3;
    if (performance.now() - started < LIMIT) setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}
