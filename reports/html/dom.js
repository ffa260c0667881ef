// What every page of ours is built with. Foreign text goes in as text nodes only.
/** Gives `node` attributes and children; strings become text nodes, null and false ones are left out. */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false && value !== '') node.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

// Made once: a page may format a hundred thousand numbers.
const formats = new Map();
function digits(value, least, most) {
  const key = least * 100 + most;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat('en', {minimumFractionDigits: least, maximumFractionDigits: most}));
  return formats.get(key).format(value);
}

const count = (value) => digits(Number(value), 0, 0);
const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** The unit in which a latency of `most` seconds reads well. */
function latencyUnit(most) {
  if (most < 1e-3) return {factor: 1e6, name: 'µs'};
  return most < 1 ? {factor: 1e3, name: 'ms'} : {factor: 1, name: 's'};
}

function round(value) {
  if (!Number.isFinite(value)) return '';
  const most = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return digits(value, Number.isInteger(value) ? 0 : most, most);
}

function latency(value) {
  const unit = latencyUnit(value);
  return `${round(value * unit.factor)} ${unit.name}`;
}

/** A table that sorts by the column whose head is pressed. `columns`: [{name, num, fit, mono}]; a cell is a text, or
 * {show, by}: what it shows, and what it sorts by. Of more than `most` rows the first ones are shown, in whatever order. */
function grid(columns, rows, kind = '', most = 100) {
  const kinds = columns.map((column) => [column.num && 'num', column.fit && 'fit', column.mono && 'mono'].filter(Boolean).join(' '));
  const made = new Map();
  const lineOf = (row) => {
    if (!made.has(row)) made.set(row, el('tr', {}, ...row.map((cell, i) => el('td', {class: kinds[i]}, cell?.by === undefined ? cell : cell.show))));
    return made.get(row);
  };
  const body = el('tbody', {});
  let order = rows;
  const more = rows.length > most && el('button', {type: 'button', class: 'more'}, `Show all ${count(rows.length)} rows`);
  const show = () => body.replaceChildren(...order.slice(0, most).map(lineOf));
  if (more) more.addEventListener('click', () => { most = rows.length; more.remove(); show(); });
  const heads = columns.map((column, i) => {
    const button = el('button', {type: 'button'}, column.name);
    const head = el('th', {scope: 'col', class: column.num ? 'num' : '', 'aria-sort': 'none'}, button);
    const keyOf = (row) => (row[i]?.by === undefined ? row[i] : row[i].by);
    button.addEventListener('click', () => {
      // Numbers are asked for by their greatest, words by their first.
      const next = {none: column.num ? 'descending' : 'ascending', ascending: 'descending', descending: 'ascending'}[head.getAttribute('aria-sort')];
      for (const other of heads) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', next);
      const sign = next === 'ascending' ? 1 : -1;
      const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', {numeric: true}));
      order = rows.slice().sort((a, b) => sign * compare(keyOf(a), keyOf(b)));
      show();
    });
    return head;
  });
  show();
  return el('div', {class: 'card scroll', tabindex: '0'}, el('table', {class: `sortable ${kind}`}, el('thead', {}, el('tr', {}, ...heads)), body), more);
}

const verdictTones = {pass: 'good', fail: 'bad', error: 'bad', warn: 'warn', inconclusive: 'warn', info: 'calm', skip: 'calm'};
const badge = (text, tone) => el('span', {class: `badge tone-${tone}`}, text);
const section = (title, ...children) => el('section', {}, el('h2', {}, title), ...children);
const term = (name, value) => (value ? [el('dt', {}, name), el('dd', {}, value)] : []);

function observationBlock(observation) {
  return el('div', {class: 'observation'},
    el('h4', {}, `${observation.what}: ${observation.outcome}`),
    el('p', {class: 'small soft'}, [observation.detail, latency(observation.duration_s)].filter(Boolean).join(', ')),
    observation.facts.length && el('dl', {class: 'facts below'}, ...observation.facts.flatMap(([name, value]) => term(name, value))),
    observation.messages.length && el('pre', {}, observation.messages.join('\n')));
}

const outcomeTones = {PASSED: ['good', '✓'], FAILED: ['bad', '✗'], ERROR: ['bad', '!'], 'NOT VALID': ['warn', '!'], INTERRUPTED: ['warn', '–']};

/** The verdict with its reasons and a line of facts: [[name, value], ...]. */
function verdictBlock(outcome, title, reasons, facts, more = null) {
  const [tone, icon] = outcomeTones[outcome] ?? ['calm', '?'];
  return el('section', {class: `verdict card tone-${tone}`, 'aria-label': 'Verdict'},
    el('div', {class: 'word', id: 'verdict'}, el('span', {class: 'icon', 'aria-hidden': 'true'}, icon), outcome),
    el('h1', {}, ...[title].flat()), more,
    reasons.length && el('ul', {}, ...reasons.map((reason) => el('li', {}, reason))),
    el('div', {class: 'facts'}, ...facts.filter(([, value]) => value).map(([name, value]) => el('span', {}, el('span', {}, name), value))));
}

window.addEventListener('error', (event) => { document.body.dataset.errors = `${document.body.dataset.errors ?? ''}${event.message}\n`; });
