// @ts-check
// A form marked data-once is sent once: the button shows that it is under way. The server is safe against
// a second press anyway; this only answers the finger.

/** @param {ParentNode} root */
export function liven(root) {
  for (const form of root.querySelectorAll("form[data-once]:not([data-live])")) {
    form.setAttribute("data-live", "");
    form.addEventListener("submit", (event) => {
      if (form.hasAttribute("data-sent")) return event.preventDefault();
      form.setAttribute("data-sent", "");
      const button = event instanceof SubmitEvent ? event.submitter : null;
      button?.setAttribute("aria-busy", "true");
    });
  }
}

// Coming back by the back button finds the page as it was left: ready to be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    form.removeAttribute("data-sent");
    for (const button of form.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  }
});
