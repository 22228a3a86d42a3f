// @ts-check
// A till whose scripts did not arrive says so and tries once more: nobody can sell at a page that only starts.

(() => {
  const PATIENCE = 20_000;
  const TRIED = "quayside-till-started";
  const waits = document.querySelector("[data-starting]");
  if (!waits) return;
  setTimeout(() => {
    if (!waits.isConnected) return sessionStorage.removeItem(TRIED);
    const failed = document.querySelector("[data-failed]");
    if (failed instanceof HTMLElement) failed.hidden = false;
    waits.remove();
    if (navigator.onLine && !sessionStorage.getItem(TRIED)) {
      sessionStorage.setItem(TRIED, "yes");
      location.reload();
    }
  }, PATIENCE);
})();
