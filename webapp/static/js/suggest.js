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

// It helped: counted on the article's own page, which says thank you. What was typed stays here.
function end(button) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = button.dataset.helped;
  form.hidden = true;
  const fields = { csrf_token: button.closest("form").elements.csrf_token.value, from: "ask" };
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
