/** Reads a device profile from JSON, and says in sentences what is wrong with one. Touches no files. */
import { z } from 'zod';
import { DeviceError } from './device-error.ts';
import { didYouMean } from './nearest.ts';
import { type DeviceProfile, deviceSchema } from './profile.ts';
import { quantityIn, unitOfField } from './quantity.ts';

type Path = readonly PropertyKey[];

const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  ) || 'the profile';

const at = (document: unknown, path: Path): unknown => {
  let node = document;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Record<PropertyKey, unknown>)[key];
  }
  return node;
};

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

/** Names of all fields of the profile, for suggestions. */
const fieldNames = (): string[] => {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties' && typeof value === 'object' && value !== null) {
        for (const name of Object.keys(value)) names.add(name);
      }
      walk(value);
    }
  };
  walk(z.toJSONSchema(deviceSchema));
  return [...names];
};

const figureFields = new Set(['value', 'low', 'high']);

/** The field that names the unit: that of the figure, not 'value'. */
const fieldOf = (path: Path): string => {
  const last = path.at(-1);
  const field = figureFields.has(String(last)) ? path.at(-2) : last;
  return String(field ?? '');
};

/** What to write instead, where that can be told. */
const fixFor = (field: string, found: unknown, wantsFigure: boolean): string => {
  const number =
    typeof found === 'number' ? found : typeof found === 'string' ? quantityIn(field, found) : null;
  if (wantsFigure && (number !== null || typeof found === 'string')) {
    const value = number ?? found;
    return ` Write { "value": ${JSON.stringify(value)}, "kind": "datasheet", "source": "where the figure is from" }.`;
  }
  if (number === null) return '';
  if (typeof found === 'string') return ` Write ${number}.`;
  if (unitOfField(field) === 'Hz' && number > 0 && number < 1e6 && /clock/i.test(field)) {
    return number < 10
      ? ` If that is in GHz, write ${Number((number * 1e9).toPrecision(12))}.`
      : ` If that is in MHz, write ${Number((number * 1e6).toPrecision(12))}.`;
  }
  if (unitOfField(field) === 'Share' && number > 1 && number <= 100) {
    return ` If that is in percent, write ${Number((number / 100).toPrecision(12))}.`;
  }
  return '';
};

/** Objects that are no figures, by field. */
const structures = new Set([
  'audio',
  'host',
  'build',
  'memory',
  'prefetch',
  'dram',
  'thermal',
  'dvfs',
]);

const expectationOf = (issue: z.core.$ZodIssue, field: string): string => {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid')) return issue.message;
  if (issue.expected === 'object' && !structures.has(field)) {
    return 'a figure: { "value": ..., "kind": ..., "source": ... }';
  }
  return field === 'source' ? 'where the figure is from' : issue.expected;
};

const sentence = (issue: z.core.$ZodIssue, document: unknown): string => {
  const path = pathText(issue.path);
  const found = at(document, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => {
        const where = pathText([...issue.path, key]);
        const near = didYouMean(key, fieldNames());
        return `${where}: unknown key.${near === '' ? ' Remove it; what has no field goes into `notes`.' : near}`;
      })
      .join('\n');
  }
  const field = fieldOf(issue.path);
  const inFigure = figureFields.has(String(issue.path.at(-1)));
  const wantsFigure = issue.code === 'invalid_type' && issue.expected === 'object' && !inFigure;
  if (wantsFigure && (typeof found === 'number' || typeof found === 'string')) {
    return `${path}: expected a figure with its source, got ${show(found)}.${fixFor(field, found, true)}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return `${path}: expected one of ${values.join(', ')}, got ${show(found)}.${didYouMean(String(found), values)}`;
  }
  const expected = expectationOf(issue, field);
  if (found === undefined) return `${path}: missing; expected ${expected}.`;
  return `${path}: expected ${expected}, got ${show(found)}.${fixFor(field, found, false)}`;
};

/** Rules that tie fields of different places together. */
const crossChecks = (profile: DeviceProfile): string[] => {
  const { chip } = profile;
  const faults: string[] = [];
  if (chip === null) {
    if (profile.evidence.length === 0 && (profile.notes ?? []).length === 0) {
      faults.push(
        'evidence: empty, and `chip` is null. Write what is known to run, or describe the chip.',
      );
    }
    return faults;
  }
  if (!chip.clusters.some((c) => c.audioCores.value > 0)) {
    faults.push(
      'chip.clusters: no cluster has `audioCores` above 0. Say which cores audio runs on.',
    );
  }
  chip.clusters.forEach((c, i) => {
    if (c.audioCores.value > c.count.value) {
      faults.push(
        `chip.clusters[${i}].audioCores: expected at most count (${c.count.value}), got ${c.audioCores.value}.`,
      );
    }
  });
  const { regions, placement, dram } = chip.memory;
  if (regions.length > 0) {
    const names = regions.map((r) => r.name);
    if (placement === null) {
      faults.push(
        `chip.memory.placement: null, but there are regions. Say which of ${names.join(', ')} holds weights, history, scratch and code.`,
      );
    }
    for (const [kind, name] of Object.entries(placement?.value ?? {})) {
      if (!names.includes(name)) {
        faults.push(
          `chip.memory.placement.value.${kind}: expected one of ${names.join(', ')}, got ${show(name)}.${didYouMean(name, names)}`,
        );
      }
    }
  } else if (dram === null) {
    faults.push('chip.memory: neither `dram` nor `regions`. Describe one of them.');
  }
  const { blockFrames, allowedBlockFrames } = chip.audio;
  if (!allowedBlockFrames.value.includes(blockFrames.value)) {
    faults.push(
      `chip.audio.blockFrames.value: expected one of the allowed ${allowedBlockFrames.value.join(', ')}, got ${blockFrames.value}.`,
    );
  }
  return faults;
};

/**
 * The profile in `document` (parsed JSON). `file` begins every line of the message.
 * @throws DeviceError 'invalid-profile', one line a fault.
 */
export const parseProfile = (document: unknown, file: string): DeviceProfile => {
  const result = deviceSchema.safeParse(document);
  const faults = result.success
    ? crossChecks(result.data)
    : result.error.issues.flatMap((issue) => sentence(issue, document).split('\n'));
  if (!result.success || faults.length > 0) {
    throw new DeviceError('invalid-profile', faults.map((f) => `${file}: ${f}`).join('\n'));
  }
  return result.data;
};
