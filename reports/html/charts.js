// The charts of a run: each says what the numbers mean in its title and caption, and has them as a table.
const {result, derived} = JSON.parse(document.getElementById('data').textContent);
const series = result.load.series;
const ends = series.at_s;
const lengths = ends.map((at, i) => at - (i ? ends[i - 1] : 0));
const begins = ends.map((_, i) => (i ? ends[i - 1] : 0));
const zeroes = () => ends.map(() => 0);
const perSecond = (column) => (column ?? zeroes()).map((value, i) => (lengths[i] > 0 ? value / lengths[i] : 0));
const timed = (values) => values.map((value, i) => [ends[i], value]);
// Events of the timeline stand on every time axis under their numbers; the section Timeline tells them in words.
const events = result.timeline ?? [];
const eventAt = (event) => event.began_s ?? event.planned_s;
const eventMarks = events.map((event, i) => ({at: eventAt(event), label: String(i + 1), tone: event.outcome === 'failed' ? '--bad' : '--ink',
  text: `Event ${i + 1} at second ${round(eventAt(event))}: ${event.what}, ${event.outcome}`})).filter((mark, i) => events[i].began_s !== null && mark.at <= ends.at(-1));
const timeAxis = () => ({marks: eventMarks, title: 'seconds since the start of the load', low: 0, high: ends.at(-1), text: (at) => `second ${round(at)}`});

const percentileSeries = [['p50', 'p50_s', '--c1'], ['p90', 'p90_s', '--c3'], ['p99', 'p99_s', '--c2'], ['p99.9', 'p99_9_s', '--c4'], ['max', 'max_s', '--c6']];
const phaseNames = {dns: 'DNS', tcp: 'TCP connect', tls: 'TLS handshake', upgrade: 'WebSocket upgrade', connack: 'CONNECT to CONNACK'};
const phaseColours = {dns: '--c6', tcp: '--c3', tls: '--c1', upgrade: '--c4', connack: '--c5'};
const viewNames = {ready: 'Ready', tls: 'TLS handshake', cookie: 'DTLS cookie', tcp: 'TCP connect', upgrade: 'WebSocket upgrade', connack: 'CONNACK', suback: 'SUBACK', puback: 'PUBACK', pubcomp: 'PUBCOMP',
  delivery: 'Delivery', outage: 'Outage', back_off: 'Back-off'};

/** A chart over time from columns: [{label, values, colour, dash, wash, thin}]. */
function timeChart(title, caption, axisTitle, unit, columns, more = {}) {
  const used = columns.filter((column) => column.values.some((value) => value > 0) || column.always);
  const plot = {x: timeAxis(), panels: [{title: axisTitle, unit, series: used.map((column) => ({...column, points: timed(column.values)})), ...more}]};
  return figure(title, caption, plot, () => ({head: ['second', ...used.map((column) => column.label)], rows: ends.map((at, i) => [round(at), ...used.map((column) => round(column.values[i]))])}));
}

function rateChart(of, caption) {
  return timeChart('Rate offered and achieved', caption, 'connections per second', '/s', [
    {label: 'offered', values: perSecond(of.planned), colour: '--c6', dash: '6 4', always: true},
    {label: 'achieved', values: perSecond(of.ready), colour: '--c1', wash: true, always: true},
    {label: 'failed', values: perSecond(of.failed), colour: '--c2', thin: true},
    {label: 'dropped', values: perSecond(of.dropped), colour: '--c5', thin: true}]);
}

function openChart(of) {
  const most = largest(of.connected ?? [0]);
  return timeChart('Connections open', `At most ${plural(most, 'connection')} stood at the end of a second; the rest of those in flight were still on their way.`, 'connections', '', [
    {label: 'in flight', values: of.in_flight ?? zeroes(), colour: '--c6', dash: '6 4', always: true},
    {label: 'connected', values: of.connected ?? zeroes(), colour: '--c3', wash: true, always: true}]);
}

function messagesChart(of) {
  if (!of.published && !of.delivered) return null;
  return timeChart('Messages', 'Sent by publishers, acknowledged by the broker, received by subscribers.', 'messages per second', '/s', [
    {label: 'published', values: perSecond(of.published), colour: '--c6', dash: '6 4'},
    {label: 'acknowledged', values: perSecond(of.acked), colour: '--c1'},
    {label: 'delivered', values: perSecond(of.delivered), colour: '--c3'}]);
}

function percentileView(phase, column) {
  const unit = latencyUnit(largest(column.p99_s));
  const points = (key) => ends.map((at, i) => [at, column.count[i] ? column[key][i] * unit.factor : null]);
  const seen = column.p50_s.filter((value) => value > 0);
  const log = largest(column.max_s) > 12 * smallest(seen);
  const worst = ends.reduce((best, _, i) => (column.p99_s[i] > column.p99_s[best] ? i : best), 0);
  const from = column.time === 'response' ? 'Response time, from the intended start' : 'Service time, from the actual start of the phase';
  const caption = `${from}. The slowest second was ${round(ends[worst])}: p99 ${latency(column.p99_s[worst])}, max ${latency(column.max_s[worst])}.`;
  const plot = {x: timeAxis(), panels: [{title: `${unit.name}${log ? ' (logarithmic)' : ''}`, unit: unit.name, log,
    series: percentileSeries.map(([label, key, colour]) => ({label, colour, points: points(key), thin: label === 'max', dash: label === 'max' ? '2 3' : null}))}]};
  return [viewNames[phase] ?? phase, caption, plot, () => ({head: ['second', 'samples', ...percentileSeries.map(([label]) => `${label}, ${unit.name}`)],
    rows: ends.map((at, i) => [round(at), round(column.count[i]), ...percentileSeries.map(([, key]) => (column.count[i] ? round(column[key][i] * unit.factor) : ''))])})];
}

function percentilesChart(of) {
  const views = Object.keys(viewNames).filter((phase) => of.latency[phase]).map((phase) => percentileView(phase, of.latency[phase]));
  return views.length ? figureOf('Latency over time', views) : null;
}

/** Where a share lies on the logarithmic percentile axis: every nine takes the same space. */
const percentileTicks = [[0, '0 %'], [0.30103, '50 %'], [1, '90 %'], [2, '99 %'], [3, '99.9 %'], [4, '99.99 %'], [5, '99.999 %']];
const shareText = (x) => `${digits((1 - 10 ** -x) * 100, 0, Math.ceil(x) + 1)} % of the connections`;

function distributionChart(curves) {
  const wanted = [['ready', 'response', 'ready, from the intended start', '--c4', null], ['tls', 'response', 'TLS handshake, response time', '--c2', null],
                  ['tls', 'service', 'TLS handshake, service time', '--c1', '6 4'], ['delivery', 'response', 'delivery of messages', '--c3', null]];
  const lines = wanted.map(([phase, kind, label, colour, dash]) => ({label, colour, dash, raw: curves[phase]?.[kind] ?? []})).filter((s) => s.raw.length);
  if (!lines.length) return null;
  const unit = latencyUnit(largest(lines.map((s) => s.raw.at(-1)[1])) / 4);
  for (const line of lines) line.points = line.raw.map(([x, y]) => [x, y * unit.factor]);
  const most = largest(lines.map((s) => s.raw.at(-1)[0]));
  const at = (line, x) => line.points.reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a))[1];
  const plot = {x: {title: 'percentile (logarithmic)', low: 0, high: Math.max(most, 1), ticks: percentileTicks.slice(1), text: shareText},
    panels: [{title: `${unit.name} (logarithmic)`, unit: unit.name, log: true, height: 220, series: lines}]};
  return figure('Latency distribution', 'What share of the connections was at least as fast. Response time counts from the intended start, so a gap to the service time is waiting.', plot, () => ({
    head: ['percentile', ...lines.map((line) => `${line.label}, ${unit.name}`)],
    rows: [...percentileTicks.slice(1).filter(([x]) => x < most), [most, 'max']].map(([x, label]) => [label, ...lines.map((line) => round(at(line, x)))])}));
}

function phasesChart(of) {
  const phases = Object.keys(phaseNames).filter((phase) => of.latency[phase]);
  if (!phases.length) return null;
  const unit = latencyUnit(largest(ends.map((_, i) => phases.reduce((sum, phase) => sum + of.latency[phase].p50_s[i], 0))));
  return timeChart('Where the time goes', 'Median service time of each phase of a connection, one on the other, second by second.', unit.name, unit.name,
    phases.map((phase) => ({label: phaseNames[phase], colour: phaseColours[phase], values: of.latency[phase].p50_s.map((value) => value * unit.factor)})), {stacked: true});
}

/** Bars in rows: [{label, note, parts: [{value, text, colour, name}]}]; all share one scale. */
function barRows(rows) {
  const most = largest(rows.map((row) => row.parts.reduce((sum, part) => sum + part.value, 0))) || 1;
  return el('div', {class: 'bar-rows'}, ...rows.map((row) => el('div', {class: 'bar-row'}, el('span', {class: 'bar-label'}, row.label),
    el('span', {class: 'bar', 'aria-hidden': 'true'}, ...row.parts.map((part) => el('i', {style: `--key: var(${part.colour}); width: ${(part.value / most * 100).toFixed(2)}%`, title: part.name ? `${part.name}: ${part.text}` : part.text}))),
    el('span', {class: 'bar-note num'}, row.note))));
}

function phasesByFleet(fleets) {
  const phases = Object.keys(phaseNames).filter((phase) => fleets.some((fleet) => fleet.latency[phase]?.service.count));
  if (!phases.length) return null;
  const p50 = (fleet, phase) => fleet.latency[phase]?.service.p50_s ?? 0;
  const sum = (fleet) => phases.reduce((total, phase) => total + p50(fleet, phase), 0);
  const shown = fleets.slice().sort((a, b) => sum(b) - sum(a)).slice(0, 12);
  const keys = phases.map((phase) => el('span', {class: 'key'}, el('i', {class: 'block', style: `--key: var(${phaseColours[phase]})`, 'aria-hidden': 'true'}), phaseNames[phase]));
  return el('figure', {class: 'chart card'}, el('h3', {}, 'Phases by fleet'),
    el('figcaption', {}, `Median service time of each phase over the whole load${shown.length < fleets.length ? `; the ${shown.length} slowest of ${count(fleets.length)} fleets` : ''}.`),
    barRows(shown.map((fleet) => ({label: fleet.name, note: latency(sum(fleet)), parts: phases.map((phase) => ({name: phaseNames[phase], value: p50(fleet, phase), text: latency(p50(fleet, phase)), colour: phaseColours[phase]}))}))),
    el('div', {class: 'legend'}, ...keys),
    dataTable(() => ({head: ['fleet', ...phases.map((phase) => phaseNames[phase])], rows: fleets.map((fleet) => [fleet.name, ...phases.map((phase) => latency(p50(fleet, phase)))])})));
}

const errorColours = ['--c2', '--c5', '--c4', '--c1', '--c3'];

function errorsChart(of) {
  if (!of.failures.length) return null;
  const total = (failure) => failure.count.reduce((sum, value) => sum + value, 0);
  const causes = of.failures.slice().sort((a, b) => total(b) - total(a));
  const columns = causes.slice(0, errorColours.length).map((failure, i) => ({label: `${failure.phase}: ${derived.causes[failure.cause] ?? failure.cause}`, colour: errorColours[i], values: zeroes(), of: [failure]}));
  if (causes.length > columns.length) columns.push({label: 'other causes', colour: '--c6', values: zeroes(), of: causes.slice(columns.length)});
  for (const column of columns) for (const failure of column.of) failure.ticks.forEach((tick, i) => { column.values[tick] += failure.count[i]; });
  const sum = causes.reduce((all, failure) => all + total(failure), 0);
  return timeChart('Errors by cause', `${plural(sum, 'failed connection')}; most often: ${columns[0].label}.`, 'failed connections', '', columns, {begins});
}

function generatorChart(health) {
  const unit = latencyUnit(largest(series.generator.lag_max_s));
  const scaled = (values) => timed(values.map((value) => value * unit.factor));
  const missed = series.generator.late_starts.map((value, i) => value + (series.all.dropped?.[i] ?? 0));
  const caption = `${round(health.cores_used)} of ${plural(health.workers, 'worker thread')} busy on average, loop lag p99 ${latency(health.lag_p99_s)}, ${plural(health.late_starts, 'late start')}, ${count(health.dropped)} dropped.`;
  const plot = {x: timeAxis(), panels: [
    {title: 'CPU, cores', unit: 'cores', height: 90, limit: {value: health.workers, text: 'all workers busy'}, series: [{label: 'CPU', colour: '--c1', wash: true, points: timed(series.generator.cpu)}]},
    {title: `loop lag, ${unit.name}`, unit: unit.name, height: 80, series: [{label: 'lag p99', colour: '--c2', points: scaled(series.generator.lag_p99_s)}, {label: 'lag max', colour: '--c6', thin: true, dash: '2 3', points: scaled(series.generator.lag_max_s)}]},
    {title: 'missed starts', height: 50, begins, series: [{label: 'late or dropped starts', colour: '--c5', points: timed(missed)}]}]};
  return figure('Generator health', caption, plot, () => ({head: ['second', 'cores', `lag p99, ${unit.name}`, `lag max, ${unit.name}`, 'missed starts'],
    rows: ends.map((at, i) => [round(at), round(series.generator.cpu[i]), round(series.generator.lag_p99_s[i] * unit.factor), round(series.generator.lag_max_s[i] * unit.factor), round(missed[i])])}));
}

function brokerChart(broker) {
  const mebi = 1 / 1048576;
  const memory = series.broker.rss_bytes.map((value) => value * mebi);
  const caption = `${round(broker.cpu_seconds)} CPU seconds, at most ${round(broker.rss_max_bytes * mebi)} MiB memory and ${count(broker.open_files_max)} open files.`;
  const plot = {x: timeAxis(), panels: [
    {title: 'CPU, cores', unit: 'cores', height: 90, series: [{label: 'CPU', colour: '--c1', wash: true, points: timed(series.broker.cpu)}]},
    {title: 'resident memory, MiB', unit: 'MiB', height: 80, series: [{label: 'memory', colour: '--c3', wash: true, points: timed(memory)}]},
    {title: 'open files', height: 50, series: [{label: 'open files', colour: '--c6', points: timed(series.broker.open_files)}]}]};
  return figure('Broker', caption, plot, () => ({head: ['second', 'cores', 'memory, MiB', 'open files'], rows: ends.map((at, i) => [round(at), round(series.broker.cpu[i]), round(memory[i]), round(series.broker.open_files[i])])}));
}

/** What each rate of a search came to, by rate, whatever the order in which they were tried. */
function searchChart(search) {
  if (search.steps.length < 2) return null;
  const steps = [...search.steps].sort((a, b) => a.offered_per_s - b.offered_per_s);
  const unit = latencyUnit(largest(steps.map((s) => s.ready_p99_s)));
  const by = (value) => steps.map((s) => [s.offered_per_s, value(s)]);
  const dots = steps.map((s) => [s.offered_per_s, s.achieved_per_s, s.held ? '--good' : s.generator_limited ? '--warn' : '--bad']);
  const knee = search.knee_per_s === null ? 'No rate held' : `The highest rate that held is ${round(search.knee_per_s)}/s`;
  const plot = {x: {title: 'offered per second', low: steps[0].offered_per_s, high: steps.at(-1).offered_per_s, text: (x) => `offered ${round(x)}/s`}, panels: [
    {title: 'connections per second', unit: '/s', height: 150, series: [{label: 'offered', colour: '--c6', dash: '6 4', points: by((s) => s.offered_per_s)}, {label: 'achieved', colour: '--c1', points: by((s) => s.achieved_per_s)}, {label: '', colour: '--c1', dots: true, points: dots}]},
    {title: `ready p99, ${unit.name}`, unit: unit.name, height: 80, series: [{label: 'ready p99', colour: '--c4', points: by((s) => s.ready_p99_s * unit.factor)}]}]};
  return figure('Rates tried', `${knee}. Green points held, red ones did not, at yellow ones the generator was the limit.`, plot,
    () => ({head: ['offered/s', 'started/s', 'achieved/s', `ready p99, ${unit.name}`], rows: steps.map((s) => [round(s.offered_per_s), round(s.started_per_s), round(s.achieved_per_s), round(s.ready_p99_s * unit.factor)])}));
}
