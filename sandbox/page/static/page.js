// What is added to a page that works without it: new things appear by themselves, and a sample
// command is put into the comment box without a new page.
"use strict";

const PAUSE = 1000; // milliseconds between two questions
let leftAlone = false; // something has changed in which somebody is busy
const known = new WeakMap(); // element -> the HTML that the server last sent for it

const regions = (page) => [...page.querySelectorAll("[data-live]")];
const units = (region) => (region.dataset.live === "list" ? [...region.children] : [region]);

/** Whether somebody is busy in there: then it is left alone for now. */
function busy(element) {
  if (element.contains(document.activeElement)) return true;
  const typed = (field) => field.value !== field.defaultValue;
  return [...element.querySelectorAll("textarea, input:not([type=hidden])")].some(typed);
}

const nameOf = (details) => `${details.className} ${details.querySelector("summary")?.textContent}`;

/** Put the new element in the old one's place; what was unfolded stays unfolded. */
function replace(old, fresh) {
  const html = fresh.outerHTML;
  const unfolded = new Set([...old.querySelectorAll("details[open]")].map(nameOf));
  old.replaceWith(fresh);
  known.set(fresh, html);
  for (const each of fresh.querySelectorAll("details")) {
    if (unfolded.has(nameOf(each))) each.open = true;
  }
  if (!fresh.dataset.quiet) fresh.classList.add("fresh");
}

function updateOne(old, fresh) {
  if (known.get(old) === fresh.outerHTML) return false;
  if (busy(old)) {
    leftAlone = true;
    return false;
  }
  replace(old, fresh);
  return true;
}

/** Bring a list up to date by the ids of its items. Answers what is new or has changed. */
function updateList(list, fresh) {
  const changed = [];
  const wanted = [...fresh.children];
  const ids = new Set(wanted.map((each) => each.id));
  for (const old of [...list.children]) {
    if (ids.has(old.id)) continue;
    if (busy(old)) leftAlone = true;
    else old.remove();
  }
  let before = null;
  for (const item of wanted) {
    const html = item.outerHTML;
    const old = [...list.children].find((each) => each.id === item.id);
    if (!old) {
      before ? before.after(item) : list.prepend(item);
      known.set(item, html);
      item.classList.add("fresh");
      changed.push(item);
    } else if (updateOne(old, item)) {
      changed.push(item);
    }
    before = list.querySelector(`:scope > #${CSS.escape(item.id)}`);
  }
  return changed;
}

function tell(changed) {
  const said = changed.map((each) => each.querySelector(".person")).filter(Boolean);
  const names = [...new Set(said.map((each) => each.textContent))].join(", ");
  if (names) document.getElementById("news").textContent = `New in the conversation: ${names}`;
}

function update(page) {
  for (const region of regions(document)) {
    const fresh = page.getElementById(region.id);
    if (!fresh) continue;
    if (region.dataset.live === "whole") {
      updateOne(region, fresh);
      continue;
    }
    const changed = updateList(region, fresh);
    if (region.dataset.news) tell(changed);
  }
}

async function look() {
  const root = document.documentElement;
  const { version } = await (await fetch("/-/live")).json();
  if (version === root.dataset.version) return;
  const answer = await fetch(location.pathname + location.search);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  leftAlone = false;
  update(page);
  if (!leftAlone) root.dataset.version = page.documentElement.dataset.version;
}

async function keepLooking() {
  if (!document.hidden) await look().catch(() => {}); // the box may have been closed
  setTimeout(keepLooking, PAUSE);
}

/** A sample command goes into the box, on a line of its own. */
function insert(event) {
  const link = event.target.closest("[data-insert]");
  const box = document.getElementById("say");
  if (!link || !box) return;
  event.preventDefault();
  const before = box.value.replace(/\s+$/, "");
  box.value = before ? `${before}\n${link.dataset.insert}` : link.dataset.insert;
  box.focus();
}

for (const region of regions(document)) {
  for (const unit of units(region)) known.set(unit, unit.outerHTML);
}
document.addEventListener("click", insert);
setTimeout(keepLooking, PAUSE);
