// The page of the conformance matrix: checks x brokers, evidence behind every cell.
const {matrix, derived} = JSON.parse(document.getElementById('data').textContent);
const columns = matrix.brokers.map((broker, i) => ({...derived.columns[i], ...broker}));
const many = columns.length > 1;
const tones = {...verdictTones, known: 'calm'};
const outcomes = {PASSED: ['good', '✓'], FAILED: ['bad', '✗'], ERROR: ['bad', '!'], 'NOT VALID': ['warn', '!'], INTERRUPTED: ['warn', '–']};

/** "fail", or "known" where the baseline lists exactly that. */
const standing = (column, check) => column.known.some((entry) => entry.id === check.id) ? 'known' : check.verdict;

/** Rows in the order in which they first appear, with a cell for each broker. */
function rowsOf() {
  const rows = new Map();
  columns.forEach((column, i) => column.checks.forEach((check) => {
    if (!rows.has(check.id)) rows.set(check.id, {spec: check, cells: columns.map(() => null)});
    rows.get(check.id).cells[i] = check;
  }));
  return [...rows.values()];
}

function verdictCard() {
  const [tone, icon] = outcomes[derived.outcome] ?? ['calm', '?'];
  const fact = (name, value) => value && el('span', {}, el('span', {}, name), value);
  return el('section', {class: `verdict card tone-${tone}`, 'aria-label': 'Verdict'},
    el('div', {class: 'word', id: 'verdict'}, el('span', {class: 'icon', 'aria-hidden': 'true'}, icon), derived.outcome),
    el('h1', {}, 'Conformance of ', columns.map((column) => column.title).join(', ')),
    derived.reasons.length && el('ul', {}, ...derived.reasons.map((reason) => el('li', {}, reason))),
    el('div', {class: 'facts'}, fact('Started', matrix.started_at), fact('Duration', `${round(matrix.duration_s)} s`), fact('Baseline', matrix.baseline_file)));
}

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

function evidenceOf(column, check) {
  const known = column.known.find((entry) => entry.id === check.id);
  return el('div', {class: 'evidence'}, el('h4', {}, `${check.id} on ${column.title}: ${check.verdict}`),
    el('dl', {class: 'facts'}, ...term('Known', known && known.reason), ...term('Expected', check.expected), ...term('Observed', check.observed), ...term('Why', check.reason),
      ...term('Level', check.level), ...term('Source', check.reference), ...term('Took', latency(check.duration_s)), ...term('More', el('code', {}, `handfast explain ${check.id}`))),
    ...check.observations.map(observationBlock));
}

/** A cell: its word, which opens and closes a row with the evidence. */
function cellOf(row, i, width) {
  const [column, check] = [columns[i], row.cells[i]];
  if (!check) return el('td', {class: 'soft', 'aria-label': 'did not run'}, '–');
  const word = standing(column, check);
  const button = el('button', {type: 'button', class: `cell badge tone-${tones[word] ?? 'calm'}`, 'aria-expanded': 'false',
    'aria-label': `${word}: evidence of ${check.id} on ${column.title}`}, word);
  button.addEventListener('click', () => {
    const open = button.getAttribute('aria-expanded') !== 'true';
    const line = button.closest('tr');
    for (const other of line.querySelectorAll('button.cell')) other.setAttribute('aria-expanded', 'false');
    if (line.nextElementSibling?.classList.contains('evidence-row')) line.nextElementSibling.remove();
    button.setAttribute('aria-expanded', String(open));
    if (open) line.after(el('tr', {class: 'evidence-row'}, el('td', {colspan: String(width)}, evidenceOf(column, check))));
  });
  return el('td', {class: 'fit'}, button);
}

function lineOf(row) {
  const width = columns.length + (many ? 2 : 3);
  const only = row.cells[0];
  const known = !many && columns[0].known.find((entry) => entry.id === only.id);
  return el('tr', {'data-standings': [...new Set(row.cells.map((cell, i) => cell ? standing(columns[i], cell) : 'none'))].join(' ')},
    el('th', {scope: 'row'}, row.spec.title, el('span', {class: 'id mono'}, row.spec.id)), el('td', {class: 'fit'}, row.spec.level),
    ...row.cells.map((cell, i) => cellOf(row, i, width)),
    !many && el('td', {class: 'why'}, only.verdict === 'pass' ? only.observed : known ? `known: ${known.reason}` : only.reason || only.observed));
}

/** Filters by what the cells came to and by group; a row stays when one of its cells fits. */
function tools(groups) {
  const lines = groups.flatMap((group) => group.lines);
  const has = (line, word) => line.dataset.standings.split(' ').includes(word);
  const words = [...Object.keys(verdictTones), 'known'].filter((word) => lines.some((line) => has(line, word)));
  let keep = () => true;
  const shown = el('output', {'aria-live': 'polite'});
  const select = el('select', {'aria-label': 'Group'}, el('option', {}, 'all groups'), ...groups.map((group) => el('option', {}, `${group.name} (${group.lines.length})`)));
  const show = () => {
    let sum = 0;
    for (const old of document.querySelectorAll('tr.evidence-row')) old.remove();
    for (const button of document.querySelectorAll('button.cell')) button.setAttribute('aria-expanded', 'false');
    groups.forEach((group, i) => {
      const chosen = select.selectedIndex === 0 || select.selectedIndex === i + 1;
      for (const line of group.lines) line.hidden = !chosen || !keep(line);
      const left = group.lines.filter((line) => !line.hidden).length;
      for (const part of group.parts) part.hidden = left === 0;
      sum += left;
    });
    shown.textContent = `${sum} of ${plural(lines.length, 'row')}`;
  };
  const choices = [['all', () => true], ['not passed', (line) => line.dataset.standings.replace(/ ?none ?/, '') !== 'pass'], ...words.map((word) => [word, (line) => has(line, word)])];
  const buttons = choices.map(([label, filter], i) => {
    const button = el('button', {type: 'button', 'aria-pressed': String(i === 0)}, `${label} (${lines.filter(filter).length})`);
    button.addEventListener('click', () => {
      keep = filter;
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      show();
    });
    return button;
  });
  select.addEventListener('change', show);
  show();
  return el('div', {class: 'tools', role: 'group', 'aria-label': 'Filter'}, ...buttons, select, shown);
}

function matrixSection() {
  const rows = rowsOf();
  if (!rows.length) return null;
  const groups = [...new Set(rows.map((row) => row.spec.group))].map((name) => {
    const own = rows.filter((row) => row.spec.group === name);
    const passed = own.filter((row) => row.cells.every((cell) => !cell || cell.verdict === 'pass')).length;
    const lines = own.map(lineOf);
    const title = el('tbody', {class: 'head'}, el('tr', {}, el('th', {scope: 'rowgroup', colspan: String(columns.length + (many ? 2 : 3))},
      name, el('span', {class: 'soft'}, ` ${passed} of ${own.length} passed${many ? ' everywhere' : ''}`))));
    return {name, lines, parts: [title, el('tbody', {}, ...lines)]};
  });
  const head = el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'A correct broker'), el('th', {scope: 'col'}, 'Level'),
    ...columns.map((column) => el('th', {scope: 'col'}, column.title)), !many && el('th', {scope: 'col'}, 'Observed')));
  return section('Checks', tools(groups), el('div', {class: `card scroll ${columns.length > 6 ? 'wide' : 'free'}`, tabindex: columns.length > 6 ? '0' : null},
    el('table', {class: 'matrix'}, head, ...groups.flatMap((group) => group.parts))));
}

function originSection() {
  const {machine} = matrix;
  return section('Run it again', el('div', {class: 'card padded'}, el('pre', {}, matrix.command_line), el('dl', {class: 'facts'},
    ...term('handfast', matrix.handfast_version), ...term('OpenSSL', matrix.openssl_version), ...term('Host', machine.host), ...term('Kernel', machine.kernel),
    ...term('CPU', machine.cpu && `${machine.cpu}, ${plural(machine.cores, 'core')}`),
    ...columns.flatMap((column) => term(`Log of ${column.title}`, column.broker.log_file)))));
}

window.addEventListener('error', (event) => { document.body.dataset.errors = `${document.body.dataset.errors ?? ''}${event.message}\n`; });

function build() {
  document.title = `${derived.outcome}: conformance of ${columns.map((column) => column.title).join(', ')}`;
  document.getElementById('report').append(...[
    el('div', {class: 'masthead'}, el('b', {}, 'handfast'), el('span', {}, 'MQTT conformance matrix')),
    verdictCard(), brokersSection(), baselineSection(), matrixSection(), originSection(),
    el('footer', {}, `Made by handfast ${matrix.handfast_version}. This file is complete in itself: it loads nothing.`),
  ].filter(Boolean));
  // The table's header stops below the filters, however many lines they take.
  const bar = document.querySelector('.tools');
  const follow = () => bar && document.documentElement.style.setProperty('--tools', `${bar.offsetHeight - 1}px`);
  window.addEventListener('resize', follow);
  follow();
  document.body.dataset.rows = String(document.querySelectorAll('tr[data-standings]').length);
}
build();
