// Articles that may answer a subject, while it is typed. Nothing of it keeps anybody from sending.
const QUIET = 350;
const SHORTEST = 3;

export function enhance(places) {
  for (const place of places) {
    const subject = document.getElementById(place.dataset.subject);
    const found = place.querySelector("[data-suggest-found]");
    if (subject && found) watch(place, subject, found);
  }
}

function watch(place, subject, found) {
  const state = { timer: null, going: null, asked: "" };
  const ask = () => look(place, subject, found, state);
  subject.addEventListener("input", () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(ask, QUIET);
  });
  found.addEventListener("click", (event) => {
    const button = event.target.closest("[data-helped]");
    if (button) end(button);
  });
  if (subject.value) ask(); // a draft that is gone on with
}

async function look(place, subject, found, state) {
  const words = subject.value.trim();
  if (words === state.asked) return;
  state.going?.abort();
  state.asked = words;
  if (words.length < SHORTEST) { found.replaceChildren(); return; }
  state.going = new AbortController();
  const query = new URLSearchParams({ product: place.dataset.product, q: words.slice(0, 300) });
  try {
    const answer = await fetch(`${place.dataset.suggest}?${query}`, { signal: state.going.signal });
    if (answer.ok) show(found, await answer.text());
  } catch {
    // Overtaken by the next letter, or without a network: the link is there in any case.
  }
}

// The same list again would only be read out once more.
function show(found, text) {
  if (found.innerHTML.trim() !== text.trim()) found.innerHTML = text;
}

// It helped: counted, and on to the article's page, which says thank you.
async function end(button) {
  button.disabled = true;
  const token = button.closest("form").elements.csrf_token.value;
  try {
    const answer = await fetch(button.dataset.helped, {
      method: "POST",
      body: new URLSearchParams({ csrf_token: token, from: "ask" }),
    });
    if (answer.ok) { location.assign(answer.url); return; }
  } catch {
    // Said below.
  }
  button.disabled = false;
}
