// @ts-check
// Choosing a file: the browser's own control speaks the browser's language; here the page's button stands in its
// place and the chosen names beside it. The control itself stays: it takes the focus, and the press.

/** @param {ParentNode} root */
export function liven(root) {
  for (const box of root.querySelectorAll("[data-file]:not([data-live])")) {
    const input = box.querySelector("input");
    const names = box.querySelector(".file-names");
    if (!(box instanceof HTMLElement) || !input || !names) continue;
    box.setAttribute("data-live", "");
    for (const part of box.querySelectorAll("[hidden]")) part.removeAttribute("hidden");
    const tell = () => {
      names.textContent = [...(input.files ?? [])].map((file) => file.name).join(" · ") || (box.dataset["none"] ?? "");
    };
    input.addEventListener("change", tell);
    tell();
  }
}
