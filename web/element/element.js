// <hjalpsam-chatt>: a launcher and a panel with the conversation. What is kept, is kept in this
// tab only (sessionStorage), and not longer than the server keeps it.
const KEPT_MESSAGES = 50;
const LOOK_EVERY = 60_000; // milliseconds
const TYPING_AFTER = 600;
const CHECK_AFTER = 1_000;
const SPOKEN_FOR = 1_000; // what stays in a live region longer is read again when it is visited
const FIRST_WAIT = 1_000; // until it tries to send again, doubled each time
const LONGEST_WAIT = 30_000;
const SPACE = 8; // pixels above the latest turn
const SMALL = matchMedia("(max-width: 30rem), (max-height: 30rem)"); // the panel fills the screen
const ROOMY = matchMedia("(min-width: 76rem)"); // … and covers nothing of a page that has made room

const isTouched = () => matchMedia("(pointer: coarse)").matches;

const pause = (milliseconds, signal) =>
  new Promise((done) => {
    setTimeout(done, milliseconds);
    addEventListener("online", done, { once: true, signal });
    signal.addEventListener("abort", done, { once: true });
  });

class HjalpsamChatt extends HTMLElement {
  #text;
  #server;
  #sender = null;
  #messages = []; // {who: "bot" | "me" | "note", text, lang?, buttons?, id?, rate?, payload?}; `payload`: not yet answered
  #idleMinutes = null; // told by the server
  #lastActive = 0;
  #helpline = { numbers: [] };
  #parts = {};
  #turn = null; // where the latest turn begins in the log
  #queue = Promise.resolve();
  #end = new AbortController(); // of the conversation: what is still on its way then is dropped
  #gone; // aborted when the element leaves the page

  connectedCallback() {
    if (document.querySelector("hjalpsam-chatt") !== this) return console.warn("hjalpsam: there is a chat on this page already.");
    const isNew = !this.shadowRoot;
    if (isNew) this.#build();
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const timer = setInterval(() => this.#lookAgain(), LOOK_EVERY);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => this.#lookAgain(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#comeBack(), { signal });
    SMALL.addEventListener("change", () => this.#parts.dialog.open && this.#unfold(), { signal });
    for (const event of ["resize", "scroll"]) visualViewport?.addEventListener(event, () => this.#fit(), { signal });
    const wasOpen = this.#restore();
    this.#forgetIfIdle();
    if (wasOpen ? !SMALL.matches : isNew && wasOpen === undefined && this.dataset.opened !== undefined && ROOMY.matches) {
      this.#open({ byResident: false });
    }
  }

  disconnectedCallback() {
    this.#gone?.abort();
    this.#parts.dialog?.close();
  }

  // --- for the page it is on: the staff's page gives it `server` and uses these ---------------

  static Server = Server;

  restart() {
    this.#finish((_, signal) => this.#begin(signal));
  }

  ask(words, payload) {
    this.#ask(words, payload);
  }

  // Go on with a conversation that the server knows.
  resume({ sender, messages }) {
    this.#forgetHere();
    this.#sender = sender;
    this.#messages = messages;
    this.#showAll();
    this.#remember();
    this.refresh();
  }

  refresh() {
    return this.#refreshStatus();
  }

  // A panel that fills the screen would lock whatever the page shows instead.
  fold() {
    if (SMALL.matches) this.#close();
  }

  #lookAgain() {
    if (document.hidden) return;
    if (this.#parts.dialog.open) this.#refreshStatus();
    this.#forgetIfIdle();
  }

  // Out of the browser's back/forward cache: what was said or erased on later pages holds.
  #comeBack() {
    this.#forgetHere({ isKept: true });
    this.#restore();
  }

  // --- what is seen -------------------------------------------------------------------------

  #build() {
    const wanted = [this.dataset.language ?? "", document.documentElement.lang, "sv"];
    const language = wanted.map((code) => code.slice(0, 2).toLowerCase()).find((code) => code in TEXTS);
    const text = (this.#text = TEXTS[language]);
    const parts = this.#parts;
    this.#server = this.server ?? new Server(this.dataset.server ?? HOME);
    if (this.dataset.color) this.style.setProperty("--hjalpsam-color", this.dataset.color);
    if (this.dataset.onColor) this.style.setProperty("--hjalpsam-on-color", this.dataset.onColor);
    const button = (words, onclick, more) => make("button", { type: "button", onclick, ...more }, words);
    parts.launcher = button(this.dataset.launcher ?? text.launcher, () => this.#open({ byResident: true }), {
      className: "launcher", lang: language, dir: "ltr", "aria-haspopup": "dialog",
    });
    parts.title = make("h2", { id: "title" }, this.dataset.title ?? text.title);
    parts.close = button(text.close, () => this.#close(), { "aria-label": text.closeWhat });
    parts.call = make("div", {}, make("slot"));
    parts.danger = make("p", { className: "danger" });
    parts.state = make("p", { className: "state" });
    parts.notice = make("p", { className: "notice", lang: "sv" });
    parts.log = make("div", { className: "log", tabIndex: 0, role: "group", "aria-label": text.log });
    parts.typing = make("p", { className: "typing", role: "status" });
    parts.spoken = make("div", { className: "unseen", role: "log", "aria-live": "polite" });
    parts.problem = make("p", { className: "problem", role: "alert" });
    parts.field = make("textarea", {
      id: "field", rows: 1, maxLength: 1000, autocomplete: "off", dir: "auto", "aria-describedby": "advice",
      oninput: ({ target }) => this.#problem(target.value.length === target.maxLength ? text.full : ""),
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        parts.form.requestSubmit();
      },
    });
    parts.form = make(
      "form",
      { onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      make("label", { htmlFor: "field" }, text.field),
      make("div", { className: "row" }, parts.field, make("button", { className: "send" }, text.send)),
      make("p", { id: "advice", className: "advice" }, text.advice),
    );
    parts.dialog = make(
      "dialog",
      {
        lang: language, dir: "ltr", "aria-labelledby": "title",
        onkeydown: (event) => { if (event.key === "Escape") { event.preventDefault(); this.#close(); } },
        oncancel: (event) => { event.preventDefault(); this.#close(); },
      },
      make(
        "div", { className: "head" },
        make("div", { className: "top" }, parts.title, button(text.exit, () => this.#leave()), parts.close),
        make("div", { className: "lines" }, parts.danger, parts.call), parts.state, parts.notice,
      ),
      parts.log, parts.typing, parts.spoken, parts.problem,
      make(
        "div", { className: "foot" }, parts.form,
        make("div", { className: "tools" },
          button(text.restart, () => this.restart()),
          button(text.erase, () => this.#finish((reached) => this.#note(reached ? text.erased : text.erasedHere))),
          button(text.save, () => this.#save())),
      ),
    );
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [SHEET];
    root.append(parts.launcher, parts.dialog);
    setTimeout(() => [parts.launcher, parts.close].forEach(warnOfFaintColours), CHECK_AFTER); // nobody waits for it
  }

  // `byResident`: opened by a press of the button; only then may the focus move.
  #open({ byResident }) {
    const { launcher, log, field } = this.#parts;
    launcher.hidden = true;
    launcher.textContent = this.dataset.launcher ?? this.#text.launcher;
    this.#unfold();
    if (byResident) (isTouched() ? log : field).focus(); // no sudden keyboard on phones
    this.#scroll();
    this.#remember();
    this.#refreshStatus();
    this.#forgetIfIdle();
    if (!this.#messages.some(({ who }) => who === "bot")) this.#inTurn((signal) => this.#sender || this.#begin(signal));
  }

  // Modal where it fills the screen, beside the page where there is room; the focus stays where it was.
  #unfold() {
    const { dialog } = this.#parts;
    const focused = this.shadowRoot.activeElement;
    dialog.close();
    if (SMALL.matches) dialog.showModal();
    else dialog.open = true; // show() would move the focus
    focused?.focus();
    this.#fit();
  }

  #close() {
    const { dialog, launcher } = this.#parts;
    dialog.close();
    launcher.hidden = false;
    launcher.focus();
    this.#remember();
  }

  // The part of the screen that a phone's keyboard leaves; pinching in is no keyboard.
  #fit() {
    if (!visualViewport) return;
    const { height, scale, offsetTop } = visualViewport;
    this.style.setProperty("--seen", `${height * scale}px`);
    this.style.setProperty("--from", `${scale === 1 ? offsetTop : 0}px`);
  }

  #show(message, { isLast }) {
    const { log } = this.#parts;
    const { who, text, lang, buttons, rate } = message;
    const { bot, me } = wordsIn(lang, this.#text);
    const speaker = { bot, me }[who];
    const content = who === "me" ? [make("span", { dir: "auto" }, text)] : rendered(text, this.#helpline.numbers);
    const said = make("div", { className: `said ${who}`, lang }, ...(speaker ? [hidden(`${speaker}: `)] : []), ...content);
    const isLongQuestion = this.#turn?.offsetHeight > log.clientHeight / 2;
    if (who !== "bot" || !this.#turn || (isLongQuestion && this.#turn === log.lastElementChild)) this.#turn = said;
    log.append(said);
    if (isLast && buttons) log.append(this.#choices(message));
    if (isLast && rate) log.append(this.#rating(message));
    this.#scroll();
  }

  #choices({ buttons, lang }) {
    const choose = ({ title, payload }) => { this.#focusField(); this.#ask(title, payload); };
    return make("div", { className: "choices", lang },
      ...buttons.map((choice) => make("button", { type: "button", onclick: () => choose(choice) }, choice.title)));
  }

  #rating(message) {
    const text = wordsIn(message.lang, this.#text);
    const rate = (value, reason) => {
      this.#server.rate({ sender: this.#sender, message_id: message.id, value, reason }).catch(() => {}); // a favour: no fuss
      message.rate = false;
      this.#remember();
      if (value === "down" && !reason) {
        area.setAttribute("aria-label", text.why);
        area.replaceChildren(make("p", {}, text.why), ...Object.entries(text.reasons).map(([name, words]) => option(words, "down", name)));
        area.focus();
      } else {
        const person = make("button", { type: "button", onclick: () => { this.#focusField(); this.#ask(text.person); } }, text.person);
        area.replaceChildren(make("p", {}, text.thanks), ...(value === "down" ? [person] : []));
        this.#speak(text.thanks);
        this.#focusField();
      }
    };
    const option = (words, value, reason) => make("button", { type: "button", onclick: () => rate(value, reason) }, words);
    const area = make("div", { className: "rate", lang: message.lang, role: "group", tabIndex: -1, "aria-label": text.helped },
      make("span", {}, text.helped), option(text.yes, "up"), option(text.no, "down"));
    return area;
  }

  #focusField() {
    (isTouched() ? this.#parts.log : this.#parts.field).focus({ preventScroll: true });
  }

  // To the end, but not past the beginning of the latest turn: an answer is read from its first line.
  #scroll() {
    const { log, dialog } = this.#parts;
    if (!this.#turn) return;
    log.scrollTop = this.#turn.offsetTop - log.offsetTop - SPACE;
    dialog.scrollTop = this.#turn.offsetTop - log.scrollTop - SPACE; // it scrolls only where not all of it fits
  }

  #speak(words) {
    const line = make("p", {}, words);
    this.#parts.spoken.append(line);
    setTimeout(() => line.remove(), SPOKEN_FOR);
  }

  // --- the conversation ---------------------------------------------------------------------

  // One thing at a time. `work` is given the signal that its conversation is over.
  #inTurn(work) {
    const { signal } = this.#end;
    this.#queue = this.#queue.then(() => signal.aborted || work(signal)).catch((error) => signal.aborted || this.#report(error));
  }

  #add(message) {
    const { log, launcher, dialog } = this.#parts;
    log.querySelectorAll(".choices, .rate").forEach((old) => old.remove());
    this.#messages.push(message);
    this.#show(message, { isLast: true });
    if (message.who !== "me") {
      const speaker = message.who === "bot" ? `${this.#text.bot}: ` : "";
      const choices = (message.buttons ?? []).map(({ title }) => `${this.#text.choice}: ${title}`);
      this.#speak([speaker + message.text, ...choices].join("\n"));
      if (!dialog.open) launcher.textContent = this.#text.news;
    }
    this.#lastActive = Date.now();
    this.#remember();
  }

  #note(text) {
    this.#add({ who: "note", text });
  }

  #submit() {
    const { field } = this.#parts;
    const words = field.value.trim();
    field.value = "";
    if (words) this.#ask(words);
  }

  // `text` is what the resident sees of it, `payload` goes to the server.
  #ask(text, payload = text) {
    const message = { who: "me", text, payload };
    this.#problem("");
    this.#add(message);
    this.#inTurn((signal) => this.#send(message, signal));
  }

  async #send(message, signal) {
    const { typing, field } = this.#parts;
    const sign = setTimeout(() => { typing.textContent = this.#text.typing; }, TYPING_AFTER);
    try {
      const answers = await this.#untilReached(() => this.#say(message, signal), signal);
      delete message.payload;
      this.#receive(answers);
    } catch (error) {
      if (!signal.aborted) {
        field.value ||= message.text; // it was not taken: it can be sent again
        this.#takeBack(message);
      }
      throw error;
    } finally {
      clearTimeout(sign);
      typing.textContent = "";
    }
  }

  async #say(message, signal) {
    try {
      if (!this.#sender) await this.#begin(signal, { isGreeted: false });
      return await this.#server.say(this.#sender, message.payload, signal);
    } catch (error) {
      if (error.status !== 401 || signal.aborted) throw error;
      this.#goOnAnew(message); // the server has forgotten the conversation
      await this.#begin(signal, { isGreeted: false });
      return this.#server.say(this.#sender, message.text, signal); // the new one has not offered the button
    }
  }

  async #begin(signal, { isGreeted = true } = {}) {
    const { sender, messages, idle_minutes: minutes } = await this.#untilReached(() => this.#server.session(signal), signal);
    this.#sender = sender;
    this.#idleMinutes = minutes;
    if (isGreeted) this.#receive(messages);
    this.#remember();
  }

  #receive(messages) {
    messages.forEach(({ text, buttons, lang, id, rate }, index) =>
      this.#add({ who: "bot", text, buttons, lang, id, rate: rate && index === messages.length - 1 }));
  }

  // What `work` gives; it is tried again and again while the server cannot be reached. Throws when the conversation ends.
  async #untilReached(work, signal) {
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        const answer = await work();
        signal.throwIfAborted();
        this.#problem("");
        return answer;
      } catch (error) {
        if (!(error instanceof Unreachable) || signal.aborted) throw error;
        this.#problem(this.#urgent(this.#text.away));
        this.#parts.typing.textContent = "";
        await pause(wait, signal);
      }
    }
  }

  #report(error) {
    if (error.status) this.#problem(error.message, "sv");
    else this.#problem(this.#urgent(this.#text.failed));
  }

  // The server's own words name the number; ours, said without it, do so as soon as it is known.
  #urgent(words) {
    const { emergency } = this.#helpline;
    return emergency ? `${words} ${this.#text.dontWait(emergency)}` : words;
  }

  #problem(words, lang) {
    const { problem } = this.#parts;
    if (problem.textContent === words) return;
    problem.lang = lang ?? "";
    problem.replaceChildren(...linked(words, this.#helpline.numbers));
  }

  // The end of the conversation, here and on the server at once; `next` is told whether the server was reached.
  #finish(next) {
    const erased = this.#eraseThere(this.#forgetHere());
    this.#focusField();
    this.#inTurn(async (signal) => {
      const reached = await erased;
      if (!signal.aborted) await next(reached, signal);
    });
  }

  async #eraseThere(sender) {
    try {
      if (sender) await this.#server.erase(sender);
      return true;
    } catch (error) {
      return error.status === 401; // it was gone already
    }
  }

  // The sender that was. `isKept`: what the tab remembers is left as it is.
  #forgetHere({ isKept = false } = {}) {
    const { log, typing, field } = this.#parts;
    const sender = this.#sender;
    if (log.contains(this.shadowRoot.activeElement)) log.focus();
    this.#end.abort();
    this.#end = new AbortController();
    this.#sender = null;
    this.#messages = [];
    this.#turn = null;
    this.#problem("");
    typing.textContent = field.value = "";
    log.replaceChildren();
    if (!isKept) this.#remember();
    return sender;
  }

  #takeBack(message) {
    this.#messages = this.#messages.filter((one) => one !== message);
    this.#showAll();
    this.#remember();
  }

  #goOnAnew(message) {
    this.#sender = null;
    this.#messages = [{ who: "note", text: this.#text.lost }, message];
    this.#showAll();
    this.#speak(this.#text.lost);
  }

  #showAll() {
    this.#turn = null;
    this.#parts.log.replaceChildren();
    this.#messages.forEach((message, index) => this.#show(message, { isLast: index === this.#messages.length - 1 }));
  }

  #forgetIfIdle() {
    if (!this.#sender || !this.#idleMinutes || Date.now() - this.#lastActive < this.#idleMinutes * 60_000) return;
    this.#forgetHere();
    this.#note(this.#text.idle);
    if (this.#parts.dialog.open) this.#inTurn((signal) => this.#begin(signal));
  }

  // --- the tools ----------------------------------------------------------------------------

  #save() {
    const speakers = { bot: `${this.#text.bot}: `, me: `${this.#text.me}: `, note: "" };
    const words = this.#messages.map(({ who, text }) => `${speakers[who]}${text}\n`).join("\n");
    const link = make("a", { href: URL.createObjectURL(new Blob([words], { type: "text/plain" })), download: this.#text.file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
  }

  // Nothing of the conversation stays here or there, the page is gone at once and not in the history.
  #leave() {
    this.#eraseThere(this.#forgetHere({ isKept: true }));
    try { sessionStorage.removeItem(this.#server.key); } catch { /* nothing was kept */ }
    this.#gone.abort();
    document.documentElement.style.display = "none";
    document.title = "…";
    location.replace(this.dataset.exit ?? "https://www.smhi.se/");
  }

  // --- the header ---------------------------------------------------------------------------

  async #refreshStatus() {
    try {
      const helpline = await this.#server.helpline();
      if (Array.isArray(helpline.numbers)) this.#helpline = helpline;
    } catch { /* what stands there stays, or what the page has put inside the element */ }
    this.#showStatus();
  }

  #showStatus() {
    const { call, danger, state, notice, title } = this.#parts;
    const { name, number, numbers, emergency, bot, notice: words } = this.#helpline;
    if (!number) return;
    call.replaceChildren(make("a", { href: telephone(number) }, `${name} ${number}`));
    danger.replaceChildren(this.#text.danger, make("a", { href: telephone(emergency) }, this.#text.call(emergency)));
    state.textContent = this.#stateInWords();
    notice.replaceChildren(...linked(words ?? "", numbers));
    if (!this.dataset.title) title.textContent = bot;
  }

  #stateInWords() {
    const { state, changes_at: changes, hours } = this.#helpline;
    const now = this.#server.now();
    const isPast = changes && Date.parse(changes) <= now; // the network has been away since
    const when = changes ? whenInWords(changes, this.#text, now) : "";
    const known = isPast ? hours : ({ open: this.#text.open(when), closed: this.#text.closed(when) }[state] ?? hours);
    return known ? this.#text.state(this.#helpline, known) : "";
  }

  // --- what this tab remembers --------------------------------------------------------------

  #remember() {
    const kept = {
      sender: this.#sender, messages: this.#messages.slice(-KEPT_MESSAGES), idleMinutes: this.#idleMinutes,
      lastActive: this.#lastActive, helpline: this.#helpline, isOpen: this.#parts.dialog.open,
    };
    try { sessionStorage.setItem(this.#server.key, JSON.stringify(kept)); } catch { /* the chat works without memory */ }
  }

  // Whether the panel was open on the page before; undefined on the first one. Nothing is announced.
  #restore() {
    let kept;
    try { kept = JSON.parse(sessionStorage.getItem(this.#server.key)); } catch { /* as on the first page */ }
    if (!Array.isArray(kept?.messages) || !Array.isArray(kept.helpline?.numbers)) return undefined;
    this.#sender = kept.sender;
    this.#messages = kept.messages;
    this.#idleMinutes = kept.idleMinutes;
    this.#lastActive = kept.lastActive;
    this.#helpline = kept.helpline;
    this.#showStatus();
    this.#showAll();
    for (const message of this.#messages) {
      if (message.payload) this.#inTurn((signal) => this.#send(message, signal));
    }
    return kept.isOpen;
  }
}
