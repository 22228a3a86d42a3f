// @ts-check
// A long list to tick is narrowed by what is typed above it; what is ticked stays in sight.

/** @param {ParentNode} root */
export function liven(root) {
  for (const field of root.querySelectorAll("[data-narrows]")) {
    const list = field instanceof HTMLInputElement && document.getElementById(field.dataset["narrows"] ?? "");
    if (!(field instanceof HTMLInputElement) || !list) continue;
    field.hidden = false;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLocaleLowerCase();
      for (const row of list.querySelectorAll("label")) {
        const isTicked = row.querySelector("input")?.checked ?? false;
        row.hidden = !isTicked && !(row.textContent ?? "").toLocaleLowerCase().includes(wanted);
      }
    });
    // Enter in a field of a form would send it.
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
}
