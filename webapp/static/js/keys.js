// Keys of the staff area: "g" and a figure go to a section, "/" to the search, "?" to the list of keys.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

export function enhance([link]) {
  const sections = [...document.querySelectorAll(".rail__list a")].map((entry) => entry.href);
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.timeStamp - waiting < 1500 && sections[Number(event.key) - 1]) {
      location.assign(sections[Number(event.key) - 1]);
    } else if (event.key === "g") {
      waiting = event.timeStamp;
      return;
    } else if (event.key === "?") {
      link.click();
    } else if (event.key === "/") {
      const search = document.querySelector('[role="search"] input:not([type="hidden"])');
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
    waiting = 0;
  });
}
