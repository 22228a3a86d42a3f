// @ts-check
// The button of a page that is printed on 80 mm paper.

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
}
