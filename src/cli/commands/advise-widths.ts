/** `pedalbench advise --widths`: the widths that a slimmable model should offer these pedals. */
import type { Model } from '../../nam/model.ts';
import { widthSetPage } from '../../report/html/advise-page.ts';
import { renderWidthSet, setText, type WidthSetReport } from '../../report/width-set-text.ts';
import { bestWidthSet, dominated } from '../../study/advise/width-set.ts';
import { type AdviseRequest, adviseWidths as widthsFor } from '../../workbench/advise.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Args } from '../args.ts';
import { type Call, following } from '../call.ts';
import { inputError, usageError } from '../cli-error.ts';
import type { ExitCode } from '../io.ts';
import { devicesOf } from '../options.ts';
import { writePages } from '../pages.ts';

const mostCopies = 16;

/**
 * `mod-dwarf:2` asks for two copies there; the same pedal may be asked for several times: the words of --device
 * without their numbers, undefined where there are none, and by the word how often that pedal is to run the model.
 */
const askedOf = (args: Args) => {
  const copies = new Map<string, readonly number[]>();
  const names: string[] = [];
  for (const word of args.list('device') ?? []) {
    const [, name = word, count] = /^(.+):(\d*)$/.exec(word) ?? [];
    if (!names.includes(name)) names.push(name);
    if (count === undefined) continue;
    const number = Number(count);
    if (!(number >= 1 && number <= mostCopies)) {
      const message = `--device ${word}: expected a number of copies from 1 to ${mostCopies} after the colon, got "${count}".`;
      throw usageError(message);
    }
    copies.set(name, [...(copies.get(name) ?? []), number]);
  }
  return { names: names.length === 0 ? undefined : names, copies };
};

const nextOf = (report: WidthSetReport, args: Args, counted: boolean): readonly string[] => {
  const [model = report.model] = args.positionals;
  const isServed = report.sets.some(({ chosen }) => chosen.length > 0);
  const said = [
    !counted &&
      'Each pedal is asked for once and twice; --device ID:2,ID:1 says how often for each.',
    args.flag('what-if')
      ? 'A file that was not trained for these widths has their cost, and not their sound.'
      : `Only widths that ${report.model} was trained for: ${setText(report, [...report.widths.keys()])}. --what-if tries every one.`,
    isServed &&
      `Next: pedalbench predict ${model} --audio DI.wav says what each width costs in sound, advise without --widths how near the next wider one is.`,
  ];
  return said.filter((one) => one !== false);
};

const noCost =
  'None of these devices has a chip that is known and takes .nam files, so there is no cost to choose by.';

export const adviseWidths = async (
  workbench: Workbench,
  request: AdviseRequest & { readonly model: Model },
  call: Call,
): Promise<ExitCode> => {
  const asked = askedOf(call);
  const devices = devicesOf(call, workbench, asked.names);
  const usual = request.copies === undefined ? [1, 2] : [request.copies];
  const isAll = asked.names?.includes('all') ?? true;
  const copiesOn = (device: number): readonly number[] =>
    asked.copies.get(isAll ? 'all' : (asked.names?.[device] ?? '')) ?? usual;
  const { widths, demands } = await following(call, 'advising', (hooks) =>
    widthsFor(workbench, { ...request, devices, copiesOn }, hooks),
  );
  const { id: model, origin } = request.model;
  if (widths.length < 2) {
    const message = `${origin}: expected a model with several widths, got one. --what-if slices any WaveNet.`;
    throw inputError(message);
  }
  if (demands.length === 0) throw inputError(noCost);
  const length = call.number('most') ?? 4;
  const sets = Array.from({ length }, (_, i) => bestWidthSet(widths, demands, i + 1)).filter(
    (set, i, all) => i === 0 || set.chosen.length > (all[i - 1]?.chosen.length ?? 0),
  );
  const report = { model, widths, demands, dominated: dominated(widths, demands), sets };
  writePages('advise', call, () => widthSetPage(report));
  const judged = new Set(demands.map(({ deviceName }) => deviceName));
  const unjudged = devices.flatMap(({ name }) => (judged.has(name) ? [] : [name]));
  const wanting = `Not judged, for want of a published chip or of .nam files: ${unjudged.join(', ')}.`;
  const counted = asked.copies.size > 0 || request.copies !== undefined;
  const next = [...(unjudged.length === 0 ? [] : [wanting]), ...nextOf(report, call, counted)];
  call.print('advise', { widthSets: report }, (style) => renderWidthSet(report, style, next));
  return 0;
};
