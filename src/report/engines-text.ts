/** `engines` and `engines show`: what each engine models, from which sources, and which shapes it takes. */
import type { Engine } from '../engine/engine.ts';
import { paint, type Style } from './text/style.ts';
import { textTable } from './text/text-table.ts';
import { clip, printable } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

/** One shape on one target: taken, or why not and what the real library would use. */
export interface ShapeSupport {
  readonly model: string;
  readonly width: string;
  readonly target: string;
  readonly supported: boolean;
  readonly reason: string | null;
  readonly fallback: string | null;
}

export const renderEngines = (engines: readonly Engine[], style: Style): string => {
  const ids = Math.max(...engines.map((engine) => engine.id.length));
  const lines: string[] = [];
  for (const engine of engines) {
    const text = wrap(printable(engine.describes), Math.max(30, style.columns - ids - 2));
    text.forEach((line, i) => {
      const name = (i === 0 ? engine.id : '').padEnd(ids);
      lines.push(`${paint(style, 'bold', name)}  ${line}`);
    });
  }
  return `${[
    ...lines,
    '',
    'Next: the sources of one, and the shapes that it takes:',
    paint(style, 'cyan', `  pedalbench engines show ${engines[0]?.id ?? 'ID'}`),
  ].join('\n')}\n`;
};

export const renderEngine = (
  engine: Engine,
  shapes: readonly ShapeSupport[],
  style: Style,
): string => {
  const lines = [
    `${paint(style, 'bold', engine.name)}  ${paint(style, 'dim', engine.id)}`,
    '',
    ...wrap(printable(engine.describes), style.columns),
    '',
    `tanh unless a device or --tanh says otherwise: ${engine.defaultTanh}`,
    '',
    paint(style, 'bold', 'Sources'),
    ...engine.sources.flatMap((source) =>
      wrap(printable(source), style.columns - 2).map(
        (line, i) => `  ${i === 0 ? '' : '  '}${line}`,
      ),
    ),
    '',
    paint(style, 'bold', 'Shapes'),
  ];
  const targets = [...new Set(shapes.map((shape) => shape.target))];
  const rows = new Map<string, string[]>();
  const reasons = new Map<string, number>();
  for (const shape of shapes) {
    const key = `${shape.model} ${shape.width}`;
    let cell = 'yes';
    if (!shape.supported) {
      const reason = `${shape.reason ?? 'not supported'}${shape.fallback === null ? '' : ` The real library would use ${shape.fallback}.`}`;
      if (!reasons.has(reason)) reasons.set(reason, reasons.size + 1);
      cell = `no (${reasons.get(reason)})`;
    }
    rows.set(key, [...(rows.get(key) ?? []), cell]);
  }
  const table = textTable(
    [{ title: 'model and width' }, ...targets.map((title) => ({ title }))],
    [...rows].map(([key, cells]) => [printable(key), ...cells]),
  ).map((line) => clip(line, style.columns, style.ascii));
  lines.push(...table);
  for (const [reason, number] of reasons) {
    lines.push(...wrap(`(${number}) ${printable(reason)}`, style.columns));
  }
  return `${lines.join('\n')}\n`;
};
