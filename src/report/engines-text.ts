/** `engines` and `engines show`: what each engine models, from which sources, and which shapes it takes. */
import type { Engine } from '../engine/engine.ts';
import { nextCommand, paint, type Style } from './text/style.ts';
import { left, textTable } from './text/text-table.ts';
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
  const lines = engines.flatMap(({ id, describes }) =>
    wrap(printable(describes), Math.max(30, style.columns - ids - 2)).map(
      (line, i) => `${paint(style, 'bold', (i === 0 ? id : '').padEnd(ids))}  ${line}`,
    ),
  );
  const ask = 'the sources of one, and the shapes that it takes';
  const next = nextCommand(style, ask, `engines show ${engines[0]?.id ?? 'ID'}`);
  return `${[...lines, '', ...next].join('\n')}\n`;
};

const why = ({ reason, fallback }: ShapeSupport): string =>
  `${reason ?? 'not supported'}${fallback === null ? '' : ` The real library would use ${fallback}.`}`;

/** A row a shape, a column a target; reasons by their number below. */
const shapeLines = (shapes: readonly ShapeSupport[], style: Style): string[] => {
  const reasons = [...new Set(shapes.filter(({ supported }) => !supported).map(why))];
  const nameOf = ({ model, width }: ShapeSupport): string => `${model} ${width}`;
  const targets = [...new Set(shapes.map((shape) => shape.target))];
  const cell = (name: string, target: string): string => {
    const shape = shapes.find((one) => one.target === target && nameOf(one) === name);
    if (shape === undefined) return '';
    return shape.supported ? 'yes' : `no (${reasons.indexOf(why(shape)) + 1})`;
  };
  const table = textTable([...new Set(shapes.map(nameOf))], { ...style, color: false }, [
    left('model and width', printable),
    ...targets.map((target) => left(target, (name: string) => cell(name, target))),
  ]);
  return [
    ...table.map((line) => clip(line, style.columns, style.ascii)),
    ...reasons.flatMap((reason, i) => wrap(`(${i + 1}) ${printable(reason)}`, style.columns)),
  ];
};

export const renderEngine = (
  engine: Engine,
  shapes: readonly ShapeSupport[],
  style: Style,
): string => {
  const title = (text: string): string => paint(style, 'bold', text);
  const lines = [
    `${title(engine.name)}  ${paint(style, 'dim', engine.id)}`,
    '',
    ...wrap(printable(engine.describes), style.columns),
    '',
    `tanh unless a device or --tanh says otherwise: ${engine.defaultTanh}`,
    '',
    title('Sources'),
    ...engine.sources.flatMap((source) => wrap(printable(source), style.columns, '  ', '    ')),
    '',
    title('Shapes'),
    ...shapeLines(shapes, style),
  ];
  return `${lines.join('\n')}\n`;
};
