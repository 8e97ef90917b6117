// Speaks to the server: docs/api.md.
class Unreachable extends Error {}

class Server {
  constructor(address) {
    this.address = `${address.replace(/\/$/, "")}/webhooks/web`;
  }

  session = () => this.#call("POST", "/session", {});
  say = (sender, message) => this.#call("POST", "/webhook", { sender, message });
  rate = (rating) => this.#call("POST", "/feedback", rating);
  erase = (sender, options) => this.#call("DELETE", "/session", { sender }, options);
  helpline = () => this.#call("GET", "/helpline");

  // Unreachable when there is no answer or only one of a proxy; else an Error with the server's words and `status`.
  async #call(method, path, body, options = {}) {
    let response;
    try {
      response = await fetch(this.address + path, {
        ...options,
        method,
        credentials: "omit",
        body: body && JSON.stringify(body), // as text/plain, which other origins may send without asking first
        signal: AbortSignal.timeout(30_000),
      });
    } catch {
      throw new Unreachable();
    }
    if ([502, 503, 504].includes(response.status)) throw new Unreachable();
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw Object.assign(new Error(answer.error ?? ""), { status: response.status });
  }
}
