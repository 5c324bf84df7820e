// The blind comparison: pairs in an order and on sides that a seed decides, and a file of the answers.
"use strict";

// Numbers in [0, 1) from a seed: mulberry32, by Tommy Ettinger (public domain).
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// What both runs have pictures of, shuffled (Fisher and Yates), each with a side for the first run.
function drawTrials(first, second, seed) {
  const random = generator(seed);
  const others = assetsOf(second);
  const trials = [];
  for (const [key, one] of assetsOf(first)) {
    const other = others.get(key);
    if (one.seed.picture && other && other.seed.picture) trials.push({ one, other });
  }
  for (let last = trials.length - 1; last > 0; last -= 1) {
    const index = Math.floor(random() * (last + 1));
    [trials[last], trials[index]] = [trials[index], trials[last]];
  }
  return trials.map(({ one, other }) => {
    const turned = random() < 0.5;
    const sides = [{ run: first.id, picture: one.seed.picture }, { run: second.id, picture: other.seed.picture }];
    const [left, right] = turned ? sides.reverse() : sides;
    return { prompt: one.task.prompt, group: one.task.group, seed: one.seed.seed, left, right };
  });
}

let study = null;

function begin() {
  const [first, second] = [runOf(byId("first")), runOf(byId("second"))];
  const seed = byId("seed").valueAsNumber;
  const trials = first && second && first !== second && Number.isInteger(seed) ? drawTrials(first, second, seed) : [];
  if (!trials.length) {
    byId("problem").textContent = "Choose two different runs that share prompts, and a whole number for the order.";
    return;
  }
  study = { rater: byId("rater").value, seed, runs: [first.id, second.id], trials, answers: [] };
  byId("begin").hidden = true;
  show();
}

function show() {
  const { trials, answers } = study;
  const over = answers.length === trials.length;
  byId("trial").hidden = over;
  byId("end").hidden = !over;
  byId("save").hidden = !answers.length;
  if (over) return;
  const trial = trials[answers.length];
  byId("progress").textContent = `${answers.length + 1} of ${trials.length}`;
  byId("prompt").textContent = trial.prompt;
  byId("left").src = trial.left.picture;
  byId("right").src = trial.right.picture;
  byId("back").disabled = !answers.length;
}

function answer(choice) {
  if (!study || study.answers.length === study.trials.length) return;
  study.answers.push(choice);
  show();
}

function back() {
  study.answers.pop();
  show();
}

// What is written: which run was on which side stands here alone.
function file() {
  const { rater, seed, runs, trials, answers } = study;
  const rows = answers.map((choice, index) => {
    const trial = trials[index];
    const asked = { prompt: trial.prompt, group: trial.group, seed: trial.seed };
    return { ...asked, left: trial.left.run, right: trial.right.run, choice };
  });
  return { version: DATA.studyVersion, rater, seed, runs, asked: trials.length, answers: rows };
}

function save() {
  const link = element("a", null, { download: `study-${study.seed}.json` });
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file(), null, 1)], { type: "application/json" }));
  link.click();
}

fillRuns(byId("first"), 0);
fillRuns(byId("second"), 1);
byId("start").addEventListener("click", begin);
byId("back").addEventListener("click", back);
byId("save").addEventListener("click", save);
for (const button of document.querySelectorAll("[data-choice]")) {
  button.addEventListener("click", () => answer(button.dataset.choice));
}
document.addEventListener("keydown", (event) => {
  const choice = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "neither" }[event.key];
  if (!choice || !study) return;
  event.preventDefault();
  if (!event.repeat) answer(choice);
});
