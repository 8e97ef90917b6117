// Granska: say what messages were about, with buttons or keys.
const REASONS = {
  not_understood: "boten förstod inte", asked_back: "boten frågade tillbaka", unsure: "boten var osäker", down: "tummen ned för svaret",
};
const VERDICTS = { right: "rätt", wrong: "fel – borde vara …", new: "nytt ämne", foreign: "inte vår fråga" };
const KEYS = { r: "right", f: "wrong", n: "new", i: "foreign" };
const LOOKS = { read: "läste", fetched: "hämtade förslagen", deleted: "raderade allt" };

const reviewing = { area: byId("granska"), intents: {} };

async function showReview(about) {
  reviewing.intents = about.intents;
  const inbox = byId("inbox");
  if (!about.review_days) {
    inbox.replaceChildren(make("div", { className: "panel" },
      make("p", {}, "Granskning är inte påslagen, så inga meddelanden sparas."),
      make("p", {}, "Den som sköter boten slår på den genom att skriva ett antal dagar vid ", make("code", {}, "review_days"), " i facts.yml. Då ändras också det boten svarar när någon frågar om det som skrivs sparas.")));
    return;
  }
  inbox.replaceChildren(make("p", {}, "Hämtar …"));
  const { days, groups, looks } = await server.call("GET", "/review");
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  const alike = groups.filter((group) => group.length > 1);
  const others = groups.filter((group) => group.length === 1).flat();
  inbox.replaceChildren(toolsOf(days, count), ...(count ? [keysInWords()] : []), ...alike.map(groupOf), ...othersOf(others), looksOf(looks));
}

function toolsOf(days, count) {
  const remove = doing(reviewing.area, async () => {
    if (!confirm(`Radera alla ${count} meddelanden nu? Det går inte att ångra.`)) return "";
    await server.call("DELETE", "/review");
    await openPage();
    return "Allt är raderat.";
  });
  const fetchFile = doing(reviewing.area, async () => {
    const response = await server.fetch("GET", "/review/proposals");
    download(await response.blob(), "forslag.yml");
    return "Filen är hämtad. Ge den till den som sköter boten.";
  });
  return make("div", { className: "panel" },
    make("p", {}, count ? `${count} att granska. Varje meddelande raderas av sig självt efter ${days} dagar.` : "Det finns inget att granska just nu."),
    make("div", { className: "row" },
      make("button", { type: "button", className: "main", onclick: fetchFile }, "Hämta förslagen som fil"),
      make("button", { type: "button", onclick: remove, disabled: !count }, "Radera allt nu")));
}

function keysInWords() {
  const key = (name, words) => [make("kbd", {}, name), ` ${words}. `];
  return make("p", { className: "hint" }, "Tangenter när du står i ett meddelande: ",
    ...key("R", "rätt"), ...key("F", "fel"), ...key("N", "nytt ämne"), ...key("I", "inte vår fråga"), ...key("J", "nästa"), ...key("K", "förra"));
}

function groupOf(items) {
  const judgeAll = (verdict, intent) => judge(items, shown, verdict, intent);
  const shown = items.map(itemOf);
  const all = make("div", { className: "row" }, make("span", {}, "Alla i gruppen: "), ...verdictButtons(judgeAll, items[0]));
  return make("section", { className: "panel" }, make("h2", {}, `${items.length} meddelanden som liknar varandra`), all, ...shown);
}

const othersOf = (items) =>
  items.length ? [make("section", { className: "panel" }, make("h2", {}, "Övriga meddelanden"), ...items.map(itemOf))] : [];

function itemOf(item) {
  const { text, reason, guess, confidence, response, day, language } = item;
  const judgeThis = (verdict, intent) => judge([item], [shown], verdict, intent);
  const shown = make("div", { className: "item", tabIndex: 0, role: "group", "aria-label": text, onkeydown: (event) => onKey(event, shown, judgeThis) },
    make("p", { className: "text", lang: language === "unclear" ? "" : language }, text),
    make("p", { className: "hint" }, `${day}: ${REASONS[reason]}${response ? ` ${response}` : ""}. Gissning: `, make("strong", {}, reviewing.intents[guess] ?? guess), ` ${percent(confidence)}.`),
    make("div", { className: "row" }, ...verdictButtons(judgeThis, item)),
    make("p", { className: "judged" }));
  showVerdict(shown, item);
  return shown;
}

function verdictButtons(judgeIt, { intent }) {
  const choice = make("select", { "aria-label": "Borde ha förståtts som", onchange: ({ target }) => target.value && judgeIt("wrong", target.value) },
    make("option", { value: "" }, "borde vara …"),
    ...Object.entries(reviewing.intents).map(([name, words]) => make("option", { value: name }, words)));
  choice.value = intent ?? "";
  const button = (verdict) => make("button", { type: "button", "aria-pressed": "false", onclick: () => judgeIt(verdict) }, VERDICTS[verdict]);
  const buttons = ["right", "new", "foreign"].map((verdict) => Object.assign(button(verdict), { name: verdict }));
  return [buttons[0], choice, ...buttons.slice(1)];
}

// One key means something only in a message: elsewhere it could be speech, or a screen reader's own.
function onKey(event, shown, judgeIt) {
  if (event.target.matches("select") || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  const items = [...reviewing.area.querySelectorAll(".item")];
  const next = items[items.indexOf(shown) + { j: 1, k: -1 }[key]];
  if (next) next.focus();
  else if (KEYS[key] === "wrong") shown.querySelector("select").focus();
  else if (KEYS[key]) judgeIt(KEYS[key]);
  else return;
  event.preventDefault();
}

// The same verdict once more takes it back.
async function judge(items, shown, verdict, intent) {
  const isSame = items.every((item) => item.verdict === verdict && (verdict !== "wrong" || item.intent === intent));
  const given = isSame ? null : verdict;
  await doing(reviewing.area, async () => {
    await server.call("POST", "/review", { ids: items.map(({ id }) => id), verdict: given, ...(given === "wrong" ? { intent } : {}) });
    items.forEach((item, index) => {
      Object.assign(item, { verdict: given, intent: given === "wrong" ? intent : null });
      showVerdict(shown[index], item);
    });
    return given ? `Sparat: ${given === "wrong" ? reviewing.intents[intent] : VERDICTS[given]}.` : "Valet är borttaget.";
  })();
}

function showVerdict(shown, { verdict, intent }) {
  shown.classList.toggle("judged", Boolean(verdict));
  for (const button of shown.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.name === verdict));
  shown.querySelector("select").value = verdict === "wrong" ? intent : "";
  shown.querySelector(".judged").textContent = verdict ? `Ditt val: ${verdict === "wrong" ? `borde vara ${reviewing.intents[intent]}` : VERDICTS[verdict]}` : "";
}

function looksOf(looks) {
  const when = (at) => new Date(at).toLocaleString("sv-SE", { dateStyle: "medium", timeStyle: "short" });
  return make("details", {}, make("summary", {}, "Vem har tittat"),
    make("ul", {}, ...looks.map(({ at, who, what }) => make("li", {}, `${when(at)}: ${who} ${LOOKS[what]}`))));
}
