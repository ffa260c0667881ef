// The page of the conformance matrix: checks x brokers, evidence behind every cell.
const {matrix, derived} = JSON.parse(document.getElementById('data').textContent);
const columns = matrix.brokers.map((broker, i) => ({...derived.columns[i], ...broker}));

const verdictCard = () => verdictBlock(derived.outcome, ['Conformance of ', columns.map((column) => column.title).join(', ')], derived.reasons,
  [['Started', matrix.started_at], ['Duration', `${round(matrix.duration_s)} s`], ['Baseline', matrix.baseline_file]]);

function brokersSection() {
  const names = Object.keys(verdictTones);
  const head = el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Broker'), ...names.map((name) => el('th', {scope: 'col', class: 'num'}, name)),
    el('th', {scope: 'col', class: 'num'}, 'of them known'), el('th', {scope: 'col'}, 'Skipped for')));
  const rows = columns.map((column) => el('tr', {}, el('th', {scope: 'row'}, column.title),
    ...names.map((name) => el('td', {class: 'num'}, count(column.checks.filter((check) => check.verdict === name).length))),
    el('td', {class: 'num'}, count(column.known_count)),
    el('td', {}, column.problem ? `not checked: ${column.problem.message}${column.problem.hint && ` (${column.problem.hint})`}`
                                : column.skips.map(([token, times]) => `${times} ${token}`).join(', '))));
  return section('Brokers', el('div', {class: 'card scroll', tabindex: '0'}, el('table', {}, head, el('tbody', {}, ...rows))));
}

function baselineSection() {
  const stale = columns.flatMap((column) => column.stale.map((entry) => el('li', {}, badge('stale', 'bad'), ' ',
    el('code', {}, entry.where), ` ${entry.id} is listed as ${entry.listed} for ${column.title}, it is ${entry.now} now: remove the entry`)));
  const bare = columns.flatMap((column) => column.known).filter((entry) => entry.reason === derived.unexplained).length;
  if (!stale.length && !bare) return null;
  return section('Baseline', el('div', {class: 'card padded'}, stale.length && el('ul', {}, ...stale),
    bare && el('p', {}, `${plural(bare, 'known deviation has', 'known deviations have')} no reason yet.`)));
}

function originSection() {
  const {machine} = matrix;
  return section('Run it again', el('div', {class: 'card padded'}, el('pre', {}, matrix.command_line), el('dl', {class: 'facts'},
    ...term('handfast', matrix.handfast_version), ...term('OpenSSL', matrix.openssl_version), ...term('Host', machine.host), ...term('Kernel', machine.kernel),
    ...term('CPU', machine.cpu && `${machine.cpu}, ${plural(machine.cores, 'core')}`),
    ...columns.flatMap((column) => term(`Log of ${column.title}`, column.broker.log_file)))));
}

function build() {
  document.title = `${derived.outcome}: conformance of ${columns.map((column) => column.title).join(', ')}`;
  document.getElementById('report').append(...[
    el('div', {class: 'masthead'}, el('b', {}, 'handfast'), el('span', {}, 'MQTT conformance matrix')),
    verdictCard(), brokersSection(), baselineSection(), checksSection(columns), originSection(),
    el('footer', {}, `Made by handfast ${matrix.handfast_version}. This file is complete in itself: it loads nothing.`),
  ].filter(Boolean));
  followTools();
  document.body.dataset.rows = String(document.querySelectorAll('tr[data-standings]').length);
}
build();
