// Keeps a long form while it is filled in: a moment after the last change, and when the page is left.
const QUIET = 1500;

export function enhance(forms) {
  for (const form of forms) watch(form);
}

function watch(form) {
  const state = { timer: null, going: null, again: false, over: false };
  const later = () => {
    if (state.over) return;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(form, state), QUIET);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => {
    clearTimeout(state.timer);
    state.timer = null;
    // What is being kept now must not outlive what is being sent.
    if (!event.defaultPrevented) state.going?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && state.timer) save(form, state);
  });
}

async function save(form, state) {
  clearTimeout(state.timer);
  state.timer = null;
  if (state.going) { state.again = true; return; }
  state.going = new AbortController();
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: fieldsOf(form),
      signal: state.going.signal,
      keepalive: true,
    });
    // Sent, removed or lapsed meanwhile: there is nothing to go on with.
    if (answer.status === 404) state.over = true;
    if (answer.ok) show(form, await answer.json());
  } catch {
    // Without a network the next change tries again.
  }
  state.going = null;
  if (state.again) { state.again = false; save(form, state); }
}

function fieldsOf(form) {
  const fields = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) fields.delete(input.name);
  return new URLSearchParams(fields);
}

function show(form, told) {
  if (form.elements.draft) form.elements.draft.value = told.draft;
  const said = form.querySelector("[data-draft-said]");
  if (!said) return;
  said.hidden = false;
  said.querySelector("span").textContent = told.sentence;
  said.querySelector("a").href = told.link;
  // Loaded again, the page goes on with what was kept.
  history.replaceState(null, "", told.path);
}
