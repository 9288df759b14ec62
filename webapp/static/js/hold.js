// Minutes left of a hold. Counted from the server's figure, so that a wrong clock here does no harm.
const MINUTE = 60;

export function enhance(holds) {
  for (const hold of holds) {
    const left = hold.querySelector("[data-hold-left]");
    const bar = hold.querySelector("progress");
    const started = performance.now();
    const seconds = Number(hold.dataset.hold);
    const show = () => {
      const rest = seconds - (performance.now() - started) / 1000;
      if (rest <= 0) {
        hold.classList.add("hold--over");
        left.textContent = hold.dataset.over;
        if (bar) bar.value = 0;
        clearInterval(timer);
        return;
      }
      left.textContent = hold.dataset.left.replace("{n}", String(Math.ceil(rest / MINUTE)));
      if (bar) bar.value = rest;
    };
    const timer = setInterval(show, 15000);
    show();
  }
}
