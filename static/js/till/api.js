// @ts-check
// Asking the server. An answer is an answer, refusal or not; silence is `Unreachable`.

/** @typedef {import("./shapes.js").Problem} Problem */

const PATIENCE = 10_000;

/** What a server says of itself with a 5xx and means: asking again changes nothing. */
const MEANT = new Set(["shop-paused"]);

/** Nobody answers, or somebody says: not now. Then `why` holds the words for it. */
export class Unreachable extends Error {
  why = "";
}

export class Refused extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/**
 * @param {string} path below /till/api/
 * @param {{body?: unknown, headers?: Record<string, string>}} [more] a body makes it a POST
 * @returns {Promise<Response>}
 */
export async function ask(path, { body, headers = {} } = {}) {
  /** @type {RequestInit} */
  const request = { headers: { Accept: "application/json", ...headers }, signal: AbortSignal.timeout(PATIENCE) };
  if (body !== undefined) {
    request.method = "POST";
    request.body = JSON.stringify(body);
    request.headers = { ...headers, Accept: "application/json", "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(`/till/api/${path}`, request);
  } catch {
    throw new Unreachable();
  }
  if (response.ok || response.status === 304) return response;
  const problem = await problemOf(response);
  if (response.status >= 500 && !MEANT.has(problem.code)) throw new Unreachable();
  if (response.status === 429) throw Object.assign(new Unreachable(), { why: problem.detail });
  throw new Refused(problem);
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function askJson(path, body) {
  const response = await ask(path, body === undefined ? {} : { body });
  try {
    return await response.json();
  } catch {
    throw new Unreachable(); // the answer broke off on its way
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function problemOf(response) {
  try {
    const told = await response.json();
    return { status: response.status, code: String(told.type).split("/").at(-1) ?? "", detail: String(told.detail) };
  } catch {
    return { status: response.status, code: "unreadable", detail: response.statusText };
  }
}
