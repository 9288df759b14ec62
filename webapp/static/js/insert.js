// Puts a ready text in where the cursor stands; without a script the button sends the form for it.
export function enhance(buttons) {
  for (const button of buttons) {
    const field = document.getElementById(button.dataset.insert);
    if (!field) continue;
    button.type = "button";
    button.addEventListener("click", () => {
      field.setRangeText(button.dataset.text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}
