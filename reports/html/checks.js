// The table of checks: one column for each broker, filters above it, evidence behind every cell. Reports of runs and
// conformance matrices share it. `columns`: [{title, checks, known}], where known lists what a baseline expects.
const tones = {...verdictTones, known: 'calm'};

/** "fail", or "known" where the baseline lists exactly that. */
const standing = (column, check) => column.known.some((entry) => entry.id === check.id) ? 'known' : check.verdict;

/** Rows in the order in which they first appear, with a cell for each broker. */
function rowsOf(columns) {
  const rows = new Map();
  columns.forEach((column, i) => column.checks.forEach((check) => {
    if (!rows.has(check.id)) rows.set(check.id, {spec: check, cells: columns.map(() => null)});
    rows.get(check.id).cells[i] = check;
  }));
  return [...rows.values()];
}

function evidenceOf(column, check) {
  const known = column.known.find((entry) => entry.id === check.id);
  return el('div', {class: 'evidence'}, el('h4', {}, `${check.id} on ${column.title}: ${check.verdict}`),
    el('dl', {class: 'facts'}, ...term('Known', known && known.reason), ...term('Expected', check.expected), ...term('Observed', check.observed), ...term('Why', check.reason),
      ...term('Level', check.level), ...term('Source', check.reference), ...term('Took', latency(check.duration_s)), ...term('More', el('code', {}, `handfast explain ${check.id}`))),
    ...check.observations.map(observationBlock));
}

/** A cell: its word, which opens and closes a row with the evidence. */
function cellOf(columns, row, i, width) {
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

function lineOf(columns, row) {
  const many = columns.length > 1;
  const width = columns.length + (many ? 2 : 3);
  const only = row.cells[0];
  const known = !many && columns[0].known.find((entry) => entry.id === only.id);
  return el('tr', {'data-standings': [...new Set(row.cells.map((cell, i) => cell ? standing(columns[i], cell) : 'none'))].join(' ')},
    el('th', {scope: 'row'}, row.spec.title, el('span', {class: 'id mono'}, row.spec.id)), el('td', {class: 'fit level'}, row.spec.level),
    ...row.cells.map((cell, i) => cellOf(columns, row, i, width)),
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

function checksSection(columns) {
  const many = columns.length > 1;
  const rows = rowsOf(columns);
  if (!rows.length) return null;
  const groups = [...new Set(rows.map((row) => row.spec.group))].map((name) => {
    const own = rows.filter((row) => row.spec.group === name);
    const passed = own.filter((row) => row.cells.every((cell) => !cell || cell.verdict === 'pass')).length;
    const lines = own.map((row) => lineOf(columns, row));
    const title = el('tbody', {class: 'head'}, el('tr', {}, el('th', {scope: 'rowgroup', colspan: String(columns.length + (many ? 2 : 3))},
      name, el('span', {class: 'soft'}, ` ${passed} of ${own.length} passed${many ? ' everywhere' : ''}`))));
    return {name, lines, parts: [title, el('tbody', {}, ...lines)]};
  });
  const head = el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'A correct broker'), el('th', {scope: 'col'}, 'Level'),
    ...columns.map((column) => el('th', {scope: 'col'}, column.title)), !many && el('th', {scope: 'col'}, 'Observed')));
  return section('Checks', tools(groups), el('div', {class: `card scroll ${columns.length > 6 ? 'wide' : 'free'}`, tabindex: columns.length > 6 ? '0' : null},
    el('table', {class: many ? 'matrix' : 'matrix single'}, head, ...groups.flatMap((group) => group.parts))));
}

/** The table's header stops below the filters, however many lines they take. */
function followTools() {
  const bar = document.querySelector('.tools');
  const follow = () => bar && document.documentElement.style.setProperty('--tools', `${bar.offsetHeight - 1}px`);
  window.addEventListener('resize', follow);
  follow();
}
