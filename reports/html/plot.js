// Plots as SVG: axes, lines, areas and bars in the colours of the style sheet, so that light, dark and paper need no
// redrawing. Data in, DOM nodes out.
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
const largest = (...lists) => lists.flat().reduce((most, value) => Math.max(most, value), 0);
const smallest = (values) => values.reduce((least, value) => Math.min(least, value), Infinity);

/** 1, 2 or 5 times a power of ten: the distance of at most `most` steps over `span`. */
function niceStep(span, most) {
  const rough = span / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => power * factor >= rough * 0.999);
}

function linearScale(low, high, from, to, most) {
  const step = niceStep(high - low || 1, most);
  const first = Math.ceil(low / step - 1e-9);
  const ticks = Array.from({length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1)}, (_, i) => (first + i) * step);
  return {at: (value) => from + (value - low) / (high - low || 1) * (to - from), ticks: ticks.map((value) => [value, axisText(value, step)])};
}

function logScale(low, high, from, to, most) {
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const all = [];
  for (let power = Math.floor(a); power <= Math.ceil(b); ++power) for (const factor of [1, 2, 5]) all.push(factor * 10 ** power);
  const inside = all.filter((value) => value >= low * 0.999 && value <= high * 1.001);
  const decades = inside.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9);
  const shown = inside.length <= most ? inside : decades.length <= most ? decades : decades.filter((_, i) => i % Math.ceil(decades.length / most) === 0);
  return {at: (value) => from + (Math.log10(Math.max(value, low)) - a) / (b - a || 1) * (to - from), ticks: shown.map((value) => [value, axisText(value, value)])};
}

/** A number on an axis whose ticks are `step` apart. */
function axisText(value, step) {
  if (Math.abs(value) >= 1e6) return `${round(value / 1e6)} M`;
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return digits(value, places, places);
}

/** What the y axis of a panel spans: from zero, or for a logarithmic one around the values. */
function spanOf(panel) {
  const values = panel.stacked || panel.begins ? totals(panel.series) : panel.series.flatMap((s) => s.points.map((p) => p[1]));
  if (panel.limit) values.push(panel.limit.value);
  if (!panel.log) return [0, (largest(values) || 1) * 1.04];
  const positive = values.filter((value) => value > 0);
  return positive.length ? [smallest(positive) * 0.85, largest(positive) * 1.15] : [1, 10];
}

const totals = (series) => (series[0]?.points ?? []).map((_, i) => series.reduce((sum, s) => sum + s.points[i][1], 0));

const pathOf = (points) => points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)},${y.toFixed(1)}`).join('');

/** A line with gaps where a value is null; single points become dots. */
function lineNodes(series, x, y) {
  const runs = [[]];
  for (const [at, value] of series.points) {
    if (value === null) runs.push([]);
    else runs.at(-1).push([x(at), y(value)]);
  }
  const style = {class: `line ${series.thin ? 'thin' : ''}`, style: `stroke: var(${series.colour})`, 'stroke-dasharray': series.dash ?? null};
  return runs.filter((run) => run.length).flatMap((run) => (run.length > 1
    ? [series.wash && svg('path', {class: 'wash', style: `fill: var(${series.colour})`, d: `${pathOf(run)}L${run.at(-1)[0]},${y(0)}L${run[0][0]},${y(0)}Z`}), svg('path', {...style, d: pathOf(run)})]
    : [svg('circle', {style: `fill: var(${series.colour})`, cx: run[0][0], cy: run[0][1], r: 2.5})]));
}

/** Areas on top of each other; all series have the same x values. */
function stackNodes(panel, x, y) {
  const base = (panel.series[0]?.points ?? []).map(() => 0);
  return panel.series.map((series) => {
    const lower = series.points.map((p, i) => [x(p[0]), y(base[i])]);
    series.points.forEach((p, i) => { base[i] += p[1]; });
    const upper = series.points.map((p, i) => [x(p[0]), y(base[i])]);
    if (upper.length === 1) { upper.push([upper[0][0] + 8, upper[0][1]]); lower.push([lower[0][0] + 8, lower[0][1]]); }
    return svg('path', {class: 'stack', style: `fill: var(${series.colour})`, d: `${pathOf(upper)}L${pathOf(lower.reverse()).slice(1)}Z`});
  });
}

/** Stacked bars, one for each tick; `begins` tells where each tick begins. */
function barNodes(panel, x, y) {
  const base = (panel.series[0]?.points ?? []).map(() => 0);
  return panel.series.flatMap((series) => series.points.map((p, i) => {
    const low = base[i];
    base[i] += p[1];
    if (!p[1]) return null;
    const [left, right] = [x(panel.begins[i]), x(p[0])];
    return svg('rect', {style: `fill: var(${series.colour})`, x: left + 0.25, width: Math.max(right - left - 0.5, 0.75), y: y(base[i]), height: Math.max(y(low) - y(base[i]), 1)});
  }));
}

function panelNodes(panel, box, x) {
  const scale = (panel.log ? logScale : linearScale)(...spanOf(panel), box.bottom, box.top, Math.max(2, Math.floor((box.bottom - box.top) / 34)));
  const marks = scale.ticks.map(([value, text]) => [
    svg('line', {class: 'grid-line', x1: box.left, x2: box.right, y1: scale.at(value), y2: scale.at(value)}),
    svg('text', {class: 'tick', x: box.left - 7, y: scale.at(value) + 4, 'text-anchor': 'end'}, text)]);
  const limit = panel.limit && [svg('line', {class: 'limit', x1: box.left, x2: box.right, y1: scale.at(panel.limit.value), y2: scale.at(panel.limit.value)}),
    svg('text', {class: 'tick', x: box.right, y: scale.at(panel.limit.value) + 13, 'text-anchor': 'end'}, panel.limit.text)];
  const draw = panel.begins ? barNodes : panel.stacked ? stackNodes : (p, sx, sy) => p.series.flatMap((s) => (s.dots ? dotNodes(s, sx, sy) : lineNodes(s, sx, sy)));
  return [svg('text', {class: 'axis-title', x: 0, y: box.top - 9}, panel.title), ...marks.flat(), ...draw(panel, x, scale.at), ...(limit || [])];
}

/** Moments on the x axis with the rows of their labels: where two would meet, one stands below the other. */
function placeMarks(marks, x) {
  let [taken, row] = [-Infinity, 0];
  return marks.map((mark) => {
    row = x(mark.at) - taken < 16 ? row + 1 : 0;
    taken = x(mark.at);
    return {...mark, x: taken, row};
  });
}

const markRow = 14;
/** The space above the panels that the labels of marks take. */
const markSpace = (marks) => (marks.length ? (largest(marks.map((mark) => mark.row)) + 1) * markRow + 4 : 0);

/** A line through all panels with a label on top of it. */
const markNodes = (marks, bottom) => marks.flatMap((mark) => [
  svg('line', {class: 'event', style: `stroke: var(${mark.tone})`, x1: mark.x, x2: mark.x, y1: (mark.row + 1) * markRow, y2: bottom}, svg('title', {}, mark.text)),
  svg('text', {class: 'event-label', style: `fill: var(${mark.tone})`, x: mark.x, y: (mark.row + 1) * markRow - 3, 'text-anchor': 'middle'}, mark.label, svg('title', {}, mark.text))]);

const dotNodes = (series, x, y) => series.points.map((p) => svg('circle', {style: `fill: var(${p[2]})`, cx: x(p[0]), cy: y(p[1]), r: 4.5}));

/** Width of a text on an axis, estimated: measuring would need a layout for each. */
const textWidth = (text) => text.length * 6.7;

function xScale(plot, left, right) {
  const most = Math.max(2, Math.floor((right - left) / 72));
  if (!plot.x.ticks) return linearScale(plot.x.low, plot.x.high, left, right, most);
  const at = (value) => left + (value - plot.x.low) / (plot.x.high - plot.x.low) * (right - left);
  const shown = [];
  for (const tick of plot.x.ticks.filter(([value]) => value >= plot.x.low && value <= plot.x.high)) {
    if (!shown.length || at(tick[0]) - at(shown.at(-1)[0]) > textWidth(tick[1]) + 10) shown.push(tick);
  }
  return {at, ticks: shown};
}

/** Draws the plot as wide as its place is now. */
function draw(plot) {
  const width = Math.round(plot.place.clientWidth);
  if (width < 60) return;  // in something that is closed
  const labels = plot.panels.flatMap((panel) => (panel.log ? logScale : linearScale)(...spanOf(panel), 1, 0, 6).ticks.map(([, text]) => text));
  const left = Math.min(Math.max(28, largest(labels.map(textWidth)) + 12), width / 3);
  const right = width - 14;
  const x = xScale(plot, left, right);
  const marks = placeMarks(plot.x.marks ?? [], x.at);
  const nodes = [];
  let top = markSpace(marks);
  for (const panel of plot.panels) {
    const box = {left, right, top: top + 26, bottom: top + 26 + (panel.height ?? 190)};
    nodes.push(...panelNodes(panel, box, x.at));
    top = box.bottom + 12;
  }
  const bottom = top - 12;
  for (const [value, text] of x.ticks) {
    const at = x.at(value);
    const anchor = at + textWidth(text) / 2 > width ? 'end' : 'middle';
    nodes.push(svg('line', {class: 'tick-mark', x1: at, x2: at, y1: bottom, y2: bottom + 4}), svg('text', {class: 'tick', x: anchor === 'end' ? width : at, y: bottom + 17, 'text-anchor': anchor}, text));
  }
  nodes.push(svg('line', {class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom}), svg('text', {class: 'axis-title', x: right, y: bottom + 34, 'text-anchor': 'end'}, plot.x.title));
  nodes.push(...markNodes(marks, bottom));
  const cross = svg('line', {class: 'cross', x1: 0, x2: 0, y1: 20, y2: bottom, visibility: 'hidden'});
  const height = bottom + 40;
  const picture = svg('svg', {role: 'img', 'aria-label': plot.text, width, height, viewBox: `0 0 ${width} ${height}`}, ...nodes.filter(Boolean), cross);
  plot.place.replaceChildren(picture);
  follow(plot, picture, cross, x.at);
}

/** The pointer chooses an x; the legend tells the values there. */
function follow(plot, picture, cross, at) {
  const xs = [...new Set(plot.panels.flatMap((panel) => panel.series.flatMap((s) => s.points.map((p) => p[0]))))];
  if (!xs.length) return;
  picture.addEventListener('pointermove', (event) => {
    const where = event.clientX - picture.getBoundingClientRect().left;
    const nearest = xs.reduce((best, value) => (Math.abs(at(value) - where) < Math.abs(at(best) - where) ? value : best));
    cross.setAttribute('x1', at(nearest));
    cross.setAttribute('x2', at(nearest));
    cross.setAttribute('visibility', 'visible');
    plot.tell(nearest);
  });
  picture.addEventListener('pointerleave', () => { cross.setAttribute('visibility', 'hidden'); plot.tell(null); });
}

/** The keys of all series, each with the value under the pointer. */
function legendOf(plot) {
  const entries = plot.panels.flatMap((panel) => panel.series.map((series) => {
    const value = el('b', {}, '');
    const key = el('i', {class: panel.stacked || panel.begins ? 'block' : series.dash ? 'dashed' : '', style: `--key: var(${series.colour})`, 'aria-hidden': 'true'});
    return {panel, series, value, node: el('span', {class: 'key'}, key, series.label, value)};
  }));
  const where = el('span', {class: 'where'}, '');
  plot.tell = (x) => {
    where.textContent = x === null ? '' : (plot.x.text ?? round)(x);
    for (const {panel, series, value} of entries) {
      const point = x === null ? null : series.points.find((p) => p[0] === x);
      value.textContent = point && point[1] !== null ? `${round(point[1])}${panel.unit ? ` ${panel.unit}` : ''}` : '';
    }
  };
  return el('div', {class: 'legend'}, ...entries.filter((entry) => entry.series.label).map((entry) => entry.node), where);
}

/** A chart's numbers as a table, for readers without the picture. `table()`: {head: [..], rows: [[..]]}, asked when it is
 * opened. */
function dataTable(table) {
  const details = el('details', {class: 'data'}, el('summary', {}, 'Numbers as a table'));
  details.addEventListener('toggle', () => {
    if (details.childElementCount > 1) return;
    const {head: names, rows: values} = table();
    const head = el('tr', {}, ...names.map((cell, i) => el('th', {class: i ? 'num' : '', scope: 'col'}, cell)));
    const rows = values.map((row) => el('tr', {}, ...row.map((cell, i) => el('td', {class: i ? 'num' : ''}, cell))));
    details.append(el('div', {class: 'scroll', tabindex: '0'}, el('table', {}, head, ...rows)));
  });
  return details;
}

/** The place of one picture and its legend; drawn when it gets its width, and when that changes. */
function pictureOf(title, caption, plot) {
  plot.text = [`${title}. ${caption}`, ...(plot.x.marks ?? []).map((mark) => `${mark.text}.`)].join(' ');
  plot.place = el('div', {class: 'plot'});
  const legend = legendOf(plot);
  const redraw = () => {
    if (plot.width === plot.place.clientWidth) return;
    plot.width = plot.place.clientWidth;
    draw(plot);
  };
  new ResizeObserver(() => requestAnimationFrame(redraw)).observe(plot.place);
  return [plot.place, legend];
}

/** A chart: title, a sentence, the picture and the same numbers as a table. */
function figure(title, caption, plot, table) {
  return el('figure', {class: 'chart card'}, el('h3', {}, title), el('figcaption', {}, caption), ...pictureOf(title, caption, plot), table && dataTable(table));
}

/** A chart with several views, of which buttons show one: [[label, caption, plot, table], ...]. */
function figureOf(title, views) {
  if (views.length === 1) return figure(title, ...views[0].slice(1));
  const body = el('div', {});
  const buttons = views.map(([label, caption, plot, table]) => {
    const button = el('button', {type: 'button', 'aria-pressed': 'false'}, label);
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      body.replaceChildren(el('figcaption', {}, caption), ...pictureOf(`${title}: ${label}`, caption, plot), table ? dataTable(table) : '');
    });
    return button;
  });
  buttons[0].click();
  return el('figure', {class: 'chart card'}, el('div', {class: 'chart-head'}, el('h3', {}, title), el('div', {class: 'views', role: 'group', 'aria-label': title}, ...buttons)), body);
}
