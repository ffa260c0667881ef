// Run inside a page: what a reader would complain about, as JSON in document.body.dataset.look.
function look() {
  const place = (node) => `${node.tagName ?? 'text'} "${node.textContent.trim().slice(0, 40)}"`;
  const visible = (box) => box.width > 0 && box.height > 0;
  const shown = (node) => node.checkVisibility();
  const scrolls = (node) => node.closest('.scroll') !== null;

  /** What reaches over the right edge of the page; tables may scroll in their own boxes. */
  const beyond = [...document.querySelectorAll('body *')].filter((node) => shown(node) && !scrolls(node) && visible(node.getBoundingClientRect()) &&
    node.getBoundingClientRect().right > document.documentElement.clientWidth + 1);

  /** The lines of text of a node. */
  const linesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter(visible);
  };
  const texts = [];
  const walker = document.createTreeWalker(document.getElementById('report'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.textContent.trim() && shown(node.parentElement)) for (const box of linesOf(node)) texts.push({node, box});
  }
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const overlaps = [];
  texts.sort((a, b) => a.box.top - b.box.top);
  texts.forEach((one, i) => {
    for (let k = i + 1; k < texts.length && texts[k].box.top < one.box.bottom; ++k) {
      const other = texts[k];
      const apart = scrolls(one.node.parentElement) || scrolls(other.node.parentElement);
      if (one.node !== other.node && !apart && meet(one.box, other.box)) overlaps.push(`${place(one.node)} on ${place(other.node)}`);
    }
  });

  const pictures = [...document.querySelectorAll('.plot svg')].filter(shown);
  const marks = (picture) => [...picture.querySelectorAll('path, rect, circle')].filter((mark) => visible(mark.getBoundingClientRect()) || mark.getTotalLength() > 5);
  const outside = pictures.flatMap((picture) => {
    const frame = picture.getBoundingClientRect();
    return [...picture.querySelectorAll('text, path, rect')].filter((node) => {
      const box = node.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    }).map(place);
  });

  /** Contrast of two colours (WCAG 2.1, 1.4.3). */
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const contrast = (a, b) => { const [x, y] = [light(colour(a)), light(colour(b))].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const faint = [['--ink', '--card', 7], ['--soft', '--card', 4.5], ['--soft', '--paper', 4.5], ...['good', 'bad', 'warn', 'calm'].map((tone) => [`--${tone}`, `--${tone}-wash`, 4.5]),
                 ...[1, 2, 3, 4, 5, 6].map((i) => [`--c${i}`, '--card', 3])].filter(([a, b, least]) => contrast(a, b) < least).map(([a, b]) => `${a} on ${b}: ${contrast(a, b).toFixed(2)}`);

  document.body.dataset.look = JSON.stringify({
    width: innerWidth, overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    beyond: beyond.slice(0, 5).map(place), overlaps: overlaps.slice(0, 5), outside: outside.slice(0, 5), faint,
    dark: matchMedia('(prefers-color-scheme: dark)').matches, paper: getComputedStyle(document.body).backgroundColor,
    pictures: pictures.length, empty: pictures.filter((picture) => marks(picture).length === 0).map((picture) => picture.getAttribute('aria-label')),
    untold: pictures.filter((picture) => !(picture.getAttribute('aria-label')?.length > 30)).length,
    broken: [...document.querySelectorAll('svg *')].filter((node) => [...node.attributes].some((attribute) => /NaN|Infinity|undefined/.test(attribute.value))).length,
    errors: document.body.dataset.errors ?? ''});
}

/** Pictures are drawn when their places have a width: not before all of them are there. */
const waiting = setInterval(() => {
  const places = [...document.querySelectorAll('.plot')].filter((place) => place.checkVisibility());
  if (places.some((place) => !place.querySelector('svg'))) return;
  clearInterval(waiting);
  window.beforeLook?.();
  look();
}, 50);
