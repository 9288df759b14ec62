// A choice that only changes what is shown is sent at once; its own button is not needed then.
export function enhance(fields) {
  for (const field of fields) {
    const button = document.getElementById(field.dataset.submitOnChange);
    if (button) button.classList.add("vh");
    field.addEventListener("change", () => field.form.requestSubmit(button || undefined));
  }
}
