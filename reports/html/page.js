// The page: reads the embedded result and builds the sections. Foreign text goes in as text nodes only.
function bytes(value) {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let step = 0;
  while (value >= 1024 && step + 1 < names.length) { value /= 1024; ++step; }
  return `${round(value)} ${names[step]}`;
}

const brokerName = () => `${result.broker.driver} ${result.broker.version}`.trim();
const verdictCard = () => verdictBlock(derived.outcome, result.scenario.name || 'handfast run', derived.reasons,
  [['Broker', brokerName()], ['Started', result.started_at], ['Duration', `${round(result.duration_s)} s`]],
  result.scenario.summary && el('p', {class: 'soft'}, result.scenario.summary));

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
    add('Connections', count(sum('succeeded')), `${plural(sum('failed'), 'failure')}, ${count(sum('dropped'))} dropped`);
    add('Achieved rate', `${round(derived.achieved_per_s)}/s`, `${plural(fleets.length, 'fleet')}, on average`);
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
  const word = (threshold) => (threshold.passed ? '✓ held' : threshold.evaluated ? '✗ missed' : '✗ no value');
  return section('Thresholds', grid([{name: 'Result', fit: true}, {name: 'Threshold', mono: true}, {name: 'Observed', num: true}], result.thresholds.map((threshold) => [
    {show: badge(word(threshold), threshold.passed ? 'good' : 'bad'), by: word(threshold)}, threshold.expression, threshold.observed])));
}

/** What was negotiated: `fleets` counted together. */
function negotiatedTable(fleets) {
  const sums = new Map();
  for (const fleet of fleets) {
    for (const [aspect, values] of Object.entries(fleet.negotiated)) {
      for (const [value, times] of Object.entries(values)) {
        const key = JSON.stringify([aspect, value]);
        const sum = sums.get(key) ?? {aspect: aspect.replaceAll('_', ' '), value, times: 0, fleets: []};
        sum.times += times;
        sum.fleets.push(fleet.name);
        sums.set(key, sum);
      }
    }
  }
  if (!sums.size) return null;
  const who = (names) => (names.length === result.load.fleets.length ? 'all' : names.length > 4 ? `${names.length} fleets` : names.join(', '));
  return grid([{name: 'What'}, {name: 'Value'}, {name: 'Handshakes', num: true}, ...(result.load.fleets.length > 1 ? [{name: 'Fleets'}] : [])],
    [...sums.values()].map((sum) => [sum.aspect, sum.value, {show: count(sum.times), by: sum.times}, ...(result.load.fleets.length > 1 ? [who(sum.fleets)] : [])]));
}

function negotiatedSection() {
  const table = negotiatedTable(result.load.fleets);
  return table && section('What was negotiated', table);
}

const latencyRows = [['ready', 'response', 'Ready, from the intended start'], ['tls', 'response', 'TLS handshake, response time'], ['tls', 'service', 'TLS handshake, service time'],
                     ['tcp', 'service', 'TCP connect'], ['upgrade', 'service', 'WebSocket upgrade'], ['connack', 'service', 'CONNECT to CONNACK'], ['suback', 'response', 'SUBSCRIBE to SUBACK'],
                     ['puback', 'response', 'PUBLISH to PUBACK'], ['pubcomp', 'response', 'PUBLISH to PUBCOMP'], ['delivery', 'response', 'Publish to delivery']];

function latencyTable(fleet) {
  const rows = latencyRows.map(([phase, kind, label]) => [label, fleet.latency[phase]?.[kind]]).filter(([, histogram]) => histogram?.count);
  if (!rows.length) return null;
  const columns = [['p50', 'p50_s'], ['p90', 'p90_s'], ['p99', 'p99_s'], ['p99.9', 'p99_9_s'], ['max', 'max_s']];
  return grid([{name: 'Latency'}, ...columns.map(([name]) => ({name, num: true}))], rows.map(([label, histogram]) => [label, ...columns.map(([, key]) => ({show: latency(histogram[key]), by: histogram[key]}))]), 'latency');
}

const ownByName = new Map(derived.fleets.map((entry) => [entry.name, entry]));
const ownOf = (fleet) => ownByName.get(fleet.name);

/** All about one fleet; its charts only when they say more than those of the whole load. */
function fleetBody(fleet) {
  const plan = result.fleets.find((entry) => entry.name === fleet.name);
  const told = plan && [plan.role && `role: ${plan.role}`, plan.behaviour, `${count(plan.clients)} clients`, plan.load, plan.tls_engine, plan.verification && `verification: ${plan.verification}`, plan.key_mode].filter(Boolean).join(' · ');
  const did = [`${count(fleet.succeeded)} connections`, plural(fleet.failed, 'failure'), `${count(fleet.dropped)} dropped`, `${count(fleet.capped)} held back by max_in_flight`, `${count(fleet.interrupted)} interrupted`, `${count(fleet.distinct_certificates)} client certificates`,
               `${count(fleet.resumed)} resumed`, `${bytes(fleet.sent_bytes)} sent`, `${bytes(fleet.received_bytes)} received`].join(' · ');
  const own = ownOf(fleet);
  const of = series.fleets.find((entry) => entry.name === fleet.name);
  const alone = result.load.fleets.length === 1;
  const charts = alone ? [] : [of && rateChart(of, rateCaption(own)), of && percentilesChart(of), own.curves && distributionChart(own.curves), of && phasesChart(of), of && errorsChart(of), of && messagesChart(of)];
  return el('div', {class: 'fleet-body'}, el('div', {class: 'fleet-head'}, told && el('p', {}, told), el('p', {}, did),
      fleet.warm_up.planned > 0 && el('p', {}, `warm-up left out of all figures (${plural(fleet.warm_up.started, 'connection')}, ${count(fleet.warm_up.failed)} of them failed)`), ...own.lifecycle.map((line) => el('p', {}, line))),
    charts.some(Boolean) && el('div', {class: 'grid'}, ...charts.filter(Boolean)), latencyTable(fleet), !alone && negotiatedTable([fleet]));
}

/** Filled when it is opened first: a load may have a thousand fleets. */
function fleetBlock(fleet, open) {
  const own = ownOf(fleet);
  const ready = fleet.latency.ready?.response;
  const summary = el('summary', {}, el('span', {class: 'fleet-name'}, fleet.name), el('span', {class: 'soft'}, `on ${fleet.listener} · ${round(own.achieved_per_s)}/s · ${plural(fleet.failed, 'failure')}${ready?.count ? ` · ready p99 ${latency(ready.p99_s)}` : ''}`));
  const details = el('details', {class: 'fleet card', 'data-fleet': fleet.name}, summary);
  const fillIn = () => { if (details.childElementCount === 1) details.append(fleetBody(fleet)); };
  details.addEventListener('toggle', fillIn);
  if (open) { fillIn(); details.open = true; }
  return details;
}

function fleetsSection() {
  const {fleets} = result.load;
  if (!fleets.length) return null;
  const p99 = (fleet, phase, kind) => fleet.latency[phase]?.[kind];
  const timeCell = (histogram) => (histogram?.count ? {show: latency(histogram.p99_s), by: histogram.p99_s} : {show: '–', by: -1});
  const numberCell = (value, text = count(value)) => ({show: text, by: value});
  // Of many fleets those are told whose names are pressed.
  const many = fleets.length > 40;
  const opened = el('div', {});
  const opener = (fleet) => {
    if (!many) return fleet.name;
    const button = el('button', {type: 'button', class: 'link'}, fleet.name);
    button.addEventListener('click', () => {
      const there = [...opened.children].find((block) => block.dataset.fleet === fleet.name);
      if (!there) opened.prepend(fleetBlock(fleet, true));
    });
    return button;
  };
  const table = fleets.length > 1 && grid([{name: 'Fleet'}, {name: 'Listener'}, ...['offered/s', 'achieved/s', 'connections', 'failed', 'dropped', 'handshake p99', 'ready p99'].map((name) => ({name, num: true}))],
    fleets.map((fleet) => [{show: opener(fleet), by: fleet.name}, fleet.listener, numberCell(ownOf(fleet).offered_per_s, round(ownOf(fleet).offered_per_s)), numberCell(ownOf(fleet).achieved_per_s, round(ownOf(fleet).achieved_per_s)),
      numberCell(fleet.succeeded), numberCell(fleet.failed), numberCell(fleet.dropped), timeCell(p99(fleet, 'tls', 'service')), timeCell(p99(fleet, 'ready', 'response'))]));
  const phases = fleets.length > 1 && phasesByFleet(fleets);
  if (!many) opened.append(...fleets.map((fleet) => fleetBlock(fleet, fleets.length <= 3)));
  return section('Fleets', table, opened, phases && el('div', {class: 'below'}, phases));
}

const rateCaption = (of) => `Offered ${round(of.offered_per_s)}/s on average, achieved ${round(of.achieved_per_s)}/s.`;

function loadSection() {
  const {fleets, workers} = result.load;
  if (!fleets.length || !ends.length) return null;
  const all = series.all;
  const charts = [rateChart(all, rateCaption(derived)), percentilesChart(all), distributionChart(derived.curves), phasesChart(all), errorsChart(all), messagesChart(all), openChart(all),
                  workers.length && generatorChart(derived.generator), result.broker.watched && brokerChart(result.broker)];
  return section('Load', el('div', {class: 'grid'}, ...charts.filter(Boolean)));
}

const messageLine = (message) => `${message.sent ? '→' : '←'} ${message.name.padEnd(24)} ${count(message.size_bytes).padStart(7)} B  +${latency(message.after_s)}`;

/** A failed connection as it went: its handshake messages with sizes and times. */
const sampleBlock = (sample) => el('div', {class: 'observation'}, el('h4', {}, sample.client_id || 'a client without identifier'),
  el('p', {class: 'small soft'}, [`second ${round(sample.at_s)}`, sample.detail, `failed after ${latency(sample.took_s)}`].filter(Boolean).join(' · ')),
  sample.messages.length ? el('pre', {class: 'messages'}, sample.messages.map(messageLine).join('\n')) : el('p', {class: 'small soft'}, 'no handshake message was seen'));

function failuresSection() {
  const {failures} = derived;
  if (!failures.length) return null;
  const most = largest(failures.map((failure) => failure.count));
  const row = (failure) => {
    const bar = el('span', {class: 'bar', 'aria-hidden': 'true'}, el('i', {style: `--key: var(--c2); width: ${(failure.count / most * 100).toFixed(2)}%`}));
    const head = [el('span', {class: 'cause'}, failure.text, el('span', {class: 'soft'}, `${failure.phase}, ${failure.fleet}`)), bar, el('span', {class: 'num'}, count(failure.count))];
    if (!failure.samples.length) return el('div', {class: 'failure'}, el('div', {class: 'failure-head'}, ...head, el('span', {})));
    return el('details', {class: 'failure'}, el('summary', {class: 'failure-head'}, ...head), el('div', {class: 'evidence'}, ...failure.samples.map(sampleBlock)));
  };
  return section('Failures by cause', el('div', {class: 'card'}, ...failures.map(row)));
}

function searchStepRow(step) {
  const [text, tone] = step.held ? ['✓ held', 'good'] : step.generator_limited ? ['! generator', 'warn'] : ['✗ did not hold', 'bad'];
  const rate = (value) => ({show: round(value), by: value});
  return [{show: badge(text, tone), by: text}, rate(step.offered_per_s), rate(step.started_per_s), rate(step.achieved_per_s),
          {show: step.ready_p99_s ? latency(step.ready_p99_s) : '', by: step.ready_p99_s}, step.why];
}

/** The rates in the order in which they were tried, as each follows from what the ones before showed. */
function searchBlock(search) {
  const columns = [{name: 'Result', fit: true}, ...['offered/s', 'started/s', 'achieved/s', 'ready p99'].map((name) => ({name, num: true})), {name: 'Why'}];
  const chart = searchChart(search);
  return el('article', {}, el('div', {class: 'fleet-head'}, el('h3', {}, search.fleet), el('p', {}, search.conclusion)),
            chart && el('div', {class: 'grid'}, chart), grid(columns, search.steps.map(searchStepRow)));
}

function searchesSection() {
  if (!result.searches.length) return null;
  return section('Search for the knee', ...result.searches.map(searchBlock));
}

/** What happened to broker and PKI; the numbers are those of the marks on the charts. */
function timelineSection() {
  if (!events.length) return null;
  const tones = {done: ['✓ done', 'good'], failed: ['✗ failed', 'bad'], 'not reached': ['! not reached', 'warn']};
  const shards = events.some((event) => event.shard !== undefined);
  const columns = [{name: '#', num: true}, {name: 'Outcome', fit: true}, ...['planned, s', 'began, s', 'took, s'].map((name) => ({name, num: true})), ...(shards ? [{name: 'Shard', num: true}] : []), {name: 'Event'}, {name: 'What came of it'}];
  const time = (value) => ({show: value === null ? '' : round(value), by: value ?? Infinity});
  const rows = events.map((event, i) => [{show: String(i + 1), by: i}, {show: badge(...tones[event.outcome]), by: event.outcome}, time(event.planned_s), time(event.began_s), time(event.took_s),
    ...(shards ? [{show: String(event.shard ?? ''), by: event.shard ?? -1}] : []), event.what, event.detail]);
  return section('Timeline', grid(columns, rows));
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
    verdictCard(), keyNumbers(), problemsSection(), thresholdsSection(), timelineSection(), searchesSection(), loadSection(), failuresSection(), fleetsSection(), negotiatedSection(),
    checksSection([{title: brokerName() || 'broker', checks: result.checks, known: []}]), againSection(), originSection(),
    el('footer', {}, `Made by handfast ${result.handfast_version}. This file is complete in itself: it loads nothing.`),
  ].filter(Boolean));
  followTools();
}

/** Paper shows everything that a click would open. */
window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details:not(.data)')) { details.dataset.open = String(details.open); details.open = true; }
});
window.addEventListener('afterprint', () => {
  for (const details of document.querySelectorAll('details:not(.data)')) details.open = details.dataset.open === 'true';
});
build();
