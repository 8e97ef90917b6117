// Speaks to the staff's channel (docs/api.md) for this page and for the chat on it.
const { Server } = customElements.get("hjalpsam-chatt");

const KEPT = "hjalpsam.staff"; // what the tab remembers of who is logged in …
const CLOCK = "hjalpsam.staff.clock"; // … and of the pretended time
const RENEW_AFTER = 10 * 60_000; // milliseconds
const WARN_BEFORE = 5 * 60_000;

class StaffServer extends Server {
  key = "hjalpsam.staff.1";
  said = () => {}; // told the sender after each answer
  erased = () => {}; // told when the conversation is over
  left = () => {}; // told when the login is no longer valid …
  leaving = () => {}; // … and five minutes before
  #login;
  #warning; // the timer
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

  async renew() {
    this.#keep(await super.call("POST", "/login", {}, { headers: this.#headers }));
  }

  logOut() {
    this.#login = null;
    sessionStorage.clear();
  }

  #keep({ bearer, seconds }) {
    this.#login = { bearer, since: Date.now() };
    sessionStorage.setItem(KEPT, JSON.stringify(this.#login));
    clearTimeout(this.#warning);
    this.#warning = setTimeout(() => this.leaving(), seconds * 1_000 - WARN_BEFORE);
  }

  get #headers() {
    return { Authorization: `Bearer ${this.#login?.bearer}` };
  }

  async call(method, path, body, options = {}) {
    const answer = await this.#asWhoIsIn(() => super.call(method, path, body, { ...options, headers: this.#headers }));
    if (this.#login && Date.now() - this.#login.since > RENEW_AFTER) this.renew().catch(() => {}); // the answer is there all the same
    return answer;
  }

  // The response itself, for what is no JSON or comes line by line.
  fetch(method, path, body, signal) {
    return this.#asWhoIsIn(async () => {
      const response = await fetch(this.address + path, {
        method, headers: this.#headers, credentials: "omit", body: body && JSON.stringify(body), signal,
      });
      if (response.ok) return response;
      const { error, problem } = await response.json();
      throw Object.assign(new Error(error), { status: response.status, problem });
    });
  }

  // A conversation that is over is told by 401, too: whose login still holds goes on.
  async #asWhoIsIn(work) {
    try {
      return await work();
    } catch (error) {
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

  // The pretended local time, "2026-12-24T10:00", or null.
  get pretended() {
    return sessionStorage.getItem(CLOCK);
  }

  set pretended(now) {
    if (now) sessionStorage.setItem(CLOCK, now);
    else sessionStorage.removeItem(CLOCK);
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

  erase = (sender) => {
    this.erased();
    return this.call("DELETE", "/session", { sender }, { keepalive: true });
  };

  rate = async () => {}; // what is tried is not counted

  helpline = async () => {
    const helpline = await this.call("GET", `/helpline${this.pretended ? `?now=${encodeURIComponent(this.pretended)}` : ""}`);
    this.#instant = helpline.now;
    return helpline;
  };
}

const server = new StaffServer();

// What went wrong, for whoever reads it on this page; the server's own words are for residents.
function inWords({ problem, status }) {
  if (problem) return problem;
  if (status === 401) return "Samtalet finns inte kvar. Börja ett nytt.";
  return status ? "Det gick inte. Se efter att allt är rätt ifyllt och försök igen." : "Boten går inte att nå just nu. Försök igen om en stund.";
}

const fault = (problem) => Object.assign(new Error(), { problem });

function download(content, name, type) {
  const link = make("a", { href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

async function copy(text) {
  try { await navigator.clipboard.writeText(text); } catch { throw fault(`Kopiera själv: ${text}`); }
}

// Does the work of a button or form, and says in its area what was done or what went wrong.
// Where the focus was on something that is gone or off then, it goes to the heading.
function doing(area, work) {
  return async (event) => {
    event?.preventDefault();
    const [problem, done] = [area.querySelector(".problem"), area.querySelector(".done")];
    problem.textContent = "";
    done.textContent = "";
    try {
      const words = await work(event);
      if (typeof words === "string") done.textContent = words;
    } catch (error) {
      if (error.name !== "AbortError") problem.textContent = inWords(error);
    }
    const { activeElement: focused } = document;
    if (event && (focused === document.body || focused?.disabled)) focus(area.querySelector("h1, h2"));
  };
}

function focus(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

const byId = (id) => document.getElementById(id);

const code = (name) => make("code", { lang: "en" }, name);

const quoted = (words) => `«${words}»`;

// What scrolls can be reached by keyboard; what does not is no stop on the way.
const scrolling = new ResizeObserver((entries) => {
  for (const { target } of entries) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
});

function scroll(words, ...content) {
  const made = make("div", { className: "scroll", role: "group", "aria-label": words }, ...content);
  scrolling.observe(made);
  return made;
}
