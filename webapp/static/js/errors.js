// The summary of errors takes the focus, and its links put it into the field itself.
export function enhance([summary]) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const named = link && document.getElementById(link.hash.slice(1));
    if (!named) return;
    const field = named.matches("input, select, textarea") ? named : named.querySelector("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".field, .block") || field).scrollIntoView({ block: "center" });
  });
}
