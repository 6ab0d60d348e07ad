import { areaPath, barsPath, linePath, niceMax } from '../model/chart-geometry.js';
import { formatRate } from '../model/format.js';
import { SERIES_SECONDS } from '../model/rate-series.js';
import { byId, h, setAttribute, setProperty, setText, svg } from './dom.js';

/** @import { RateSeries } from '../model/rate-series.js' */

const BOX = { width: 600, height: 200 };

/** Five minutes of one channel: a bar a second, and the rate as a line. What was not heard is left open. */
export function createRateChart() {
  const chart = byId('rate-chart', HTMLElement);
  const [bars, area, line] = ['chart-bars', 'chart-area', 'chart-line'].map((name) =>
    svg('path', { class: name }),
  );
  if (!bars || !area || !line) throw new Error('no paths');
  const grid = [0, 0.5, 1].map((part) => {
    const y = String(BOX.height * part);
    return svg('line', { class: 'chart-grid', x1: '0', x2: String(BOX.width), y1: y, y2: y });
  });
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${BOX.width} ${BOX.height}`, preserveAspectRatio: 'none', role: 'img' },
    ...grid,
    bars,
    area,
    line,
  );
  const labels = [1, 0.5, 0].map((part) => {
    const label = h('span', { class: 'chart-label', 'data-side': 'right', 'aria-hidden': 'true' });
    setProperty(label, 'top', `${(1 - part) * 100}%`);
    return { part, label };
  });
  const past = h('span', { class: 'chart-label', 'data-side': 'bottom', 'aria-hidden': 'true' }, '5 min ago');
  setProperty(past, 'left', '0');
  const now = h('span', { class: 'chart-label', 'data-side': 'bottom', 'aria-hidden': 'true' }, 'now');
  setProperty(now, 'right', '0');
  chart.append(drawing, ...labels.map(({ label }) => label), past, now);

  /** @type {{ series: RateSeries | undefined, second: number }} */
  let drawn = { series: undefined, second: -1 };

  /** @param {RateSeries} series */
  return (series) => {
    const state = { series, second: series.newest };
    if (drawn.series === state.series && drawn.second === state.second) return;
    drawn = state;
    const rates = series.rates();
    const counts = series.counts();
    const max = niceMax([...rates, ...counts], 2);
    setAttribute(bars, 'd', barsPath(counts, { ...BOX, max }));
    setAttribute(area, 'd', areaPath(rates, { ...BOX, max }));
    setAttribute(line, 'd', linePath(rates, { ...BOX, max }));
    for (const { part, label } of labels) setText(label, formatRate(max * part));
    setAttribute(drawing, 'aria-label', describe(rates));
  };
}

/** @param {readonly number[]} rates */
function describe(rates) {
  const heard = rates.filter((rate) => !Number.isNaN(rate));
  const newest = heard.at(-1);
  if (newest === undefined) return 'Nothing heard yet';
  const minutes = Math.round(SERIES_SECONDS / 60);
  return `Now ${formatRate(newest)} messages a second; at most ${formatRate(Math.max(...heard))} in the last ${minutes} minutes`;
}
