// Testfall: conversations that must go the same way next time, run on one model or on two.
const STORED_CASES = "hjalpsam.testfall";

const suite = {
  area: byId("testfall"),
  cases: [], // {case, yaml}
  outcomes: {}, // by model, each a list of what the server said of a case
  stopping: null,
};

function startCases() {
  try { suite.cases = JSON.parse(sessionStorage.getItem(STORED_CASES)) ?? []; } catch { /* an empty list */ }
  byId("files").onchange = doing(suite.area, readFiles);
  byId("fetch").onclick = () => download(suite.cases.map(({ yaml }) => yaml).join("\n"), "testfall.yml", "application/yaml");
  byId("empty").onclick = () => { suite.outcomes = {}; keepCases([]); showOutcomes(); };
  byId("run").onsubmit = doing(suite.area, runAll);
  byId("stop").onclick = () => suite.stopping?.abort();
  showCases();
}

async function showModels() {
  const models = await server.call("GET", "/models");
  const options = models.map(({ name, made, live }) => {
    const day = new Date(made * 1000).toLocaleString("sv-SE", { dateStyle: "medium", timeStyle: "short" });
    return make("option", { value: name, defaultSelected: live }, `${live ? "i gång nu" : name.replace(".tar.gz", "")}, ${day}`);
  });
  byId("model").replaceChildren(...options);
  byId("other").replaceChildren(make("option", { value: "" }, "ingen"), ...options.map((option) => option.cloneNode(true)));
  byId("other").value = "";
}

function keepCase(kept) {
  keepCases([...suite.cases.filter(({ case: { name } }) => name !== kept.case.name), kept]);
}

function keepCases(cases) {
  suite.cases = cases;
  try { sessionStorage.setItem(STORED_CASES, JSON.stringify(cases)); } catch { /* the list is there as long as the page */ }
  showCases();
}

function showCases() {
  const { cases } = suite;
  for (const id of ["fetch", "empty"]) byId(id).disabled = !cases.length;
  byId("run").querySelector("button").disabled = !cases.length;
  const rows = cases.map(({ case: { name, now, turns } }) =>
    make("li", {}, `${name} `, make("span", { className: "hint" }, `(${turns.length} ${turns.length > 1 ? "meddelanden" : "meddelande"}${now ? `, klockan ${now.replace("T", " ")}` : ""})`)));
  byId("list").replaceChildren(cases.length ? make("ul", {}, ...rows) : make("p", {}, "Inga testfall än."));
}

async function readFiles({ target }) {
  for (const file of target.files) {
    const found = await server.call("POST", "/cases", { yaml: await file.text() });
    found.forEach(keepCase);
  }
  target.value = "";
  return `${suite.cases.length} testfall i listan.`;
}

async function runAll() {
  const models = [byId("model").value, byId("other").value].filter(Boolean);
  suite.outcomes = {};
  suite.stopping = new AbortController();
  byId("stop").hidden = false;
  const progress = byId("progress");
  progress.max = models.length * suite.cases.length;
  progress.value = 0;
  try {
    for (const model of models) await runOn(model, () => { progress.value += 1; showOutcomes(); });
  } finally {
    byId("stop").hidden = true;
    showOutcomes();
  }
  return inShort(models);
}

async function runOn(model, onOutcome) {
  const outcomes = (suite.outcomes[model] = []);
  const yaml = suite.cases.map((kept) => kept.yaml).join("\n");
  const response = await server.fetch("POST", "/run", { yaml, model }, suite.stopping.signal);
  for await (const line of linesOf(response)) {
    outcomes.push(JSON.parse(line));
    onOutcome();
  }
  if (outcomes.length < suite.cases.length) throw Object.assign(new Error(), { problem: "Körningen avbröts innan alla testfall var klara. Kör igen." });
}

async function* linesOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop();
    yield* lines.filter(Boolean);
    if (done) return;
  }
}

const passedOf = (outcomes) => outcomes.filter(({ passed }) => passed).length;

function inShort(models) {
  const words = models.map((model) => `${passedOf(suite.outcomes[model])} av ${suite.outcomes[model].length} gick bra`);
  if (models.length < 2) return `${words[0]}.`;
  const differing = suite.cases.filter((_, index) => differs(index)).length;
  return `Modellen: ${words[0]}. Den andra: ${words[1]}. ${differing} samtal skiljer sig.`;
}

const replies = (outcome) => outcome?.turns.flatMap(({ reply }) => reply.split("\n")) ?? [];

function differs(index) {
  const [one, other] = Object.values(suite.outcomes).map((outcomes) => JSON.stringify(replies(outcomes[index])));
  return other !== undefined && one !== other;
}

function showOutcomes() {
  const models = Object.keys(suite.outcomes);
  const shown = suite.cases.flatMap((kept, index) => {
    const outcomes = models.map((model) => suite.outcomes[model][index]);
    return outcomes[0] ? [outcomeOf(kept, outcomes, index)] : [];
  });
  byId("outcomes").replaceChildren(...shown);
}

function outcomeOf(kept, outcomes, index) {
  const marks = outcomes.map((outcome) =>
    make("span", { className: outcome ? (outcome.passed ? "passed" : "failed") : "" }, outcome ? (outcome.passed ? "gick bra" : "gick inte bra") : "väntar"));
  const isWorthALook = outcomes.some((outcome) => outcome && !outcome.passed) || differs(index);
  const words = marks.flatMap((mark, number) => [number ? ", den andra: " : "", mark]);
  return make("details", { open: isWorthALook },
    make("summary", {}, `${kept.case.name}: `, ...words, differs(index) ? ", svaren skiljer sig" : ""),
    make("div", { className: outcomes.length > 1 ? "two" : "" }, ...outcomes.map((outcome, number) => conversation(kept, outcome, number ? outcomes[0] : null))),
    ...(outcomes[0].passed ? [] : [make("button", { type: "button", onclick: doing(suite.area, () => approve(kept, outcomes[0])) }, "Godkänn det nya: spara svaren som de är nu")]));
}

// Each turn with what is wrong; against another model, or else against what the case wants, line by line.
function conversation({ case: { turns } }, outcome, other) {
  const shown = (outcome?.turns ?? []).flatMap((turn, number) => {
    const before = other ? other.turns[number]?.reply.split("\n") ?? [] : turn.faults.length ? turns[number].must ?? [] : [];
    return [
      make("h3", {}, quoted(turn.said)),
      ...turn.faults.map((fault) => make("p", { className: "failed" }, fault)),
      changes(before, turn.reply.split("\n").filter(Boolean)),
    ];
  });
  return make("div", {}, ...(other === null ? [] : [make("p", { className: "hint" }, "Den andra modellen")]), ...shown);
}

// The lines of a reply, with those marked that are new, and those that are gone.
function changes(before, after) {
  const line = (kind, words, text) => make("li", { className: kind }, ...(words ? [make("strong", {}, words)] : []), text);
  const gone = before.filter((text) => text && !after.some((other) => other.includes(text)));
  return make("ul", { className: "change" },
    ...gone.map((text) => line("gone", "Borta: ", text)),
    ...after.map((text) => (before.length && !before.some((other) => other && text.includes(other)) ? line("new", "Nytt: ", text) : line("", "", text))));
}

async function approve({ case: old }, { turns: done }) {
  const turns = old.turns.map((turn, number) =>
    done[number] ? { ...turn, may: undefined, must: done[number].reply.split("\n").filter(Boolean), intent: done[number].intent } : turn);
  const [kept] = await server.call("POST", "/cases", { yaml: JSON.stringify([{ ...old, turns }]) });
  keepCase(kept);
  suite.outcomes = {};
  showOutcomes();
  return `${quoted(old.name)} är uppdaterat. Kör igen för att se att det stämmer.`;
}
