// The page as a whole: who is in, and which part is shown.
const PAGES = {
  prova: async (about) => startTrying(about),
  testfall: showModels,
  granska: showReview,
  oversikt: (about) => { overview.intents = about.intents; return showOverview(); },
};
const pageName = () => { const name = location.hash.slice(1).split("?")[0]; return name in PAGES ? name : "prova"; };

function showLogin() {
  for (const page of [...Object.keys(PAGES), "pages"]) byId(page).hidden = true;
  byId("login").hidden = false;
  byId("who").focus();
}

// Shows the part that the address names; it fetches what it shows each time.
async function openPage() {
  const name = pageName();
  byId("login").hidden = true;
  byId("pages").hidden = false;
  for (const page of Object.keys(PAGES)) byId(page).hidden = page !== name;
  for (const link of byId("pages").querySelectorAll("a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  await doing(byId(name), async () => {
    const about = await server.call("GET", "/about");
    byId("warning").textContent = about.facts_problem ? `Det är fel i facts.yml, så de tidigare uppgifterna gäller: ${about.facts_problem}` : "";
    await PAGES[name](about);
  })();
}

server.left = showLogin;
byId("skip").onclick = (event) => { event.preventDefault(); byId("main").focus(); }; // the address names the part that is shown
byId("logout").onclick = () => { server.logOut(); location.reload(); };
byId("login").onsubmit = doing(byId("login"), async () => {
  try {
    await server.logIn(byId("password").value, byId("who").value);
  } catch (error) {
    if (error.status === 401) throw Object.assign(error, { problem: "Det var fel lösenord. Försök igen." });
    if (error.status === 429) throw Object.assign(error, { problem: "Det har varit många försök. Vänta en minut och försök igen." });
    throw error;
  }
  byId("password").value = "";
  await openPage();
  byId("main").focus();
});
addEventListener("hashchange", async () => {
  if (!server.isLoggedIn) return;
  await openPage();
  const heading = byId(pageName()).querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
});

startCases();
startOverview();
if (server.isLoggedIn) openPage();
else showLogin();
