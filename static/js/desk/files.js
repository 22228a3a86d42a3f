// @ts-check
// Choosing a file: the browser's own control speaks the browser's language; here the page's button stands in its
// place and the chosen names beside it. The control itself stays: it takes the focus, and the press.

// What a request may hold at most is 32 MB (commerce/web/application.py), the form around the files included.
const AT_ONCE = 30 * 1024 * 1024;

/**
 * Take away what the server would refuse together with all that was typed, and say which files these are.
 * @param {HTMLElement} box
 * @param {HTMLInputElement} input
 */
function leaveOut(box, input) {
  const most = Number(box.dataset["most"] ?? 0);
  const told = box.querySelector(".file-large");
  if (!most || !told) return;
  const kept = new DataTransfer();
  const large = [];
  let sum = 0;
  for (const file of input.files ?? []) {
    if (file.size > most || sum + file.size > AT_ONCE) large.push(file.name);
    else {
      sum += file.size;
      kept.items.add(file);
    }
  }
  if (large.length > 0) input.files = kept.files;
  told.textContent = large.length > 0 ? `${box.dataset["large"] ?? ""} ${large.join(" · ")}` : "";
}

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
    input.addEventListener("change", () => {
      leaveOut(box, input);
      tell();
    });
    tell();
  }
}
