// The page as a whole: who is in, and which part is shown.
const PAGES = {
  prova: startTrying,
  testfall: showModels,
  granska: showReview,
  oversikt: (about) => { overview.intents = about.intents; return showOverview(); },
};
const AREAS = { testfall: suite.area }; // where a part says what was done, if not anywhere in it
const TITLE = document.title;

const pageName = () => { const name = location.hash.slice(1).split("?")[0]; return name in PAGES ? name : "prova"; };

const headingOf = (name) => byId(name).querySelector("h1");

function showLogin(why = "") {
  trying.chat?.fold();
  byId("expiring").replaceChildren();
  document.title = `Logga in – ${TITLE}`;
  for (const page of [...Object.keys(PAGES), "pages"]) byId(page).hidden = true;
  byId("login").hidden = false;
  byId("login").querySelector(".problem").textContent = why;
  byId("who").focus();
}

// Shows the part that the address names; it fetches what it shows each time.
async function openPage() {
  const name = pageName();
  if (name !== "prova") trying.chat?.fold();
  document.title = `${headingOf(name).textContent} – ${TITLE}`;
  byId("login").hidden = true;
  byId("pages").hidden = false;
  for (const page of Object.keys(PAGES)) byId(page).hidden = page !== name;
  for (const link of byId("pages").querySelectorAll("a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  await doing(AREAS[name] ?? byId(name), async () => {
    const about = await server.call("GET", "/about");
    byId("warning").textContent = about.facts_problem ? `Det är fel i facts.yml, så de tidigare uppgifterna gäller: ${about.facts_problem}` : "";
    byId("old").textContent = about.facts_old ? `Uppgifter i facts.yml: ${about.facts_old}` : "";
    return PAGES[name](about);
  })();
}

server.left = () => showLogin("Du är utloggad, eftersom du inte har gjort något på en timme. Logga in igen, så kommer du tillbaka hit.");
server.leaving = () => byId("expiring").replaceChildren(
  "Du loggas ut om fem minuter, eftersom du inte har gjort något på en stund. ",
  make("button", { type: "button", onclick: async () => { await server.renew(); byId("expiring").replaceChildren(); focus(headingOf(pageName())); } }, "Fortsätt vara inloggad"));
byId("skip").onclick = (event) => { event.preventDefault(); byId("main").focus(); }; // the address names the part that is shown
byId("logout").onclick = () => {
  if (!mayLose("Logga ut ändå?")) return;
  server.logOut();
  location.reload();
};
byId("login").onsubmit = async (event) => {
  event.preventDefault();
  const problem = byId("login").querySelector(".problem");
  problem.textContent = "";
  try {
    await server.logIn(byId("password").value, byId("who").value);
  } catch (error) {
    problem.textContent = {
      401: "Det var fel lösenord. Försök igen.",
      429: "Det har varit många försök. Vänta en minut och försök igen.",
    }[error.status] ?? inWords(error);
    return;
  }
  byId("password").value = "";
  await openPage();
  focus(headingOf(pageName()));
};
addEventListener("hashchange", async () => {
  if (!server.isLoggedIn) return;
  await openPage();
  scrollTo(0, 0);
  focus(headingOf(pageName()));
});

startCases();
startOverview();
if (server.isLoggedIn) openPage();
else showLogin();
