// @ts-check
// Passkeys: buttons marked data-passkey run a ceremony with the server and go on to the page it names.
// Without scripts or passkeys the buttons stay hidden and the password does.

/** @typedef {{ceremony: string, publicKey: any}} Ceremony */

if (window.PublicKeyCredential && window.isSecureContext) {
  for (const form of document.querySelectorAll("[data-passkey-form]")) form.removeAttribute("hidden");
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => run(button));
  }
}

/** @param {HTMLButtonElement} button */
async function run(button) {
  const message = document.querySelector("[data-passkey-message]");
  if (message) message.setAttribute("hidden", "");
  button.disabled = true;
  try {
    const next = await (button.dataset["passkey"] === "register" ? register() : signIn(button.dataset["next"]));
    location.assign(next);
  } catch (refusal) {
    // Closing the browser's own dialog is no fault.
    if (refusal instanceof DOMException && refusal.name === "NotAllowedError") return;
    if (message) {
      message.textContent = button.dataset["refused"] ?? "";
      message.removeAttribute("hidden");
    }
  } finally {
    button.disabled = false;
  }
}

/** @param {string | undefined} next */
async function signIn(next) {
  /** @type {Ceremony} */
  const { ceremony, publicKey } = await ask("/signin/passkey/options");
  const options = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    allowCredentials: (publicKey.allowCredentials ?? []).map(withBytes),
  };
  const credential = await navigator.credentials.get({ publicKey: options });
  const query = next ? `?next=${encodeURIComponent(next)}` : "";
  return (await ask(`/signin/passkey${query}`, { ceremony, answer: told(credential) })).next;
}

async function register() {
  /** @type {Ceremony} */
  const { ceremony, publicKey } = await ask("/security/passkeys/options");
  const options = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: withBytes(publicKey.user),
    excludeCredentials: (publicKey.excludeCredentials ?? []).map(withBytes),
  };
  const credential = await navigator.credentials.create({ publicKey: options });
  const field = document.getElementById("passkey-name");
  const name = field instanceof HTMLInputElement ? field.value : "";
  return (await ask("/security/passkeys", { ceremony, answer: told(credential), name })).next;
}

/**
 * Post JSON; a redirect means that the server wants the password once more.
 * @param {string} address
 * @param {unknown} [body]
 */
async function ask(address, body = {}) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.redirected) {
    location.assign(answer.url);
    throw new DOMException("moved", "NotAllowedError");
  }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/**
 * The credential as WebAuthn's own JSON form.
 * @param {Credential | null} credential
 */
function told(credential) {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  const { response } = credential;
  /** @type {Record<string, unknown>} */
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    parts["attestationObject"] = text(response.attestationObject);
    parts["transports"] = response.getTransports?.() ?? [];
  }
  if (response instanceof AuthenticatorAssertionResponse) {
    parts["authenticatorData"] = text(response.authenticatorData);
    parts["signature"] = text(response.signature);
    if (response.userHandle) parts["userHandle"] = text(response.userHandle);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: parts };
}

/** @param {{id: string}} named */
function withBytes(named) {
  return { ...named, id: bytes(named.id) };
}

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} raw */
function text(raw) {
  const plain = String.fromCharCode(...new Uint8Array(raw));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
