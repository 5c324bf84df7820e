// One run, or two beside each other: their figures, then every prompt with its pictures.
"use strict";

const PERCENT = /%$/;

function shown(value, form) {
  if (value === null || value === undefined) return "—";
  const digits = Number(form.match(/\.(\d)/)[1]);
  return PERCENT.test(form) ? `${(100 * value).toFixed(digits)} %` : value.toFixed(digits);
}

function cell(mean, form) {
  if (!mean) return element("td", "—");
  const made = element("td", shown(mean.mean, form), { title: `${mean.count} prompts` });
  made.append(element("small", ` ${shown(mean.low, form)} … ${shown(mean.high, form)}`));
  return made;
}

function drawSummary(runs, group) {
  const table = byId("summary");
  table.replaceChildren();
  const head = element("tr");
  head.append(element("th", `Means (${group}) and 95 % intervals`), ...runs.map((run) => element("th", run.name)));
  table.append(head);
  for (const measure of DATA.measures) {
    const means = runs.map((run) => run.summary[group][measure.name]);
    if (means.every((mean) => !mean)) continue;
    const hint = measure.better ? ` (${measure.better} is good)` : "";
    const row = element("tr");
    row.append(element("th", measure.label + hint), ...means.map((mean) => cell(mean, measure.form)));
    table.append(row);
  }
}

function figuresOf(asset) {
  const told = DATA.measures.filter((measure) => measure.where === "scores" && asset.scores[measure.name] !== undefined);
  return told.map((measure) => `${measure.label} ${shown(asset.scores[measure.name], measure.form)}`).join(" · ");
}

function seenAs(asset) {
  return Object.entries(asset.scores.answers)
    .map(([kind, answers]) => `${kind}: ${[...new Set(answers)].join(", ")}`)
    .join("\n");
}

function figure(run, found) {
  const made = element("figure");
  made.append(element("figcaption", run.name));
  if (!found) made.append(element("p", "Not there."));
  else if (!found.seed.picture) made.append(element("p", found.seed.error || "No picture.", { class: "error" }));
  else {
    made.append(element("img", null, { src: found.seed.picture, alt: `${found.task.prompt}, from eight sides` }));
    made.append(element("p", figuresOf(found.seed), { class: "figures", title: seenAs(found.seed) }));
  }
  return made;
}

function draw() {
  const runs = [runOf(byId("first")), runOf(byId("second"))].filter(Boolean);
  const [group, words] = [byId("group").value, byId("search").value.toLowerCase()];
  const main = byId("tasks");
  main.replaceChildren();
  if (!runs.length) return main.append(element("p", "There are no runs yet: python benchmarks/toybox.py makes some."));
  drawSummary(runs, group);
  const assets = runs.map(assetsOf);
  for (const key of new Set(assets.flatMap((each) => [...each.keys()]))) {
    const found = assets.map((each) => each.get(key));
    const { task, seed } = found.find(Boolean);
    if ((group !== "all" && task.group !== group) || !task.prompt.toLowerCase().includes(words)) continue;
    const section = element("section", null, { class: "task" });
    section.append(element("h2", task.prompt), element("p", `${task.group}, seed ${seed.seed}`, { class: "figures" }));
    const pair = element("div", null, { class: "pair" });
    pair.append(...runs.map((run, index) => figure(run, found[index])));
    section.append(pair);
    main.append(section);
  }
}

fillRuns(byId("first"), 0);
fillRuns(byId("second"), undefined, "nothing");
for (const group of DATA.groups) byId("group").append(element("option", group));
for (const id of ["first", "second", "group", "search"]) byId(id).addEventListener("input", draw);
draw();
