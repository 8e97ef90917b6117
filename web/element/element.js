// <hjalpsam-chatt>: a launcher and a panel with the conversation. What is kept, is kept in this
// tab only (sessionStorage), and not longer than the server keeps it.
const STORED = "hjalpsam";
const KEPT_MESSAGES = 50;
const STATUS_EVERY = 60_000; // milliseconds
const TYPING_AFTER = 600;
const SPOKEN_FOR = 1_000; // what stays in a live region longer is read again when it is visited
const FIRST_WAIT = 1_000; // until it tries to send again, doubled each time
const LONGEST_WAIT = 30_000;
const SPACE = 8; // pixels above the latest turn
const SMALL = matchMedia("(max-width: 30rem), (max-height: 30rem)"); // the panel fills the screen
const LOW = matchMedia("(max-height: 30rem)"); // … and scrolls as a whole

const attributes = (element) => Object.entries(element.dataset);
const heard = (target, event) => new Promise((done) => target.addEventListener(event, done, { once: true }));
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

class HjalpsamChatt extends HTMLElement {
  #text;
  #server;
  #sender = null;
  #messages = []; // {who: "bot" | "me" | "note", text, lang, buttons?, id?}
  #idleMinutes = null; // told by the server
  #lastActive = 0;
  #helpline = { numbers: [] };
  #parts = {};
  #turn = null; // where the latest turn begins in the log
  #queue = Promise.resolve();
  #end = new AbortController(); // of the conversation: what is still on its way then is dropped
  #timer;

  connectedCallback() {
    this.#timer = setInterval(() => this.#lookAgain(), STATUS_EVERY);
    if (this.shadowRoot) return;
    this.language = [this.dataset.language, document.documentElement.lang.slice(0, 2), "sv"].find((code) => code in TEXTS);
    this.#text = TEXTS[this.language];
    this.#server = new Server(this.dataset.server ?? SCRIPT_ORIGIN);
    if (this.dataset.color) this.style.setProperty("--hjalpsam-color", this.dataset.color);
    if (this.dataset.onColor) this.style.setProperty("--hjalpsam-on-color", this.dataset.onColor);
    this.#build();
    [this.#parts.launcher, this.#parts.close].forEach(warnOfFaintColours);
    const wasOpen = this.#restore();
    if ((wasOpen ?? this.dataset.opened !== undefined) && !SMALL.matches) this.#open({ byResident: false });
    this.#refreshStatus();
    document.addEventListener("visibilitychange", () => document.hidden || this.#lookAgain());
    visualViewport?.addEventListener("resize", () => this.style.setProperty("--seen", `${visualViewport.height}px`));
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #lookAgain() {
    this.#refreshStatus();
    this.#forgetIfIdle();
  }

  // --- what is seen -------------------------------------------------------------------------

  #build() {
    const text = this.#text;
    const parts = this.#parts;
    const button = (words, onclick, more) => make("button", { type: "button", onclick, ...more }, words);
    parts.launcher = button(this.dataset.launcher ?? text.launcher, () => this.#open({ byResident: true }), {
      className: "launcher", "aria-haspopup": "dialog",
    });
    parts.close = button(text.close, () => this.#close(), { "aria-label": text.closeWhat });
    parts.title = make("h2", { id: "title" }, this.dataset.title ?? text.title);
    parts.call = make("div", {}, make("slot"));
    parts.danger = make("p", { className: "danger" });
    parts.state = make("p", { className: "state" });
    parts.notice = make("p", { className: "notice" });
    parts.log = make("div", { className: "log", tabIndex: 0, role: "group", "aria-label": text.log });
    parts.typing = make("p", { className: "typing", role: "status" });
    parts.spoken = make("div", { className: "unseen", role: "log", "aria-live": "polite" });
    parts.problem = make("p", { className: "problem", role: "alert" });
    parts.field = make("textarea", {
      id: "field", rows: 1, maxLength: 1000, autocomplete: "off", "aria-describedby": "advice",
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
        lang: this.language,
        "aria-labelledby": "title",
        onkeydown: (event) => { if (event.key === "Escape") { event.preventDefault(); this.#close(); } },
        oncancel: (event) => { event.preventDefault(); this.#close(); },
      },
      make(
        "div", { className: "head" },
        make("div", { className: "top" }, parts.title,
          button(text.exit, () => this.#leave()), parts.close),
        make("div", { className: "lines" }, parts.danger, parts.call), parts.state, parts.notice,
      ),
      parts.log, parts.typing, parts.spoken, parts.problem,
      make(
        "div", { className: "foot" }, parts.form,
        make("div", { className: "tools" },
          button(text.restart, () => this.#finish(() => this.#begin())),
          button(text.erase, () => this.#finish((reached) => this.#note(reached ? text.erased : text.erasedHere))),
          button(text.save, () => this.#save())),
      ),
    );
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    root.append(parts.launcher, parts.dialog);
  }

  // `byResident`: opened by a press of the button; only then may the focus move.
  #open({ byResident }) {
    const { dialog, launcher, log, field } = this.#parts;
    launcher.hidden = true;
    if (SMALL.matches) dialog.showModal();
    else dialog.open = true; // show() would move the focus
    if (byResident) (matchMedia("(pointer: coarse)").matches ? log : field).focus(); // no sudden keyboard on phones
    this.#scroll();
    this.#remember();
    this.#forgetIfIdle();
    if (!this.#sender && !this.#messages.length) this.#inTurn(() => this.#begin());
  }

  #close() {
    const { dialog, launcher } = this.#parts;
    dialog.close();
    launcher.hidden = false;
    launcher.focus();
    this.#remember();
  }

  #show(message, { isLast }) {
    const { log } = this.#parts;
    const speaker = { bot: `${this.#text.bot}: `, me: `${this.#text.me}: ` }[message.who];
    const content = message.who === "me" ? [message.text] : rendered(message.text, this.#helpline.numbers);
    const words = speaker ? [hidden(speaker)] : [];
    const said = make("div", { className: `said ${message.who}`, lang: message.lang ?? this.language }, ...words, ...content);
    if (message.who !== "bot" || !log.childElementCount) this.#turn = said;
    log.append(said);
    if (isLast && message.buttons) log.append(this.#choices(message));
    if (isLast && message.isAnswer) log.append(this.#rating(message));
    this.#scroll();
  }

  #choices({ buttons, lang }) {
    const choose = ({ title, payload }) => { this.#focusField(); this.#inTurn(() => this.#send(payload, title)); };
    return make("div", { className: "choices", lang },
      ...buttons.map((choice) => make("button", { type: "button", onclick: () => choose(choice) }, choice.title)));
  }

  #rating({ id }) {
    const text = this.#text;
    const rate = (value, reason) => {
      this.#server.rate({ sender: this.#sender, message_id: id, value, reason }).catch(() => {}); // it is a favour: no fuss
      if (value === "down" && !reason) {
        area.replaceChildren(make("p", {}, text.why), ...Object.entries(text.reasons).map(([name, words]) => option(words, "down", name)));
        this.#speak([text.why, ...Object.values(text.reasons).map((words) => `${text.choice}: ${words}`)].join("\n"));
      } else {
        area.replaceChildren(make("p", {}, text.thanks));
        this.#speak(text.thanks);
      }
      this.#focusField();
      this.#scroll();
    };
    const option = (words, value, reason) => make("button", { type: "button", onclick: () => rate(value, reason) }, words);
    const area = make("div", { className: "rate", role: "group", "aria-label": text.helped },
      make("span", {}, text.helped), option(text.yes, "up"), option(text.no, "down"));
    return area;
  }

  #focusField() {
    const target = matchMedia("(pointer: coarse)").matches ? this.#parts.log : this.#parts.field;
    target.focus({ preventScroll: true });
  }

  // To the end, but not past the beginning of the latest turn: an answer is read from its first line.
  #scroll() {
    const { log, dialog } = this.#parts;
    if (!this.#turn) return;
    if (LOW.matches) dialog.scrollTop = this.#turn.offsetTop - SPACE;
    else log.scrollTop = this.#turn.offsetTop - log.offsetTop - SPACE;
  }

  #speak(words) {
    const line = make("p", {}, words);
    this.#parts.spoken.append(line);
    setTimeout(() => line.remove(), SPOKEN_FOR);
  }

  // --- the conversation ---------------------------------------------------------------------

  // One thing at a time: a message on its way must not land in a deleted conversation.
  #inTurn(work) {
    const { signal } = this.#end;
    this.#queue = this.#queue.then(() => signal.aborted || work()).catch((error) => signal.aborted || this.#report(error));
    return this.#queue;
  }

  #add(message) {
    this.#parts.log.querySelectorAll(".choices, .rate").forEach((old) => old.remove());
    this.#messages.push(message);
    this.#show(message, { isLast: true });
    if (message.who !== "me") {
      const speaker = message.who === "bot" ? `${this.#text.bot}: ` : "";
      const choices = (message.buttons ?? []).map(({ title }) => `${this.#text.choice}: ${title}`);
      this.#speak([speaker + message.text, ...choices].join("\n"));
    }
    this.#lastActive = Date.now();
    this.#remember();
  }

  #submit() {
    const { field } = this.#parts;
    const words = field.value.trim();
    if (!words) return;
    field.value = "";
    this.#inTurn(() => this.#send(words));
  }

  // `payload` goes to the server, `words` are what the resident sees of it.
  async #send(payload, words = payload) {
    const { signal } = this.#end;
    const { typing } = this.#parts;
    this.#problem("");
    if (!this.#sender) await this.#begin();
    if (signal.aborted) return;
    this.#add({ who: "me", text: words });
    const sign = setTimeout(() => { typing.textContent = this.#text.typing; }, TYPING_AFTER);
    try {
      const answers = await this.#untilReached(() => this.#say(payload, words));
      if (!signal.aborted) this.#receive(answers, { areAnswers: true });
    } finally {
      clearTimeout(sign);
      typing.textContent = "";
    }
  }

  async #say(payload, words) {
    try {
      return await this.#server.say(this.#sender, payload);
    } catch (error) {
      if (error.status !== 401) throw error;
      this.#note(this.#text.idle); // the server has forgotten the conversation: go on in a new one,
      await this.#begin();
      return this.#server.say(this.#sender, words); // which has not offered the button
    }
  }

  async #begin() {
    const { signal } = this.#end;
    const { sender, messages, idle_minutes: minutes } = await this.#untilReached(this.#server.session);
    if (signal.aborted) return;
    this.#sender = sender;
    this.#idleMinutes = minutes;
    this.#receive(messages);
  }

  #receive(messages, { areAnswers = false } = {}) {
    messages.forEach(({ text, buttons, lang, id, rate }, index) =>
      this.#add({ who: "bot", text, buttons, lang, id, isAnswer: rate && areAnswers && index === messages.length - 1 }));
  }

  #note(text) {
    this.#add({ who: "note", text });
  }

  // Tries again and again while the server cannot be reached, until the conversation is over.
  async #untilReached(work) {
    const { signal } = this.#end;
    for (let pause = FIRST_WAIT; ; pause = Math.min(pause * 2, LONGEST_WAIT)) {
      try {
        const answer = await work();
        this.#problem("");
        return answer;
      } catch (error) {
        if (!(error instanceof Unreachable) || signal.aborted) throw error;
        this.#problem(this.#urgent(this.#text.away));
        this.#parts.typing.textContent = "";
        await Promise.race([wait(pause), heard(window, "online"), heard(signal, "abort")]);
      }
    }
  }

  #report(error) {
    const { away, failed } = this.#text;
    this.#problem(error instanceof Unreachable ? this.#urgent(away) : error.message || this.#urgent(failed));
  }

  // The server's own words name the number; ours, said without it, do so as soon as it is known.
  #urgent(words) {
    const { emergency } = this.#helpline;
    return emergency ? `${words} ${this.#text.dontWait(emergency)}` : words;
  }

  #problem(words) {
    if (this.#parts.problem.textContent !== words) this.#parts.problem.replaceChildren(...linked(words, this.#helpline.numbers));
  }

  // The end of the conversation, here and on the server; `next` is told whether the server was reached.
  #finish(next) {
    const sender = this.#forgetHere();
    this.#focusField();
    return this.#inTurn(async () => next(await this.#eraseThere(sender)));
  }

  async #eraseThere(sender) {
    try {
      if (sender) await this.#server.erase(sender);
      return true;
    } catch (error) {
      return error.status === 401; // it was gone already
    }
  }

  // The sender that was.
  #forgetHere() {
    const sender = this.#sender;
    this.#end.abort();
    this.#end = new AbortController();
    this.#sender = null;
    this.#messages = [];
    this.#problem("");
    this.#parts.log.replaceChildren();
    this.#remember();
    return sender;
  }

  #forgetIfIdle() {
    if (!this.#sender || !this.#idleMinutes || Date.now() - this.#lastActive < this.#idleMinutes * 60_000) return;
    this.#forgetHere();
    this.#note(this.#text.idle);
    if (this.#parts.dialog.open) this.#inTurn(() => this.#begin());
  }

  // --- the tools ----------------------------------------------------------------------------

  #save() {
    const speakers = { bot: `${this.#text.bot}: `, me: `${this.#text.me}: `, note: "" };
    const words = this.#messages.map(({ who, text }) => `${speakers[who]}${text}\n`).join("\n");
    const link = make("a", { href: URL.createObjectURL(new Blob([words], { type: "text/plain" })), download: this.#text.file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
  }

  // Nothing of the conversation stays here or there, and the page is not in the history.
  #leave() {
    const sender = this.#forgetHere();
    try { sessionStorage.removeItem(STORED); } catch { /* nothing was kept */ }
    if (sender) this.#server.erase(sender, { keepalive: true }).catch(() => {});
    location.replace(this.dataset.exit ?? "https://www.smhi.se/");
  }

  // --- the header ---------------------------------------------------------------------------

  async #refreshStatus() {
    try {
      this.#helpline = await this.#server.helpline();
      this.#showStatus();
      this.#remember();
    } catch { /* what stands there stays, or what the page has put inside the element */ }
  }

  #showStatus() {
    const { call, danger, state, notice, title } = this.#parts;
    const { name, number, numbers, emergency, bot, notice: words } = this.#helpline;
    call.replaceChildren(make("a", { href: telephone(number) }, `${name} ${number}`));
    state.textContent = this.#stateInWords();
    danger.replaceChildren(this.#text.danger, make("a", { href: telephone(emergency) }, this.#text.call(emergency)));
    notice.replaceChildren(...linked(words ?? "", numbers));
    if (!this.dataset.title) title.textContent = bot;
  }

  #stateInWords() {
    const { state, changes_at: changes, hours } = this.#helpline;
    const when = changes ? whenInWords(changes, this.language) : "";
    const known = { open: this.#text.open(when), closed: this.#text.closed(when) }[state] ?? hours ?? "";
    return this.#text.state(this.#helpline, known);
  }

  // --- what this tab remembers --------------------------------------------------------------

  #remember() {
    const kept = {
      sender: this.#sender, messages: this.#messages.slice(-KEPT_MESSAGES), idleMinutes: this.#idleMinutes,
      lastActive: this.#lastActive, helpline: this.#helpline, isOpen: this.#parts.dialog.open,
    };
    try { sessionStorage.setItem(STORED, JSON.stringify(kept)); } catch { /* the chat works without memory */ }
  }

  // Whether the panel was open on the page before; undefined on the first one. Nothing is announced.
  #restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(STORED));
      if (!kept) return undefined;
      this.#sender = kept.sender;
      this.#messages = kept.messages;
      this.#idleMinutes = kept.idleMinutes;
      this.#lastActive = kept.lastActive;
      this.#helpline = kept.helpline;
      if (kept.helpline.number) this.#showStatus();
      kept.messages.forEach((message, index) => this.#show(message, { isLast: index === kept.messages.length - 1 }));
      return kept.isOpen;
    } catch {
      return undefined;
    }
  }
}
