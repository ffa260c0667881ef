// What every page of ours is built with. Foreign text goes in as text nodes only.
/** An element; string children become text nodes, null and false ones are left out. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false && value !== '') node.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

const count = (value) => Number(value).toLocaleString('en');
const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** The unit in which a latency of `most` seconds reads well. */
function latencyUnit(most) {
  if (most < 1e-3) return {factor: 1e6, name: 'µs'};
  return most < 1 ? {factor: 1e3, name: 'ms'} : {factor: 1, name: 's'};
}

function round(value) {
  if (!Number.isFinite(value)) return '';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', {minimumFractionDigits: Number.isInteger(value) ? 0 : digits, maximumFractionDigits: digits});
}

function latency(value) {
  const unit = latencyUnit(value);
  return `${round(value * unit.factor)} ${unit.name}`;
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

