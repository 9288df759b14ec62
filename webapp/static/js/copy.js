// Copies the text of a field or paragraph. The button appears only where copying works.
export function enhance(buttons) {
  if (!navigator.clipboard) return;
  for (const button of buttons) {
    const source = document.getElementById(button.dataset.copy);
    const before = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText("value" in source ? source.value : source.textContent);
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = before; }, 4000);
    });
  }
}
