// Översikt: what residents ask and how it went, from counts alone.
const OUTCOMES = { understood: "förstods", asked_back: "frågade tillbaka", not_understood: "förstods inte" };
const OTHERS = { button: "knapptryckningar", failed: "fick inget svar" };
const WHY_NOT = { wrong: "uppgiften är fel", unclear: "svårt att förstå", unanswered: "fick inte svar på frågan" };
const LANGUAGES = new Intl.DisplayNames("sv", { type: "language" });
const MOST = 15; // rows of a picture
const MOST_COLUMNS = 100;

const overview = { area: byId("oversikt"), intents: {} };

function startOverview() {
  byId("days").onchange = ({ target }) => {
    byId("own").hidden = target.value !== "";
    for (const id of ["first", "last"]) byId(id).required = target.value === "";
  };
  byId("period").onsubmit = doing(overview.area, showOverview);
  byId("csv").onclick = doing(overview.area, async () => {
    const response = await server.fetch("GET", `/statistics.csv?${period()}`);
    download(await response.blob(), "hjalpsam-antal.csv");
  });
}

const period = () => {
  const days = byId("days").value;
  return days ? `days=${days}` : `first=${byId("first").value}&last=${byId("last").value}`;
};

async function showOverview() {
  byId("pictures").replaceChildren();
  const counts = await server.call("GET", `/statistics?${period()}`);
  const { totals } = counts;
  const panel = (...content) => make("section", { className: "panel" }, ...content);
  if (!Object.keys(totals).length) return `Inget har räknats mellan ${counts.first} och ${counts.last}.`;
  byId("pictures").replaceChildren(
    panel(byDay(counts, "Samtal per dag", { conversations: "samtal" })), panel(byDay(counts, "Skrivna meddelanden per dag", OUTCOMES)),
    panel(hoursOf(counts)), panel(outcomesOf(totals), dangersOf(totals), languagesOf(totals)), panel(intentsOf(totals)), panel(thumbsOf(totals)));
  return `Visar ${counts.first} till ${counts.last}.`;
}

const DAY = 86_400_000; // milliseconds

// A column for each day; beyond `MOST_COLUMNS` of them for each week.
function byDay({ first, last, by_day: days }, caption, kinds) {
  const number = (Date.parse(last) - Date.parse(first)) / DAY + 1;
  const width = number > MOST_COLUMNS ? 7 : 1;
  const all = Array.from({ length: Math.ceil(number / width) }, (_, index) => {
    const start = Date.parse(first) + index * width * DAY;
    const names = Array.from({ length: width }, (_, day) => new Date(start + day * DAY).toISOString().slice(0, 10));
    const parts = Object.keys(kinds).map((kind) => names.reduce((sum, name) => sum + (days[name]?.[kind] ?? 0), 0));
    const name = new Date(start).toLocaleDateString("sv-SE", { day: "numeric", month: "short", timeZone: "UTC" });
    return { name, full: width > 1 ? `${names[0]} och sex dagar till` : names[0], parts };
  });
  const words = width > 1 ? caption.replace("per dag", "per vecka") : caption;
  return columns(words, all, Object.values(kinds), { every: Math.ceil(all.length / 8) });
}

function outcomesOf({ outcome = {} }) {
  const typed = Object.keys(OUTCOMES).reduce((sum, name) => sum + (outcome[name] ?? 0), 0);
  const rows = Object.entries(OUTCOMES).map(([name, words], index) => [`${words} (${percent((outcome[name] ?? 0) / (typed || 1))})`, outcome[name] ?? 0, index]);
  const others = Object.entries(OTHERS).filter(([name]) => outcome[name]).map(([name, words]) => `${outcome[name]} ${words}`);
  return make("div", {}, bars("Hur skrivna meddelanden gick", rows, { of: typed || 1 }), ...(others.length ? [make("p", { className: "hint" }, `Dessutom ${others.join(" och ")}.`)] : []));
}

function hoursOf({ by_hour: hours, open_hours: open }) {
  const all = Array.from({ length: 24 }, (_, hour) => ({ name: String(hour), full: `${hour}.00–${hour}.59`, parts: [hours[hour] ?? 0], shaded: open.includes(hour) }));
  return columns("Meddelanden per timme på dygnet", all, ["meddelanden"], { every: 3, shadedAs: "när telefonen har öppet" });
}

function intentsOf({ intent = {} }) {
  const asked = Object.entries(intent).filter(([name]) => name !== "open_chat" && name !== "nlu_fallback").slice(0, MOST);
  return bars("Vad folk frågar om", asked.map(([name, number]) => [overview.intents[name] ?? name, number]));
}

function thumbsOf({ feedback = {}, reason = {} }) {
  const rated = {};
  for (const [name, number] of Object.entries(feedback)) {
    const [value, response] = name.split(" ");
    (rated[response] ??= { up: 0, down: 0 })[value] += number;
  }
  const worst = Object.entries(rated).sort(([, one], [, other]) => other.down - one.down || other.up - one.up).slice(0, MOST);
  const rows = worst.map(([response, { up, down }]) => make("tr", {}, make("th", { scope: "row" }, code(response)),
    make("td", { className: "number" }, String(up)), make("td", { className: "number" }, String(down)), make("td", { className: "picture" }, bar(down / (up + down), { kind: 2 }))));
  const reasons = Object.entries(reason).map(([name, number]) => `${WHY_NOT[name]} (${number})`);
  return make("div", {},
    rows.length ? table("Hjälpte svaret? De med flest nej först", ["Svar", "Ja", "Nej", ""], rows) : make("p", {}, "Ingen har tyckt till om svaren."),
    ...(reasons.length ? [make("p", {}, `Varför inte: ${reasons.join(", ")}.`)] : []));
}

function dangersOf({ danger = {} }) {
  const rows = Object.entries(danger).map(([name, number]) => [name === "classifier" ? "förstods som fara utan att en fras träffade" : name, number, 2]);
  return rows.length ? bars("Farovakten slog till", rows) : make("p", {}, "Farovakten har inte slagit till.");
}

function languagesOf({ language = {} }) {
  const named = (code) => (code === "unclear" ? "oklart" : LANGUAGES.of(code));
  return bars("Språk i skrivna meddelanden", Object.entries(language).map(([code, number]) => [named(code), number]));
}
