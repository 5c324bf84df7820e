// What both pages need: elements, and the lists of runs.
"use strict";

const byId = (id) => document.getElementById(id);

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function fillRuns(select, chosen, none) {
  if (none) select.append(element("option", none, { value: "" }));
  DATA.runs.forEach((run, index) => select.append(element("option", run.id, { value: String(index) })));
  if (chosen !== undefined && chosen < DATA.runs.length) select.value = String(chosen);
}

function runOf(select) {
  return select.value === "" ? null : DATA.runs[Number(select.value)];
}

// Every asset of a run by prompt and seed.
function assetsOf(run) {
  const found = new Map();
  for (const task of run.tasks) for (const seed of task.seeds) found.set(`${task.prompt}\n${seed.seed}`, { task, seed });
  return found;
}
