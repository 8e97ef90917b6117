// <script src="https://…/w/1/hjalpsam.js" defer data-hjalpsam> puts the element on the page, with
// the script's data- attributes, unless the page has one already.
const SCRIPT = document.currentScript;
const SCRIPT_ORIGIN = SCRIPT ? new URL(SCRIPT.src).origin : location.origin;

customElements.define("hjalpsam-chatt", HjalpsamChatt);

if (SCRIPT?.dataset.hjalpsam !== undefined && !document.querySelector("hjalpsam-chatt")) {
  const element = make("hjalpsam-chatt");
  for (const [name, value] of attributes(SCRIPT)) element.dataset[name] = value;
  document.body.append(element);
}
