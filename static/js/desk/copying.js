// @ts-check
// <button hidden data-copy="id" data-said="Copied">: copies the text of #id, and says that it has.

/** @param {ParentNode} root */
export function liven(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset["copy"] ?? "");
      const word = button.querySelector("span");
      await navigator.clipboard.writeText(source?.textContent?.trim() ?? "");
      if (word) word.textContent = button.dataset["said"] ?? "";
    });
  }
}
