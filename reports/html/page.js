// The page: reads the embedded result and builds the sections. Foreign text goes in as text nodes only.
const data = JSON.parse(document.getElementById('data').textContent);
const {result, derived} = data;

function bytes(value) {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let step = 0;
  while (value >= 1024 && step + 1 < names.length) { value /= 1024; ++step; }
  return `${round(value)} ${names[step]}`;
}

const outcomeTones = {PASSED: ['good', '✓'], FAILED: ['bad', '✗'], ERROR: ['bad', '!'], 'NOT VALID': ['warn', '!'], INTERRUPTED: ['warn', '–']};
function verdictCard() {
  const [tone, icon] = outcomeTones[derived.outcome] ?? ['calm', '?'];
  const fact = (name, value) => value && el('span', {}, el('span', {}, name), value);
  return el('section', {class: `verdict card tone-${tone}`, 'aria-label': 'Verdict'},
    el('div', {class: 'word', id: 'verdict'}, el('span', {class: 'icon', 'aria-hidden': 'true'}, icon), derived.outcome),
    el('h1', {}, result.scenario.name || 'handfast run'),
    result.scenario.summary && el('p', {class: 'soft'}, result.scenario.summary),
    derived.reasons.length && el('ul', {}, ...derived.reasons.map((reason) => el('li', {}, reason))),
    el('div', {class: 'facts'},
      fact('Broker', `${result.broker.driver} ${result.broker.version}`.trim()),
      fact('Started', result.started_at), fact('Duration', `${round(result.duration_s)} s`)));
}

function keyNumbers() {
  const numbers = [];
  const add = (label, value, note) => numbers.push(el('div', {class: 'number card'}, el('div', {class: 'label'}, label), el('b', {}, value), note && el('div', {class: 'note'}, note)));
  const passed = result.checks.filter((check) => check.verdict === 'pass').length;
  if (result.checks.length) add('Checks passed', `${count(passed)} of ${count(result.checks.length)}`, derived.checks_text);
  const held = result.thresholds.filter((threshold) => threshold.passed).length;
  if (result.thresholds.length) add('Thresholds held', `${count(held)} of ${count(result.thresholds.length)}`);
  const fleets = result.load.fleets;
  if (fleets.length) {
    const sum = (key) => fleets.reduce((total, fleet) => total + fleet[key], 0);
    const rate = derived.fleets.reduce((total, fleet) => total + fleet.achieved_per_s, 0);
    add('Connections', count(sum('succeeded')), `${plural(sum('failed'), 'failure')}, ${count(sum('dropped'))} dropped`);
    add('Achieved rate', `${round(rate)}/s`, `${plural(fleets.length, 'fleet')} together`);
    const slowest = fleets.filter((f) => f.latency.tls?.response.count).sort((a, b) => b.latency.tls.response.p99_s - a.latency.tls.response.p99_s)[0];
    if (slowest) add('Handshake p99', latency(slowest.latency.tls.response.p99_s), `response time of ${slowest.name}`);
    // Fleets may share identities, so their counts are named side by side and never added up.
    const certified = fleets.filter((fleet) => fleet.distinct_certificates);
    if (certified.length) {
      add('Client certificates', count(Math.max(...certified.map((fleet) => fleet.distinct_certificates))),
          certified.length === 1 ? 'each completed a connection' : certified.map((fleet) => `${fleet.name} ${count(fleet.distinct_certificates)}`).join(', '));
    }
  }
  for (const search of result.searches) {
    const knee = search.knee_per_s === null ? 'none held' : `${round(search.knee_per_s)}/s${search.lower_bound ? ' or more' : ''}`;
    add('Knee', knee, search.fleet);
  }
  return numbers.length ? el('div', {class: 'numbers'}, ...numbers) : null;
}

function thresholdsSection() {
  if (!result.thresholds.length) return null;
  const rows = result.thresholds.map((threshold) => el('tr', {},
    el('td', {class: 'fit'}, badge(threshold.passed ? '✓ held' : threshold.evaluated ? '✗ missed' : '✗ no value', threshold.passed ? 'good' : 'bad')),
    el('td', {class: 'mono'}, threshold.expression), el('td', {class: 'num'}, threshold.observed)));
  const head = el('tr', {}, el('th', {scope: 'col'}, 'Result'), el('th', {scope: 'col'}, 'Threshold'), el('th', {scope: 'col', class: 'num'}, 'Observed'));
  return section('Thresholds', el('div', {class: 'card scroll'}, el('table', {}, head, ...rows)));
}

function checkRow(check) {
  return el('details', {class: 'check', 'data-verdict': check.verdict},
    el('summary', {},
      el('span', {}, badge(check.verdict, verdictTones[check.verdict] ?? 'calm')),
      el('span', {}, check.title, el('span', {class: 'id mono'}, check.id), check.reason && el('span', {class: 'why'}, check.reason)),
      el('span', {class: 'seen'}, el('span', {}, 'expected'), check.expected, el('br'), check.observed && el('span', {}, 'observed'), check.observed)),
    el('div', {class: 'evidence'},
      el('dl', {class: 'facts'}, ...term('Level', check.level), ...term('Source', check.reference), ...term('Took', latency(check.duration_s))),
      ...check.observations.map(observationBlock)));
}

/** Buttons that show all checks or those that did not pass. */
function checkFilter(rows, groups) {
  const buttons = [['All', () => true], ['Not passed', (row) => row.dataset.verdict !== 'pass']].map(([label, keep], i) => {
    const button = el('button', {type: 'button', 'aria-pressed': String(i === 0)}, `${label} (${rows.filter(keep).length})`);
    button.addEventListener('click', () => {
      for (const row of rows) row.hidden = !keep(row);
      for (const group of groups) group.hidden = ![...group.querySelectorAll('details.check')].some((row) => !row.hidden);
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
    });
    return button;
  });
  return el('div', {class: 'tools'}, ...buttons);
}

function checksSection() {
  if (!result.checks.length) return null;
  const names = [...new Set(result.checks.map((check) => check.group))];
  const rows = [];
  const groups = names.map((name) => {
    const checks = result.checks.filter((check) => check.group === name);
    const own = checks.map(checkRow);
    rows.push(...own);
    const passed = checks.filter((check) => check.verdict === 'pass').length;
    return el('div', {class: 'group card'}, el('div', {class: 'group-head'}, el('h3', {}, name), el('span', {class: 'small soft'}, `${passed} of ${checks.length} passed`)), ...own);
  });
  return section('Checks', checkFilter(rows, groups), ...groups);
}

function negotiatedBlock(fleet) {
  const aspects = Object.entries(fleet.negotiated);
  if (!aspects.length) return null;
  const list = ([aspect, values]) => el('div', {}, el('h4', {}, aspect.replaceAll('_', ' ')),
    el('ul', {}, ...Object.entries(values).map(([value, times]) => el('li', {}, el('span', {}, value), el('span', {class: 'soft'}, count(times))))));
  return el('div', {class: 'card padded below'}, el('h3', {}, 'What was negotiated'), el('div', {class: 'negotiated'}, ...aspects.map(list)));
}

const latencyRows = [['ready', 'response', 'Ready, from the intended start'], ['tls', 'response', 'TLS handshake, response time'], ['tls', 'service', 'TLS handshake, service time'],
                     ['tcp', 'service', 'TCP connect'], ['upgrade', 'service', 'WebSocket upgrade'], ['connack', 'service', 'CONNECT to CONNACK']];

function latencyTable(fleet) {
  const rows = latencyRows.map(([phase, kind, label]) => [label, fleet.latency[phase]?.[kind]]).filter(([, histogram]) => histogram?.count);
  if (!rows.length) return null;
  const columns = [['p50', 'p50_s'], ['p90', 'p90_s'], ['p99', 'p99_s'], ['p99.9', 'p99_9_s'], ['max', 'max_s']];
  const head = el('tr', {}, el('th', {scope: 'col'}, 'Latency'), ...columns.map(([name]) => el('th', {scope: 'col', class: 'num'}, name)));
  return el('div', {class: 'card scroll below', tabindex: '0'}, el('table', {class: 'latency'}, head, ...rows.map(([label, histogram]) =>
    el('tr', {}, el('td', {}, label), ...columns.map(([, key]) => el('td', {class: 'num'}, latency(histogram[key])))))));
}

function fleetBlock(fleet) {
  const own = derived.fleets.find((entry) => entry.name === fleet.name);
  const plan = result.fleets.find((entry) => entry.name === fleet.name);
  const told = plan && [plan.role && `role: ${plan.role}`, plan.behaviour, `${count(plan.clients)} clients`, plan.load, plan.tls_engine, plan.verification && `verification: ${plan.verification}`, plan.key_mode].filter(Boolean).join(' · ');
  const did = [`${count(fleet.succeeded)} connections`, plural(fleet.failed, 'failure'), `${count(fleet.dropped)} dropped`, `${count(fleet.capped)} held back by max_in_flight`, `${count(fleet.interrupted)} interrupted`, `${count(fleet.distinct_certificates)} client certificates`,
               `${count(fleet.resumed)} resumed`, `${bytes(fleet.sent_bytes)} sent`, `${bytes(fleet.received_bytes)} received`].join(' · ');
  const ticks = ticksOf(result.load.series);
  const charts = [ticks.length ? rateChart(ticks, fleet.name, own) : null, ticks.length ? handshakeChart(ticks, fleet.name) : null, distributionChart(own.curves)].filter(Boolean);
  return el('article', {}, el('div', {class: 'fleet-head'}, el('h3', {}, `${fleet.name} on ${fleet.listener}`), told && el('p', {}, told), el('p', {}, did),
              fleet.warm_up.planned > 0 && el('p', {}, `warm-up left out of all figures (${plural(fleet.warm_up.started, 'connection')}, ${count(fleet.warm_up.failed)} of them failed)`), ...own.lifecycle.map((line) => el('p', {}, line))),
            el('div', {class: 'grid'}, ...charts), latencyTable(fleet), negotiatedBlock(fleet));
}

function loadSections() {
  const {fleets, workers, series} = result.load;
  const ticks = ticksOf(series);
  if (!fleets.length) return [];
  const overall = [phasesChart(fleets), failuresChart(derived.failures), ticks.length && workers.length ? generatorChart(ticks, derived.generator) : null,
                   ticks.length && result.broker.watched ? brokerChart(ticks, result.broker) : null].filter(Boolean);
  return [section('Load', el('div', {class: 'grid'}, ...overall)), section('Fleets', ...fleets.map(fleetBlock))];
}

function searchStepRow(step) {
  const [text, tone] = step.held ? ['✓ held', 'good'] : step.generator_limited ? ['! generator', 'warn'] : ['✗ did not hold', 'bad'];
  return el('tr', {}, el('td', {class: 'fit'}, badge(text, tone)),
    ...[step.offered_per_s, step.started_per_s, step.achieved_per_s].map((value) => el('td', {class: 'num'}, round(value))),
    el('td', {class: 'num'}, step.ready_p99_s ? latency(step.ready_p99_s) : ''), el('td', {}, step.why));
}

/** The rates in the order in which they were tried, as each follows from what the ones before showed. */
function searchBlock(search) {
  const names = [['Result', ''], ['offered/s', 'num'], ['started/s', 'num'], ['achieved/s', 'num'], ['ready p99', 'num'], ['Why', '']];
  const head = el('tr', {}, ...names.map(([name, kind]) => el('th', {scope: 'col', class: kind}, name)));
  const chart = searchChart(search);
  return el('article', {}, el('div', {class: 'fleet-head'}, el('h3', {}, search.fleet), el('p', {}, search.conclusion)),
            chart && el('div', {class: 'grid'}, chart),
            el('div', {class: 'card scroll below', tabindex: '0'}, el('table', {}, head, ...search.steps.map(searchStepRow))));
}

function searchesSection() {
  if (!result.searches.length) return null;
  return section('Search for the knee', ...result.searches.map(searchBlock));
}

function againSection() {
  return section('Run it again', el('div', {class: 'card padded'},
    result.command_line && el('pre', {}, result.command_line),
    el('p', {class: 'small'}, el('span', {class: 'soft'}, 'Seed '), el('code', {}, result.seed), result.scenario.file && [el('span', {class: 'soft'}, ' · Scenario file '), el('code', {}, result.scenario.file)]),
    result.scenario.resolved && el('details', {}, el('summary', {}, 'The resolved scenario, defaults filled in'), el('pre', {class: 'below'}, result.scenario.resolved))));
}

function originSection() {
  const {machine, broker} = result;
  const listeners = broker.listeners.map((listener) => el('div', {}, `${listener.name}: `, el('span', {class: 'mono'}, listener.url)));
  return section('Machine and versions', el('div', {class: 'card padded'}, el('dl', {class: 'facts'},
    ...term('handfast', result.handfast_version), ...term('OpenSSL', result.openssl_version),
    ...term('Broker', `${broker.driver} ${broker.version}`.trim()), ...term('Broker log', broker.log_file),
    ...(listeners.length ? term('Listeners', el('div', {}, ...listeners)) : []),
    ...(result.pki.length ? term('PKI', el('div', {}, ...result.pki.map((entry) => el('div', {}, entry)))) : []),
    ...term('Host', machine.host), ...term('Kernel', machine.kernel),
    ...term('CPU', machine.cpu && `${machine.cpu}, ${plural(machine.cores, 'core')}`), ...term('Memory', machine.memory_bytes && bytes(machine.memory_bytes)))));
}

function problemsSection() {
  if (!result.problems.length) return null;
  return section('Problems met', el('div', {class: 'card padded'}, ...result.problems.map((problem) =>
    el('p', {}, badge(problem.kind, 'bad'), ' ', problem.where && el('code', {}, `${problem.where}: `), problem.message, problem.hint && el('span', {class: 'soft'}, ` (${problem.hint})`)))));
}

function build() {
  document.title = `${derived.outcome}: ${result.scenario.name || 'handfast run'}`;
  document.getElementById('report').append(...[
    el('div', {class: 'masthead'}, el('b', {}, 'handfast'), el('span', {}, 'MQTT broker report')),
    verdictCard(), keyNumbers(), problemsSection(), thresholdsSection(), searchesSection(), checksSection(), ...loadSections(), againSection(), originSection(),
    el('footer', {}, `Made by handfast ${result.handfast_version}. This file is complete in itself: it loads nothing.`),
  ].filter(Boolean));
  drawAll();
}

/** Paper is light and shows everything. */
function showAll(on) {
  document.documentElement.classList.toggle('printing', on);
  for (const details of document.querySelectorAll('details.check, section > .card > details')) details.open = on || details.dataset.open === 'true';
  drawAll();
}

window.addEventListener('error', (event) => { document.body.dataset.errors = `${document.body.dataset.errors ?? ''}${event.message}\n`; });
window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.dataset.open = String(details.open);
  showAll(true);
});
window.addEventListener('afterprint', () => showAll(false));
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
build();
