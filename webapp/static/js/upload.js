// Large files leave at once and in pieces, so that a lost connection costs seconds: what has arrived
// is asked for and gone on with. The form then carries keys instead of files.
const PIECE = 4 * 1024 * 1024;
const LONGEST_WAIT = 30000;
const FINAL = ["accepted", "quarantined", "judging"];

export function enhance(fields) {
  for (const field of fields) {
    const input = field.querySelector("input[type=file]");
    const list = field.querySelector("[data-upload-list]");
    const pattern = field.querySelector("template");
    for (const row of list.children) stand(field, row);
    const take = () => {
      for (const file of input.files) begin(field, list, pattern, file);
      // What goes in pieces must not go with the form once more.
      input.value = "";
    };
    input.addEventListener("change", take);
    // Chosen before this script was there, by a quick hand or on a slow line.
    take();
    field.closest("form").addEventListener("submit", (event) => {
      if (!list.querySelector("[data-going]")) return;
      event.preventDefault();
      say(list.querySelector("[data-going]"), field.dataset.unfinished);
      list.querySelector("[data-going] button").focus();
    });
  }
}

// What had arrived before the page was shown.
function stand(field, row) {
  row.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    giveUp(field, row, { place: row.dataset.place });
  });
}

// Whoever keeps the form hears that what it carries is another now.
function tell(field) {
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

async function begin(field, list, pattern, file) {
  const row = pattern.content.firstElementChild.cloneNode(true);
  const going = { given: false, place: null };
  row.dataset.going = "";
  row.querySelector("[data-upload-name]").textContent = file.name;
  row.querySelector("progress").setAttribute("aria-label", file.name);
  row.querySelector("button").append(Object.assign(document.createElement("span"), { className: "vh", textContent: ` ${file.name}` }));
  row.querySelector("button").addEventListener("click", () => giveUp(field, row, going));
  list.append(row);
  try {
    await send(field, row, file, going);
  } catch {
    if (!going.given) say(row, field.dataset.failed);
    row.querySelector("progress").remove();
  }
  delete row.dataset.going;
}

async function send(field, row, file, going) {
  const made = await insist(field, row, going, () => fetch(field.dataset.upload, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": field.dataset.token },
    body: JSON.stringify({ name: file.name, size: file.size }),
  }));
  const told = await made.json();
  if (!made.ok) { end(row, "refused", told.sentence); return; }
  going.place = told.location;
  row.append(Object.assign(document.createElement("input"), { type: "hidden", name: field.dataset.keys || "upload", value: told.key }));
  tell(field);
  await goOn(field, row, file, going);
}

async function goOn(field, row, file, going) {
  let offset = 0;
  let state = "receiving";
  const bar = row.querySelector("progress");
  while (state === "receiving") {
    let answer = going.given ? null : await fetch(going.place, {
      method: "PATCH",
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: file.slice(offset, offset + PIECE),
    }).catch(() => null);
    // Nobody knows how much of a lost piece has arrived: ask before going on.
    if (!answer || answer.status >= 500) {
      say(row, field.dataset.waiting);
      await pause(1000);
      answer = await insist(field, row, going, () => fetch(going.place, { method: "HEAD", cache: "no-store" }));
    }
    if (!answer.ok && answer.status !== 409) break;
    offset = Number(answer.headers.get("Upload-Offset"));
    state = answer.headers.get("Upload-State") || state;
    bar.value = file.size ? offset / file.size : 1;
    say(row, field.dataset.sent.replace("{n}", String(Math.floor(bar.value * 100))));
  }
  const told = await (await insist(field, row, going, () => fetch(going.place, { cache: "no-store" }))).json();
  end(row, told.state, told.sentence);
}

// Asks until there is an answer: without a network, or while the server is away.
async function insist(field, row, going, ask) {
  for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    if (going.given) throw new Error("given up");
    const answer = await ask().catch(() => null);
    if (answer && answer.status < 500) return answer;
    say(row, field.dataset.waiting);
    await pause(wait);
  }
}

function pause(wait) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, wait);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

function end(row, state, sentence) {
  row.querySelector("progress").remove();
  say(row, sentence);
  if (FINAL.includes(state)) return;
  row.querySelector("[data-upload-said]").classList.add("field__error");
  row.querySelector("input")?.remove();
}

function giveUp(field, row, going) {
  going.given = true;
  if (going.place) fetch(going.place, { method: "DELETE" }).catch(() => null);
  row.remove();
  tell(field);
  field.querySelector("input[type=file]").focus();
}

function say(row, words) {
  const said = row.querySelector("[data-upload-said]");
  if (said.textContent !== words) said.textContent = words;
}
