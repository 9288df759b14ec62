// Times are radio buttons and the browser moves between them; here the arrows up and down also keep
// the column, and the bar at the bottom repeats the choice.
export function enhance(groups) {
  const inputs = groups.flatMap((group) => [...group.querySelectorAll("input[type=radio]")]);
  const bar = document.querySelector("[data-chosen]");
  const more = document.querySelector("[data-chosen-more]");
  const tell = (input) => {
    if (bar && input.dataset.when) bar.textContent = input.dataset.when;
    if (more) more.textContent = input.dataset.more ? `${input.dataset.more}.` : "";
  };
  show(document.querySelector(".days [aria-current]"));
  for (const input of inputs) {
    if (input.checked) tell(input);
    input.addEventListener("change", () => tell(input));
    input.addEventListener("keydown", (event) => {
      const down = event.key === "ArrowDown";
      if (!down && event.key !== "ArrowUp") return;
      const next = beyond(input, inputs.filter((other) => !other.disabled), down);
      event.preventDefault();
      if (!next) return;
      next.checked = true;
      next.focus();
      next.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

// The strip of days is wider than a phone: the day that is shown should be seen on it.
function show(day) {
  const strip = day && day.closest(".days");
  if (!strip) return;
  const [inner, outer] = [day.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}

function beyond(input, others, down) {
  const here = input.getBoundingClientRect();
  let best = null;
  let distance = Infinity;
  for (const other of others) {
    const there = other.getBoundingClientRect();
    const rows = down ? there.top - here.top : here.top - there.top;
    if (rows < 4) continue;
    const far = rows * 1000 + Math.abs(there.left - here.left);
    if (far < distance) { best = other; distance = far; }
  }
  return best;
}
