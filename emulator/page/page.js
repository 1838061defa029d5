// Shows what the emulator does. It asks for everything again and again, and changes only what is different, so that
// the focus and what somebody types stay where they are.

const pauseMs = 500;

const at = (id) => document.getElementById(id);

/** An element with its class and text, or with other elements inside. */
function element(name, { className = "", text } = {}, ...children) {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** Makes the list hold one element for each item, in their order. Elements of known items are kept. */
function show(list, items, keyOf, make, update) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    let child = known.get(key);
    known.delete(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    update?.(child, item);
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
  for (const child of known.values()) child.remove();
}

const clockText = (ms) => new Date(ms).toISOString().slice(11, 19);

async function call(method, path, body) {
  const answer = await fetch(`/_emulator/${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
  });
  const text = await answer.text();
  const parsed = text === "" ? undefined : JSON.parse(text);
  if (!answer.ok) throw new Error(parsed?.error_msg ?? `${method} ${path}: ${answer.status}`);
  return parsed;
}

/** Does what somebody asked for, says what went wrong, and shows what came of it. */
async function act(method, path, body) {
  try {
    await call(method, path, body);
    setText(at("problem"), "");
  } catch (error) {
    setText(at("problem"), error.message);
  }
  await look();
}

const statusWord = { SUCCESS: "good", FAIL: "bad", ACTIVE: "good", ERROR: "bad", DELETED: "bad" };

function makeDesktop({ computer_name, desktop_id }) {
  const head = element("h3", {}, element("span", { text: computer_name }), element("span"));
  const id = element("div", { className: "id", text: desktop_id });
  return element(
    "li",
    {},
    head,
    id,
    element("ul", { className: "disks" }),
    element("div", { className: "job" }),
  );
}

function updateDesktop(child, { status, root_volume, data_volumes, job }) {
  const [head, , disks, work] = child.children;
  setText(head.lastChild, status);
  head.lastChild.className = statusWord[status] ?? "busy";
  show(
    disks,
    [root_volume, ...data_volumes],
    ({ volume_id }) => volume_id,
    ({ volume_id }) => {
      const made = element("li", {}, element("span"), element("span"));
      made.title = volume_id;
      return made;
    },
    (line, { display_name, type, size, iops, throughput, volume_id }) => {
      const isRoot = volume_id === root_volume.volume_id;
      setText(line.firstChild, isRoot ? `${display_name} (root)` : display_name);
      const qos = iops ? `, ${iops} IOPS, ${throughput} MiB/s` : "";
      setText(line.lastChild, `${size} GB ${type}${qos}`);
    },
  );
  show(work, job ? [job] : [], ({ id }) => id, makeProgress, updateProgress);
}

function makeProgress({ type }) {
  const bar = element("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", type);
  return element("div", {}, element("span", { className: "busy" }), bar);
}

function updateProgress(child, { type, process, status }) {
  setText(child.firstChild, `${type}: ${status}, ${process} %`);
  child.lastChild.value = process;
}

function makeJob({ begun_at, type, desktop_id }) {
  const bar = element("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", `Progress of ${type}`);
  return element(
    "tr",
    {},
    element("td", { text: clockText(begun_at) }),
    element("td", { text: type }),
    element("td", { className: "id", text: desktop_id }),
    element("td"),
    element("td", {}, bar),
  );
}

function updateJob(child, { status, process, reason }) {
  const [, , , word, bar] = child.children;
  setText(word, reason ? `${status}: ${reason}` : status);
  word.className = statusWord[status] ?? "busy";
  bar.firstChild.value = process;
}

function makeRequest({ time, method, path }) {
  return element(
    "tr",
    {},
    element("td", { text: clockText(time) }),
    element("td", { text: `${method} ${path}` }),
    ...[1, 2, 3].map(() => element("td")),
  );
}

function updateRequest(child, { status, dialects, faults }) {
  const [, , answer, spoken, struck] = child.children;
  setText(answer, status === null ? "none" : String(status));
  answer.className = status !== null && status < 400 ? "good" : "bad";
  setText(spoken, dialects.join(", "));
  setText(struck, faults.join(", "));
  struck.className = "bad";
}

function makeFault({ id, fault, match }) {
  const remove = element("button", { text: "Remove" });
  remove.type = "button";
  remove.setAttribute("aria-label", `Remove ${fault}`);
  remove.addEventListener("click", () => act("DELETE", `faults/${id}`));
  const of = match?.operation ? ` of ${match.operation}` : "";
  return element("li", {}, element("span", { text: `${fault}${of}` }, element("small")), remove);
}

function updateFault(child, { struck, over }) {
  setText(
    child.firstChild.lastChild,
    ` applied ${struck} ${struck === 1 ? "time" : "times"}${over ? ", over" : ""}`,
  );
}

function makeDialect({ name, summary, plain }) {
  const box = element("input");
  box.type = "checkbox";
  box.value = name;
  box.addEventListener("change", chooseDialects);
  const title = element("span", { text: plain ? `${name} (default)` : name });
  return element("li", {}, element("label", {}, box, title, element("small", { text: summary })));
}

function chooseDialects() {
  const names = shown.dialects.flatMap(({ name, plain }) => {
    const isChosen = document.querySelector(`#dialects input[value="${name}"]`).checked;
    if (isChosen === plain) return [];
    return isChosen ? [name] : [`no-${name}`];
  });
  return act("POST", "dialects", { dialects: names });
}

/** The fields that the chosen fault needs. A desktop is chosen from those that are there. */
function chooseFault() {
  const { summary = "", required = [] } =
    shown.catalogue.find(({ fault }) => fault === at("fault").value) ?? {};
  setText(at("fault-summary"), summary);
  const inputs = required.flatMap((name) => {
    const input = element(name === "desktop_id" ? "select" : "input");
    input.id = `field-${name}`;
    input.name = name;
    input.required = true;
    if (name === "desktop_id") {
      input.append(...shown.desktops.map(({ desktop_id }) => element("option", { text: desktop_id })));
    }
    const label = element("label", { text: name });
    label.htmlFor = input.id;
    return [label, input];
  });
  at("fault-fields").replaceChildren(...inputs);
}

/** A number, a list or an object where the text is JSON, or the text itself. */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function order(event) {
  event.preventDefault();
  const { kind } = shown.catalogue.find(({ fault }) => fault === at("fault").value);
  const fields = [...at("fault-fields").querySelectorAll("input, select")].map(({ name, value }) => [
    name,
    name.endsWith("_id") ? value : read(value),
  ]);
  const operation = at("operation").value;
  // An event without a condition happens at once.
  const isAtOnce = kind === "event" && operation === "";
  return act("POST", "faults", {
    fault: at("fault").value,
    ...Object.fromEntries(fields),
    ...(operation !== "" && { match: { operation } }),
    ...(!isAtOnce && { times: Number(at("times").value) }),
  });
}

let shown = { catalogue: [], dialects: [], desktops: [] };

function render(overview) {
  const isFirst = shown.catalogue.length === 0;
  shown = overview;
  const { clock, desktops, desktop_count, jobs, requests, faults, dialects, catalogue, operations } =
    overview;
  setText(at("now"), new Date(clock.now).toISOString().slice(0, 19).replace("T", " "));
  at("now").dateTime = new Date(clock.now).toISOString();
  at("manual").checked = clock.mode === "manual";
  setText(
    at("desktop-count"),
    desktops.length < desktop_count ? `${desktops.length} of ${desktop_count}` : String(desktop_count),
  );
  at("no-desktops").hidden = desktop_count > 0;
  show(at("desktops"), desktops, ({ desktop_id }) => desktop_id, makeDesktop, updateDesktop);
  show(at("jobs"), jobs, ({ id }) => id, makeJob, updateJob);
  show(at("requests"), requests, ({ id }) => id, makeRequest, updateRequest);
  show(at("faults"), faults, ({ id }) => id, makeFault, updateFault);
  show(
    at("dialects"),
    dialects,
    ({ name }) => name,
    makeDialect,
    (child, { spoken }) => {
      child.querySelector("input").checked = spoken;
    },
  );
  if (!isFirst) return;
  at("fault").append(...catalogue.map(({ fault }) => element("option", { text: fault })));
  at("operation").append(...operations.map((name) => element("option", { text: name })));
  chooseFault();
}

async function look() {
  try {
    render(await call("GET", "overview"));
    setText(at("connection"), "Connected");
  } catch {
    setText(at("connection"), "The emulator does not answer");
  }
}

async function watch() {
  if (!document.hidden) await look();
  setTimeout(watch, pauseMs);
}

at("add-desktop").addEventListener("click", () =>
  act("POST", "desktops", { desktops: [{ desktop_id: crypto.randomUUID() }] }),
);
at("manual").addEventListener("change", ({ target }) =>
  act("POST", "clock", { mode: target.checked ? "manual" : "real" }),
);
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () =>
    act("POST", "clock", { advance_ms: Number(button.dataset.advance) }),
  );
}
at("fault").addEventListener("change", chooseFault);
at("order").addEventListener("submit", order);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void look();
});
void watch();
