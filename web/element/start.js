// <script src="https://…/w/1/hjalpsam.js" defer data-hjalpsam> puts the element on the page, with
// the script's data- attributes, unless the page has one already.
const SCRIPT = document.currentScript;
const HOME = SCRIPT ? new URL("../..", SCRIPT.src).href : location.origin;

if (!customElements.get("hjalpsam-chatt")) {
  customElements.define("hjalpsam-chatt", HjalpsamChatt);
  if (SCRIPT?.dataset.hjalpsam !== undefined && !document.querySelector("hjalpsam-chatt")) {
    const element = make("hjalpsam-chatt");
    Object.assign(element.dataset, SCRIPT.dataset);
    document.body.append(element);
  }
}
