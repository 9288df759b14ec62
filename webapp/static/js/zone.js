// The visitor's time zone, guessed once and told to the server, which shows it and lets him change it.
export async function enhance([form]) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  form.elements.zone.value = zone;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  // Only a page that shows times in the visitor's zone is worth loading again; a form being filled in is not.
  const shown = document.querySelector("[data-shows-zone]");
  if (shown && (answer.ok || answer.type === "opaqueredirect") && location.search.indexOf("zone=") < 0) location.reload();
}
