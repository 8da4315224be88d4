/** One self-contained page: no request to anywhere, whole without a script, readable on paper. */
import { type Chart, type ChartTable, chartStyle, escapeXml } from '../chart/svg.ts';
import { heatScript } from './heat-table.ts';

/** A table without a picture. */
export interface PageTable extends ChartTable {
  /** Closed on a screen until it is asked for, because it is long. Paper has all of it. */
  readonly folded?: boolean;
  /** Above the pictures. */
  readonly first?: boolean;
  /** Of each row, to be linked to. */
  readonly ids?: readonly string[];
}

export interface Page {
  readonly title: string;
  /** A sentence or two under the title, a line each where it has several. */
  readonly lead: string;
  /** Sentences below it. */
  readonly why?: readonly string[];
  readonly figures: readonly Chart[];
  readonly tables?: readonly PageTable[];
}

const style = `
:root{color-scheme:light dark;--ink:#1b1b1b;--soft:#5c5c5c;--line:#d5d5d5;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#ececec;--soft:#a9a9a9;--line:#444;--paper:#161616}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff}details::details-content{content-visibility:visible;display:block}summary,input{display:none}.heat table{min-width:0!important}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.25rem;max-width:86rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:0}p,li{max-width:80ch}p{margin:.25rem 0 1rem}ul{margin:0 0 1.25rem;padding-left:1.25rem}
.lead,.note,footer{color:var(--soft)}
.figures{display:flex;flex-wrap:wrap;gap:1.25rem;align-items:start;margin-bottom:1.5rem}
figure{flex:1 1 min(100%,26rem);margin:0;border:1px solid var(--line);border-radius:.5rem;padding:1rem;min-width:0}
figure svg{width:100%;max-width:32rem;height:auto;display:block;break-inside:avoid}@media (min-width:80rem){.beside{display:grid;grid-template-columns:30rem minmax(0,1fr);gap:0 1.5rem;align-items:start}.beside .scroll table{margin-top:0}.beside td{white-space:normal}.beside td.long{min-width:9rem}}figure.wide{flex-basis:100%}.wide svg{max-width:none;break-inside:auto}@media screen and (min-width:84rem){.figures:has(>#layers){display:grid;grid-template:auto 1fr/repeat(2,minmax(0,1fr))}.figures:has(>#layers.wide){grid-template-columns:minmax(0,1fr) 56.5rem}#layers{grid-column:2;grid-row:1/span 2}.figures:has(>#overlay){display:grid;grid-template-columns:repeat(3,minmax(0,1fr));row-gap:0}.figures>#overlay~figure{margin-bottom:1.25rem}#overlay{grid-row:1/span 99}#overlay,#scatter{position:sticky;top:1.25rem}}
@media screen and (max-width:30rem){body{padding:.75rem}figure{padding:.75rem .6rem}}
details{margin-top:.5rem}summary{cursor:pointer;color:var(--soft)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem;margin:.5rem 0}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{border-bottom:1px solid var(--line);padding:.2rem .6rem .2rem 0;text-align:left;white-space:nowrap;font-variant-numeric:tabular-nums}
tr{break-inside:avoid}td{vertical-align:top}td.long,td.prose{white-space:normal;overflow-wrap:anywhere;min-width:min(16rem,60vw);max-width:36rem}td.prose{min-width:min(30rem,40vw);max-width:48rem}@media screen and (max-width:600px){td.long,td.prose{min-width:7rem}.few th,.few td{white-space:normal}}
@media print{figure svg{max-width:26rem}.wide svg{width:100%!important;max-width:100%}.scroll{overflow:visible}table{font-size:.58rem}th,td{white-space:normal!important;overflow-wrap:anywhere;min-width:0!important;padding:.12rem .25rem .12rem 0}}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.75rem;font-size:.875rem}
input[type=search]{font:inherit;padding:.3rem .6rem;width:min(100%,22rem);margin-bottom:.75rem}
.heat{columns:calc(165px + var(--columns)*170px) var(--groups);gap:1.5rem}.heat>*{break-inside:avoid;padding-bottom:1rem}
.heat table{table-layout:fixed;width:100%;min-width:calc(105px + var(--columns)*95px);margin:0;font-size:.8125rem}.heat td,.heat th{padding:1px 1px 2px 0;border:0;white-space:normal}.heat caption{color:var(--soft);font-weight:400}.heat th:first-child{width:165px;overflow-wrap:anywhere}.heat tbody th{font-weight:400;font-size:.875rem;line-height:1.2;padding-right:.6rem}.heat small{display:block;color:var(--soft);font-size:.75rem}
.heat thead button{all:unset;cursor:pointer;font-weight:600}.heat thead button:hover{text-decoration:underline}.heat [aria-sort] button::after{content:' ↑'}
.heat a{display:block;position:relative;z-index:0;padding:0 .4rem;color:inherit;text-decoration:none;line-height:1.35;container-type:inline-size}.heat i{font-style:normal}@container(max-width:158px){.heat i{display:none}}.heat a:hover,.heat a:focus{text-decoration:underline}:focus-visible{outline:2px solid #0072b2;outline-offset:1px}
.heat+output:not(:empty){position:fixed;inset:auto 0 0;z-index:1;border-top:1px solid var(--line);padding:.4rem 1.25rem;background:var(--paper);font-size:.875rem}@media screen and (max-width:30rem){.heat th:first-child{width:105px}.heat tbody th{font-size:.8125rem}}
.heat a::before,.heat a::after{content:'';position:absolute;z-index:-1;inset:0;opacity:.14;background:var(--c)}.heat a::after{right:auto;width:var(--w);opacity:.28}.heat a.open::after{opacity:.1}
.good{--c:var(--good)}.near{--c:var(--near)}.bad{--c:var(--bad)}.muted{--c:var(--muted)}:target{outline:2px solid #0072b2}
code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}td code,li code{white-space:nowrap}
`;

/** With more columns than these a narrow screen scrolls, and does not break every cell. */
const fewColumns = 4;

/** Cells of these lengths break into lines; the longer ones are read, not scanned. */
const longLength = 32;
const proseLength = 100;

/** Options of the command stay whole where a line breaks. */
const proseHtml = (text: string): string =>
  escapeXml(text).replace(/(?<![^ (])--[a-z][a-z-]*/g, '<code>$&</code>');

const cellHtml = (cell: string): string => {
  const { length } = cell;
  const kind = length > proseLength ? ' class="prose"' : length > longLength ? ' class="long"' : '';
  return `<td${kind}>${proseHtml(cell)}</td>`;
};

const tableHtml = ({ caption, columns, rows, ids }: PageTable): string => {
  const titles = columns.map((column) => `<th scope="col">${escapeXml(column)}</th>`).join('');
  const lines = rows.map(
    (row, i) => `<tr${ids?.[i] ? ` id="${ids[i]}"` : ''}>${row.map(cellHtml).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0"><table${columns.length <= fewColumns ? ' class="few"' : ''}><caption>${escapeXml(caption)}</caption><thead><tr>${titles}</tr></thead><tbody>${lines.join('\n')}</tbody></table>${rows.length === 0 ? '<p class="note">None.</p>' : ''}</div>`;
};

const pageTableHtml = (table: PageTable): string =>
  table.folded === true
    ? `<details><summary>${escapeXml(table.caption)}</summary>${tableHtml(table)}</details>`
    : tableHtml(table);

/** In its own size, whatever the screen has. */
const wideSvg = (svg: string): string =>
  svg.replace(/viewBox="0 0 (\d+) \d+"/, (box, width: string) => `${box} style="width:${width}px"`);

/** The style of charts stands once in a page. */
const pictureHtml = ({ svg, wide }: Chart): string => {
  const bare = svg.replace(`<style>${chartStyle}</style>`, '');
  return wide === true ? `<div class="scroll" tabindex="0">${wideSvg(bare)}</div>` : bare;
};

const figureHtml = (figure: Chart): string =>
  [
    `<figure id="${escapeXml(figure.id)}"${figure.wide === true ? ' class="wide"' : ''}>`,
    `<h2>${escapeXml(figure.title)}</h2>`,
    figure.note === '' ? '' : `<p class="note">${escapeXml(figure.note)}</p>`,
    figure.html ?? pictureHtml(figure),
    `<details><summary>The numbers</summary>${tableHtml(figure.table)}</details>`,
    '</figure>',
  ].join('\n');

/** A picture that stands alone leaves room for tables beside it. */
const leavesRoom = (figures: readonly Chart[]): boolean => {
  const [before, last] = [figures.at(-2), figures.at(-1)];
  return last !== undefined && last.wide !== true && (before === undefined || before.wide === true);
};

/** @param maker for the foot: the exact command that made it, and the tool */
export const renderPage = (page: Page, maker: Record<'command' | 'tool', string>): string => {
  const { command, tool } = maker;
  const { figures, tables = [], why = [] } = page;
  const alone = figures.length - (leavesRoom(figures) ? 1 : 0);
  const below = tables.filter(({ first }) => !first).map(pageTableHtml);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // An icon of its own, so that no browser asks a server for one.
    '<link rel="icon" href="data:,">',
    `<title>${escapeXml(page.title)}</title>`,
    `<style>${style}${chartStyle}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escapeXml(page.title)}</h1>`,
    `<p class="lead">${escapeXml(page.lead).replaceAll('\n', '<br>')}</p>`,
    ...(why.length === 0
      ? []
      : ['<ul>', ...why.map((text) => `<li>${proseHtml(text)}</li>`), '</ul>']),
    ...tables.filter(({ first }) => first).map(pageTableHtml),
    `<div class="figures">${figures.slice(0, alone).map(figureHtml).join('\n')}</div>`,
    `<div${alone < figures.length ? ' class="beside"' : ''}>`,
    ...figures.slice(alone).map(figureHtml),
    `<div>${below.join('\n')}</div>`,
    '</div>',
    '</main>',
    `<footer>Made by <code>${escapeXml(command)}</code> (${escapeXml(tool)}).</footer>`,
    ...(figures.some(({ html }) => html) ? [`<script>${heatScript}</script>`] : []),
    '</body>',
    '</html>',
    '',
  ].join('\n');
};
