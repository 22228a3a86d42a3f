// @ts-check
// Thumbnails are links to the pictures; with scripts they change the stage instead of the page.
// Markup: <div class="gallery" data-gallery><div class="stage"><img></div><ul class="thumbs"><li><a href="large"><img></a></li></ul></div>

/** @param {ParentNode} root */
export function liven(root) {
  for (const gallery of root.querySelectorAll("[data-gallery]:not([data-live])")) {
    const stage = gallery.querySelector(".stage img");
    if (!(stage instanceof HTMLImageElement)) continue;
    gallery.setAttribute("data-live", "");
    const links = [...gallery.querySelectorAll("a")];
    for (const link of links) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
        event.preventDefault();
        show(link, stage, links);
      });
    }
  }
}

/**
 * @param {HTMLAnchorElement} link
 * @param {HTMLImageElement} stage
 * @param {HTMLAnchorElement[]} links
 */
function show(link, stage, links) {
  stage.removeAttribute("srcset");
  stage.src = link.href;
  stage.alt = link.querySelector("img")?.alt ?? "";
  for (const other of links) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}
