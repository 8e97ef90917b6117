// Granska: say what messages were about, with buttons or keys.
const REASONS = {
  not_understood: "boten förstod inte", asked_back: "boten frågade tillbaka", unsure: "boten var osäker", down: "tummen ned för svaret",
};
const VERDICTS = { right: "rätt", new: "nytt ämne", foreign: "inte vår fråga" };
const KEYS = { r: "right", n: "new", i: "foreign" };
const LOOKS = { read: "läste", fetched: "hämtade förslagen", deleted: "raderade allt" };
const NEVER_MEANT = ["open_chat", "nlu_fallback", "other_language"]; // no topics

const reviewing = { area: byId("granska"), intents: {} };

async function showReview(about) {
  reviewing.intents = about.intents;
  const inbox = byId("inbox");
  if (!about.review_days) {
    inbox.replaceChildren(make("div", { className: "panel" },
      make("p", {}, "Granskning är inte påslagen, så inga meddelanden sparas."),
      make("p", {}, "Den som sköter boten slår på den genom att skriva ett antal dagar vid ", code("review_days"), " i facts.yml. Då ändras också det boten svarar när någon frågar om det som skrivs sparas.")));
    return "";
  }
  inbox.replaceChildren(make("p", {}, "Hämtar …"));
  const { days, groups, looks } = await server.call("GET", "/review");
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  const alike = groups.filter((group) => group.length > 1);
  const others = groups.filter((group) => group.length === 1).flat();
  inbox.replaceChildren(toolsOf(days, count), ...(count ? [keysInWords()] : []), ...alike.map(groupOf), ...othersOf(others), looksOf(looks));
  return "";
}

function toolsOf(days, count) {
  const remove = doing(reviewing.area, async () => {
    if (!confirm(`Radera alla ${count} meddelanden nu? Det går inte att ångra.`)) return "";
    await server.call("DELETE", "/review");
    await showReview({ intents: reviewing.intents, review_days: days });
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
    ...key("R", "rätt"), ...key("F", "borde vara"), ...key("N", "nytt ämne"), ...key("I", "inte vår fråga"), ...key("J", "nästa"), ...key("K", "förra"),
    "Använder du skärmläsare? Ta knapparna i stället.");
}

function groupOf(items) {
  const judgeAll = (verdict, intent) => judge(items, shown, verdict, intent);
  const shown = items.map(itemOf);
  const all = make("div", { className: "row", role: "group", "aria-label": "Alla i gruppen" },
    make("span", {}, "Alla i gruppen: "), ...choices("alla i gruppen", judgeAll));
  return make("section", { className: "panel" }, make("h2", {}, `${items.length} meddelanden som liknar varandra`), all, ...shown);
}

const othersOf = (items) =>
  items.length ? [make("section", { className: "panel" }, make("h2", {}, "Övriga meddelanden"), ...items.map(itemOf))] : [];

function itemOf(item) {
  const { text, reason, guess, confidence, response, day, language } = item;
  const judgeThis = (verdict, intent) => judge([item], [shown], verdict, intent);
  const shown = make("div", { className: "item", tabIndex: 0, role: "group", "aria-label": text, onkeydown: (event) => onKey(event, shown, judgeThis) },
    make("h3", { className: "text", lang: language === "unclear" ? "" : language }, text),
    make("p", { className: "hint" }, `${day}: ${REASONS[reason]}`, ...(response ? [" ", code(response)] : []), ". Gissning: ", make("strong", {}, reviewing.intents[guess] ?? guess), ` ${percent(confidence)}.`),
    make("div", { className: "row" }, ...choices(text, judgeThis)),
    make("p", { className: "judged" }));
  showVerdict(shown, item);
  return shown;
}

// What can be said of a message, or of a group; `about` tells them apart for those who hear them or speak to them.
function choices(about, judgeIt) {
  const button = (verdict) => make("button", { type: "button", name: verdict, "aria-label": `${VERDICTS[verdict]}: ${about}`, onclick: () => judgeIt(verdict) }, VERDICTS[verdict]);
  const topics = Object.entries(reviewing.intents).filter(([name]) => !NEVER_MEANT.includes(name));
  const topic = make("select", { required: true, "aria-label": `borde vara …: ${about}` },
    make("option", { value: "" }, "borde vara …"), ...topics.map(([name, words]) => make("option", { value: name }, words)));
  const form = make("form", { className: "row", onsubmit: (event) => { event.preventDefault(); judgeIt("wrong", topic.value); } },
    topic, make("button", { name: "wrong", "aria-label": `välj ämnet: ${about}` }, "välj ämnet"));
  return [button("right"), form, button("new"), button("foreign")];
}

// One key means something only in a message: elsewhere it could be speech, or a screen reader's own.
function onKey(event, shown, judgeIt) {
  if (event.repeat || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  if (event.target.matches("select") && key !== "escape") return;
  const items = [...reviewing.area.querySelectorAll(".item")];
  const next = items[items.indexOf(shown) + { j: 1, k: -1, escape: 0 }[key]];
  if (next) next.focus();
  else if (key === "f") shown.querySelector("select").focus();
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
    return given ? `Sparat: ${VERDICTS[given] ?? reviewing.intents[intent]}.` : "Valet är borttaget.";
  })();
}

function showVerdict(shown, { verdict, intent }) {
  for (const button of shown.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.name === verdict));
  if (verdict === "wrong") shown.querySelector("select").value = intent;
  shown.querySelector(".judged").textContent = verdict ? `Ert val: ${VERDICTS[verdict] ?? `borde vara ${reviewing.intents[intent]}`}` : "";
}

function looksOf(looks) {
  const when = (at) => new Date(at).toLocaleString("sv-SE", { dateStyle: "medium", timeStyle: "short" });
  return make("details", {}, make("summary", {}, "Vem har tittat"),
    make("ul", {}, ...looks.map(({ at, who, what }) => make("li", {}, `${when(at)}: ${who} ${LOOKS[what]}`))));
}
