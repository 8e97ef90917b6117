// Speaks to the server: docs/api.md.
class Unreachable extends Error {}

const LONGEST_ANSWER = 15_000; // milliseconds; the server itself gives up after ten seconds

// The staff's page has one of its own, for the staff's channel: web/staff/server.js.
class Server {
  key = "hjalpsam.1"; // under which the tab remembers, with the version of what it remembers

  constructor(address, channel = "web") {
    this.address = `${address.replace(/\/$/, "")}/webhooks/${channel}`;
  }

  now = () => Date.now();
  session = (signal) => this.call("POST", "/session", {}, { signal });
  say = (sender, message, signal) => this.call("POST", "/webhook", { sender, message }, { signal });
  rate = (rating) => this.call("POST", "/feedback", rating);
  erase = (sender) => this.call("DELETE", "/session", { sender }, { keepalive: true });
  helpline = () => this.call("GET", "/helpline");

  // Unreachable when there is no answer or none of ours; else an Error with the server's words and `status`.
  async call(method, path, body, { signal, ...options } = {}) {
    const ends = AbortSignal.timeout(LONGEST_ANSWER);
    let response, answer;
    try {
      response = await fetch(this.address + path, {
        ...options,
        method,
        credentials: "omit",
        body: body && JSON.stringify(body), // as text/plain, which other origins may send without asking first
        signal: signal && AbortSignal.any ? AbortSignal.any([signal, ends]) : ends,
      });
      answer = response.status === 204 ? {} : await response.json();
    } catch {
      throw new Unreachable();
    }
    if (response.ok) return answer;
    if (!answer.error) throw new Unreachable(); // a proxy's page
    throw Object.assign(new Error(answer.error), { status: response.status, problem: answer.problem });
  }
}
