// Charts: each is a title, a sentence, a canvas and the same numbers as a table. Data in, DOM nodes out.
const drawn = [];

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const largest = (...lists) => lists.flat().reduce((most, value) => Math.max(most, value), 0);

/** An axis with a title in the colours of the page. */
function axis(title, more = {}) {
  const {ticks, grid, ...rest} = more;
  return {
    title: {display: true, text: title, color: css('--soft')},
    ticks: {color: css('--soft'), maxRotation: 0, ...ticks},
    grid: {color: css('--line'), ...grid},
    beginAtZero: true,
    ...rest,
  };
}

function line(label, points, colour, more = {}) {
  return {
    label, data: points, borderColor: css(colour), backgroundColor: css(colour), borderWidth: 2,
    pointRadius: points.length > 1 ? 0 : 3, pointHitRadius: 8, tension: 0, ...more,
  };
}

function options(scales, more = {}) {
  return {
    responsive: true, maintainAspectRatio: false, animation: false,
    interaction: {mode: 'index', intersect: false},
    scales,
    ...more,
    plugins: {
      legend: {position: 'bottom', labels: {color: css('--ink'), boxWidth: 14, boxHeight: 2, padding: 12}},
      ...more.plugins,
    },
  };
}

/** A chart's numbers as a table, for readers without the picture. `table`: {head: [..], rows: [[..]]}. */
function dataTable(table) {
  const head = el('tr', {}, ...table.head.map((cell, i) => el('th', {class: i ? 'num' : '', scope: 'col'}, cell)));
  const rows = table.rows.map((row) => el('tr', {}, ...row.map((cell, i) => el('td', {class: i ? 'num' : ''}, cell))));
  return el('details', {class: 'data'}, el('summary', {}, 'Numbers as a table'),
            el('div', {class: 'scroll', tabindex: '0'}, el('table', {}, head, ...rows)));
}

/** `config` is a function, so that a change between light and dark can draw again with the new colours. */
function figure(title, caption, config, table) {
  const canvas = el('canvas', {role: 'img', 'aria-label': `${title}. ${caption}`});
  drawn.push({canvas, config, chart: null});
  return el('figure', {class: 'chart card'}, el('h3', {}, title), el('figcaption', {}, caption),
            el('div', {class: 'canvas'}, canvas), dataTable(table));
}

function drawAll() {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const entry of drawn) {
    if (entry.chart) entry.chart.destroy();
    entry.chart = new Chart(entry.canvas, entry.config());
  }
  document.body.dataset.drawn = String(drawn.filter((entry) => entry.chart).length);
}

/** The columns of the series as rows. */
const ticksOf = (series) => series.at_s.map((at_s, i) => ({
  at_s, generator_cpu: series.generator.cpu[i], generator_lag_max_s: series.generator.lag_max_s[i],
  broker_cpu: series.broker.cpu[i], broker_rss_bytes: series.broker.rss_bytes[i],
  fleets: series.fleets.map((f) => ({name: f.name, planned: f.planned?.[i] ?? 0, succeeded: f.succeeded?.[i] ?? 0, failed: f.failed?.[i] ?? 0,
    in_flight: f.in_flight?.[i] ?? 0, handshake_p50_s: f.latency.tls?.p50_s[i] ?? 0, handshake_p99_s: f.latency.tls?.p99_s[i] ?? 0})),
}));

/** The ticks of one fleet; `per_s` turns a count of the tick into a rate, whatever the tick's length. */
const seriesOf = (ticks, name) => ticks.map((tick, i) => {
  const length = tick.at_s - (i ? ticks[i - 1].at_s : 0);
  return {at: tick.at_s, per_s: (value) => (length > 0 ? value / length : 0), ...tick.fleets.find((f) => f.name === name)};
});
const timeAxis = () => axis('seconds since the start of the load', {type: 'linear', beginAtZero: false, ticks: {maxTicksLimit: 10}});
const xy = (rows, value) => rows.map((row) => ({x: row.at, y: value(row)}));

function rateChart(ticks, name, rates) {
  const rows = seriesOf(ticks, name).map((r) => ({planned: 0, succeeded: 0, failed: 0, ...r}));
  const caption = `Offered ${round(rates.offered_per_s)}/s on average, achieved ${round(rates.achieved_per_s)}/s.`;
  const config = () => ({
    type: 'line',
    data: {datasets: [
      line('offered', xy(rows, (r) => r.per_s(r.planned)), '--c6', {borderDash: [6, 4]}),
      line('achieved', xy(rows, (r) => r.per_s(r.succeeded)), '--c1'),
      line('failed', xy(rows, (r) => r.per_s(r.failed)), '--c5', {borderWidth: 1.5}),
    ]},
    options: options({x: timeAxis(), y: axis('connections per second')}),
  });
  return figure('Rate: offered and achieved', caption, config, {
    head: ['second', 'offered', 'achieved', 'failed', 'in flight'],
    rows: rows.map((r) => [round(r.at), round(r.per_s(r.planned)), round(r.per_s(r.succeeded)), round(r.per_s(r.failed)), round(r.in_flight)]),
  });
}

function handshakeChart(ticks, name) {
  const rows = seriesOf(ticks, name).filter((r) => r.handshake_p99_s > 0);
  if (!rows.length) return null;
  const unit = latencyUnit(largest(rows.map((r) => r.handshake_p99_s)));
  const worst = rows.reduce((a, b) => (b.handshake_p99_s > a.handshake_p99_s ? b : a));
  const caption = `Service time, second by second; the slowest was second ${round(worst.at)} with a p99 of ${round(worst.handshake_p99_s * unit.factor)} ${unit.name}.`;
  const config = () => ({
    type: 'line',
    data: {datasets: [
      line('p99', xy(rows, (r) => r.handshake_p99_s * unit.factor), '--c2'),
      line('p50', xy(rows, (r) => r.handshake_p50_s * unit.factor), '--c1'),
    ]},
    options: options({x: timeAxis(), y: axis(`service time, ${unit.name}`)}),
  });
  return figure('TLS handshake over time', caption, config, {
    head: ['second', `p50, ${unit.name}`, `p99, ${unit.name}`],
    rows: rows.map((r) => [round(r.at), round(r.handshake_p50_s * unit.factor), round(r.handshake_p99_s * unit.factor)]),
  });
}

/** Where a share lies on the logarithmic percentile axis: every nine takes the same space. */
const percentileTicks = [[0, '0 %'], [0.30103, '50 %'], [1, '90 %'], [2, '99 %'], [3, '99.9 %'], [4, '99.99 %'], [5, '99.999 %']];
const shareText = (x) => `${((1 - 10 ** -x) * 100).toLocaleString('en', {maximumFractionDigits: Math.ceil(x)})} %`;

function percentileAxis(most) {
  return axis('percentile (logarithmic)', {
    type: 'linear', min: 0, max: Math.max(most, 1),
    afterBuildTicks: (scale) => { scale.ticks = percentileTicks.filter(([x]) => x > 0 && x <= scale.max).map(([value]) => ({value})); },
    ticks: {callback: (value) => (percentileTicks.find(([x]) => x === value) || [0, ''])[1], autoSkip: true},
  });
}

/** Logarithmic, because the tail is a hundred times the middle and both matter. */
const latencyAxis = (unit) => axis(`latency, ${unit.name} (log)`, {
  type: 'logarithmic',
  ticks: {autoSkip: false, callback: (value) => (/^[125]$/.test(String(value).replace(/[0.]/g, '')) ? round(value) : '')},
});

function distributionChart(curves) {
  const wanted = [
    ['ready', 'response', 'ready, from the intended start', '--c4', {}],
    ['tls', 'response', 'TLS handshake, response time', '--c2', {}],
    ['tls', 'service', 'TLS handshake, service time', '--c1', {borderDash: [6, 4]}],
  ];
  const series = wanted.map(([phase, kind, label, colour, more]) => ({label, colour, more, points: curves[phase]?.[kind] ?? []}))
                       .filter((s) => s.points.length);
  if (!series.length) return null;
  const unit = latencyUnit(largest(...series.map((s) => s.points.map((p) => p[1]))));
  const caption = 'Response time counts from the intended start, so a gap to the service time is waiting.';
  const config = () => ({
    type: 'line',
    data: {datasets: series.map((s) => line(s.label, s.points.map(([x, y]) => ({x, y: y * unit.factor})), s.colour, s.more))},
    options: options({x: percentileAxis(largest(...series.map((s) => s.points.map((p) => p[0])))), y: latencyAxis(unit)}, {
      interaction: {mode: 'nearest', axis: 'x', intersect: false},
      plugins: {tooltip: {callbacks: {title: (items) => (items.length ? shareText(items[0].parsed.x) : '')}}},
    }),
  });
  const at = (s, x) => s.points.reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a))[1];
  const most = largest(...series.map((s) => s.points.map((p) => p[0])));
  return figure('Latency distribution', caption, config, {
    head: ['percentile', ...series.map((s) => `${s.label}, ${unit.name}`)],
    rows: [...percentileTicks.filter(([x]) => x < most), [most, 'max']]
        .map(([x, label]) => [label, ...series.map((s) => round(at(s, x) * unit.factor))]),
  });
}

const phaseColours = {dns: '--c6', tcp: '--c3', tls: '--c1', upgrade: '--c4', connack: '--c2'};
const phaseNames = {dns: 'DNS', tcp: 'TCP connect', tls: 'TLS handshake', upgrade: 'WebSocket upgrade', connack: 'CONNECT to CONNACK'};

function phasesChart(fleets) {
  const phases = Object.keys(phaseNames).filter((p) => fleets.some((f) => f.latency[p]?.service.count));
  if (!phases.length) return null;
  const p50 = (fleet, phase) => fleet.latency[phase]?.service.p50_s ?? 0;
  const unit = latencyUnit(largest(fleets.map((f) => phases.reduce((sum, p) => sum + p50(f, p), 0))));
  const config = () => ({
    type: 'bar',
    data: {
      labels: fleets.map((f) => f.name),
      datasets: phases.map((p) => ({label: phaseNames[p], data: fleets.map((f) => p50(f, p) * unit.factor), backgroundColor: css(phaseColours[p]), maxBarThickness: 44})),
    },
    options: options({x: axis(`median service time, ${unit.name}`, {stacked: true}), y: axis('fleet', {stacked: true, grid: {display: false}})}, {indexAxis: 'y'}),
  });
  return figure('Where the time goes', 'Median service time of each phase of a connection.', config, {
    head: ['fleet', ...phases.map((p) => `${phaseNames[p]}, ${unit.name}`)],
    rows: fleets.map((f) => [f.name, ...phases.map((p) => round(p50(f, p) * unit.factor))]),
  });
}

const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function failuresChart(failures) {
  if (!failures.length) return null;
  const total = failures.reduce((sum, f) => sum + f.count, 0);
  const room = () => (window.innerWidth < 600 ? 20 : 34);
  const label = (f) => [shorten(f.text, room()), shorten(`${f.phase}, ${f.fleet}`, room())];
  const config = () => ({
    type: 'bar',
    data: {labels: failures.map(label), datasets: [{label: 'failed connections', data: failures.map((f) => f.count), backgroundColor: css('--c5'), maxBarThickness: 22}]},
    options: options({x: axis('failed connections', {ticks: {precision: 0}}), y: axis('', {title: {display: false}, grid: {display: false}, ticks: {color: css('--ink'), autoSkip: false}})},
                     {indexAxis: 'y', plugins: {legend: {display: false}}}),
  });
  return figure('Failures by cause', `${round(total)} failed connections; most: ${shorten(failures[0].text, 120)}.`, config, {
    head: ['cause', 'phase', 'fleet', 'count'],
    rows: failures.map((f) => [f.text, f.phase, f.fleet, round(f.count)]),
  });
}

/** Two quantities over time, one on each side. `left`, `right`: {label, title, colour, value(tick)}. */
function pairChart(title, caption, ticks, left, right) {
  const side = (s, id) => line(s.label, ticks.map((t) => ({x: t.at_s, y: s.value(t)})), s.colour, {yAxisID: id, borderDash: id === 'right' ? [6, 4] : []});
  const config = () => ({
    type: 'line',
    data: {datasets: [side(left, 'y'), side(right, 'right')]},
    options: options({x: timeAxis(), y: axis(left.title), right: axis(right.title, {position: 'right', grid: {drawOnChartArea: false}})}),
  });
  return figure(title, caption, config, {
    head: ['second', left.title, right.title],
    rows: ticks.map((t) => [round(t.at_s), round(left.value(t)), round(right.value(t))]),
  });
}

/** What each rate of a search came to, by rate, whatever the order in which they were tried. */
function searchChart(search) {
  if (search.steps.length < 2) return null;
  const steps = [...search.steps].sort((a, b) => a.offered_per_s - b.offered_per_s);
  const unit = latencyUnit(largest(steps.map((s) => s.ready_p99_s)));
  const by = (value) => steps.map((s) => ({x: s.offered_per_s, y: value(s)}));
  const tones = () => steps.map((s) => css(s.held ? '--good' : s.generator_limited ? '--warn' : '--bad'));
  const config = () => ({
    type: 'line',
    data: {datasets: [
      line('achieved', by((s) => s.achieved_per_s), '--c1', {pointRadius: 5, pointBackgroundColor: tones(), pointBorderColor: tones()}),
      line('offered', by((s) => s.offered_per_s), '--c6', {borderDash: [6, 4]}),
      line('ready p99', by((s) => s.ready_p99_s * unit.factor), '--c4', {borderWidth: 1.5, yAxisID: 'right'}),
    ]},
    options: options({x: axis('offered per second', {type: 'linear', beginAtZero: false}), y: axis('connections per second'),
                      right: axis(`ready p99, ${unit.name}`, {position: 'right', grid: {drawOnChartArea: false}})}),
  });
  const knee = search.knee_per_s === null ? 'No rate held' : `The highest rate that held is ${round(search.knee_per_s)}/s`;
  return figure(`Search: ${search.fleet}`, `${knee}. Green points held, red ones did not, at yellow ones the generator was the limit.`, config, {
    head: ['offered/s', 'started/s', 'achieved/s', `ready p99, ${unit.name}`],
    rows: steps.map((s) => [round(s.offered_per_s), round(s.started_per_s), round(s.achieved_per_s), round(s.ready_p99_s * unit.factor)]),
  });
}

function generatorChart(ticks, health) {
  const unit = latencyUnit(largest(ticks.map((t) => t.generator_lag_max_s)));
  const caption = `${round(health.cores_used)} of ${health.workers} worker threads busy on average, loop lag p99 ` +
                  `${round(health.lag_p99_s * unit.factor)} ${unit.name}, ${round(health.late_starts)} late starts.`;
  return pairChart('The generator itself', caption, ticks,
    {label: 'CPU', title: 'cores', colour: '--c1', value: (t) => t.generator_cpu},
    {label: 'largest loop lag', title: `lag, ${unit.name}`, colour: '--c2', value: (t) => t.generator_lag_max_s * unit.factor});
}

function brokerChart(ticks, broker) {
  const mebi = 1 / 1048576;
  const caption = `${round(broker.cpu_seconds)} CPU seconds, at most ${round(broker.rss_max_bytes * mebi)} MiB memory and ${round(broker.open_files_max)} open files.`;
  return pairChart('The broker', caption, ticks,
    {label: 'CPU', title: 'cores', colour: '--c1', value: (t) => t.broker_cpu},
    {label: 'memory', title: 'resident memory, MiB', colour: '--c3', value: (t) => t.broker_rss_bytes * mebi});
}
