// Heat maps and bars, each drawn from a table of the page. Nothing moves, so that nobody minds.
import { BarChart, HeatmapChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

import {
  colours,
  drawnAlways,
  FONT,
  leftOut,
  nameOf,
  rowsOf,
  save,
  saveText,
  short,
} from './drawing.js';

use([
  ...[BarChart, HeatmapChart, AriaComponent, GridComponent, LegendComponent],
  ...[TooltipComponent, VisualMapComponent, CanvasRenderer, SVGRenderer],
]);

const NARROWEST = 560;
const ROW = 30;
const MOST = 40;
const number = (text) => (text ? Number(text.replaceAll(',', '')) : null);

/** What a table says: a name for each row, and the columns from the first of the picture on. */
function read(table, first) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const all = rowsOf(table);
  const rows = all.slice(0, MOST);
  return {
    total: all.length,
    columns: heads.slice(first),
    names: rows.map((row) => row[0].text),
    cells: rows.map((row) => row.slice(first)),
  };
}

function base(paint) {
  return {
    animation: false,
    backgroundColor: paint.paper,
    textStyle: { fontFamily: FONT, color: paint.text },
    tooltip: { renderMode: 'richText', confine: true },
    grid: { left: 8, right: 40, top: 12, bottom: 12, containLabel: true },
  };
}

function names(found, paint) {
  return {
    type: 'category',
    data: found.names.map((name) => short(name, 34)),
    inverse: true,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: paint.line } },
    axisLabel: { color: paint.text, fontSize: 13, interval: 0 },
  };
}

function heat(found, paint) {
  const data = found.cells.flatMap((row, y) =>
    row.map((cell, x) => [x, y, number(cell.text)]).filter(([, , value]) => value !== null),
  );
  const most = Math.max(1, ...data.map(([, , value]) => value));
  return {
    ...base(paint),
    xAxis: {
      type: 'category',
      position: 'top',
      data: found.columns.map((name) => short(name, 24)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: paint.line } },
      axisLabel: { color: paint.text, fontSize: 13, interval: 0, rotate: 40 },
    },
    yAxis: names(found, paint),
    // Over half of the most the number stands on the strong colour, else on the pale one.
    visualMap: {
      show: false,
      min: 0,
      max: most,
      inRange: { color: [paint.soft, paint.accent] },
    },
    series: [
      {
        type: 'heatmap',
        data: data.map((value) => ({
          value,
          label: { color: value[2] > most / 2 ? paint.paper : paint.text },
        })),
        label: { show: true, fontSize: 13 },
        itemStyle: { borderColor: paint.paper, borderWidth: 2 },
        emphasis: { itemStyle: { borderColor: paint.text } },
      },
    ],
  };
}

function bars(found, paint) {
  // A column that adds up the others would be drawn twice.
  const several = found.columns.length > 1;
  const shown = several ? found.columns.slice(0, -1) : found.columns;
  return {
    ...base(paint),
    grid: { ...base(paint).grid, top: several ? 40 : 12 },
    // Patterns tell the parts apart where colours do not.
    aria: { enabled: several, label: { enabled: false }, decal: { show: several } },
    color: [paint.accent, paint.second, paint.third],
    legend: several ? { top: 0, left: 0, textStyle: { color: paint.text, fontSize: 13 } } : undefined,
    xAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: { color: paint.muted },
      splitLine: { lineStyle: { color: paint.line } },
    },
    yAxis: names(found, paint),
    series: shown.map((name, at) => ({
      name,
      type: 'bar',
      stack: 'all',
      barMaxWidth: 18,
      data: found.cells.map((row) => number(row[at].text) ?? 0),
      label: several ? undefined : { show: true, position: 'right', color: paint.text },
    })),
  };
}

const KINDS = { heat, bars };

function draw(figure) {
  const table = document.querySelector(`table[data-table="${figure.dataset.table}"]`);
  const found = read(table, Number(figure.dataset.first));
  leftOut(figure, found.total - found.names.length);
  const option = () => KINDS[figure.dataset.picture](found, colours());
  figure.hidden = false;
  const place = figure.querySelector('.rg-picture__drawing');
  const width = Math.max(place.parentElement.clientWidth, NARROWEST);
  const height = found.names.length * ROW + (figure.dataset.picture === 'heat' ? 170 : 70);
  place.style.width = `${width}px`;
  place.style.height = `${height}px`;
  const chart = init(place, null, { renderer: 'canvas', width, height });
  drawnAlways(() => chart.setOption(option(), true));
  chart.on('click', ({ componentType, data, dataIndex, seriesIndex }) => {
    if (componentType !== 'series') return;
    const [x, y] = Array.isArray(data?.value) ? data.value : [seriesIndex, dataIndex];
    const { href } = found.cells[y][x];
    if (href) location.assign(href);
  });
  figure.querySelector('[data-save="png"]').addEventListener('click', () => {
    save(chart.getDataURL({ type: 'png', pixelRatio: 2 }), `${nameOf(figure)}.png`);
  });
  figure.querySelector('[data-save="svg"]').addEventListener('click', () => {
    const drawn = init(null, null, { renderer: 'svg', ssr: true, width, height });
    drawn.setOption(option());
    saveText(drawn.renderToSVGString(), 'image/svg+xml', `${nameOf(figure)}.svg`);
    drawn.dispose();
  });
}

for (const figure of document.querySelectorAll('[data-picture]')) {
  if (figure.dataset.picture in KINDS) draw(figure);
}
