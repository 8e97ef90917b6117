// Speaks to the staff's channel (docs/api.md) for this page and for the chat on it.
const { Server } = customElements.get("hjalpsam-chatt");

const KEPT = "hjalpsam.staff"; // what the tab remembers of who is logged in
const RENEW_AFTER = 10 * 60_000; // milliseconds

class StaffServer extends Server {
  key = "hjalpsam.staff.1";
  pretended = null; // "2026-12-24T10:00"
  said = () => {}; // told the sender after each answer
  left = () => {}; // told when the login is no longer valid
  #login;
  #instant; // that the pretended time is

  constructor() {
    super(location.origin, "staff");
    try { this.#login = JSON.parse(sessionStorage.getItem(KEPT)); } catch { /* as if not logged in */ }
  }

  get isLoggedIn() {
    return Boolean(this.#login);
  }

  async logIn(password, name) {
    this.#keep(await super.call("POST", "/login", { password, name }));
  }

  logOut() {
    this.#login = null;
    sessionStorage.clear();
  }

  #keep({ bearer }) {
    this.#login = { bearer, since: Date.now() };
    sessionStorage.setItem(KEPT, JSON.stringify(this.#login));
  }

  get #headers() {
    return { Authorization: `Bearer ${this.#login?.bearer}` };
  }

  async call(method, path, body, options = {}) {
    try {
      const answer = await super.call(method, path, body, { ...options, headers: this.#headers });
      if (Date.now() - this.#login.since > RENEW_AFTER) this.#keep(await super.call("POST", "/login", {}, { headers: this.#headers }));
      return answer;
    } catch (error) {
      // a conversation that is over is told in the same way, but for one
      if (error.status === 401 && !(await this.#isValid())) {
        this.#login = null;
        sessionStorage.removeItem(KEPT);
        this.left();
      }
      throw error;
    }
  }

  async #isValid() {
    try {
      return Boolean(await super.call("GET", "/about", undefined, { headers: this.#headers }));
    } catch (error) {
      return error.status !== 401;
    }
  }

  // The response itself, for what is no JSON or comes line by line.
  async fetch(method, path, body, signal) {
    const response = await fetch(this.address + path, {
      method, headers: this.#headers, credentials: "omit", body: body && JSON.stringify(body), signal,
    });
    if (response.ok) return response;
    const { error, problem } = await response.json();
    throw Object.assign(new Error(error), { status: response.status, problem });
  }

  get #metadata() {
    return this.pretended ? { now: this.pretended } : {};
  }

  // --- what the chat asks ---------------------------------------------------------------------

  now = () => (this.pretended && this.#instant ? Date.parse(this.#instant) : Date.now());

  session = async (signal) => {
    const answer = await this.call("POST", "/session", { metadata: this.#metadata }, { signal });
    this.said(answer.sender);
    return answer;
  };

  say = async (sender, message, signal) => {
    const answer = await this.call("POST", "/webhook", { sender, message, metadata: this.#metadata }, { signal });
    this.said(sender);
    return answer;
  };

  rate = async () => {}; // what is tried is not counted

  helpline = async () => {
    const helpline = await this.call("GET", `/helpline${this.pretended ? `?now=${this.pretended}` : ""}`);
    this.#instant = helpline.now;
    return helpline;
  };
}

const server = new StaffServer();

// What went wrong, for whoever reads it on this page.
const inWords = (error) => error.problem ?? (error.status ? error.message : "Boten går inte att nå just nu. Försök igen om en stund.");

function download(content, name, type) {
  const link = make("a", { href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

// Does the work of a button or form, and says beneath it what went wrong.
function doing(area, work) {
  return async (event) => {
    event?.preventDefault();
    const [problem, done] = [area.querySelector(".problem"), area.querySelector(".done")];
    problem.textContent = "";
    try {
      const words = await work(event);
      if (done && typeof words === "string") done.textContent = words;
    } catch (error) {
      if (error.name !== "AbortError") problem.textContent = inWords(error);
    }
  };
}

const byId = (id) => document.getElementById(id);
