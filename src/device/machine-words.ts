/** What an operating system says of its machine, and which core, clock and name that makes. Pure. */

/** The system's own words, as the command read them. */
export interface MachineWords {
  /** `/proc/cpuinfo`; null where there is none. */
  readonly cpuinfo: string | null;
  /** cpufreq's `cpuinfo_max_freq`, in kHz; null where there is none. */
  readonly topKilohertz: number | null;
  /** `machdep.cpu.brand_string` of macOS; null elsewhere. */
  readonly brand: string | null;
}

export interface FoundMachine {
  /** How a sentence names it. */
  readonly name: string;
  /** A file of `cores/`; null where none describes it. */
  readonly core: string | null;
  readonly processors: number;
  /** Null where the system names no clock. */
  readonly clock: { readonly hertz: number; readonly from: 'cpufreq' | 'cpuinfo' } | null;
}

type Span = readonly [first: number, last: number];
type X86Row = readonly [vendor: string, family: number, models: readonly Span[], core: string];

/** Firsts and lasts in turn. */
const spans = (...ends: readonly number[]): Span[] =>
  ends.flatMap((first, i): Span[] => (i % 2 === 0 ? [[first, ends[i + 1] ?? first]] : []));
const singles = (...models: readonly number[]): Span[] => models.map((model) => [model, model]);

/** Models of a family by core, as the Linux kernel tells them apart. */
const x86Cores: readonly X86Row[] = [
  ['AuthenticAMD', 23, spans(0x30, 0x4f, 0x60, 0x7f, 0x90, 0x91, 0xa0, 0xaf), 'zen2'],
  ['AuthenticAMD', 25, spans(0x00, 0x0f, 0x20, 0x5f), 'zen3'],
  ['AuthenticAMD', 25, spans(0x10, 0x1f, 0x60, 0xaf), 'zen4'],
  ['AuthenticAMD', 26, spans(0x00, 0x2f, 0x40, 0x4f, 0x60, 0x7f), 'zen5'],
  // Alder Lake, Sapphire Rapids, and Raptor Lake and Emerald Rapids, which repeat the core.
  ['GenuineIntel', 6, singles(0x8f, 0x97, 0x9a, 0xb7, 0xba, 0xbf, 0xcf), 'golden-cove'],
];

/** `CPU part` of cores by Arm (`CPU implementer` 0x41). */
const armCores: Readonly<Record<string, string>> = {
  '0xc07': 'cortex-a7',
  '0xc0e': 'cortex-a17',
  '0xd03': 'cortex-a53',
  '0xd04': 'cortex-a35',
  '0xd05': 'cortex-a55',
  '0xd08': 'cortex-a72',
  '0xd0b': 'cortex-a76',
};

const wordsOf = (cpuinfo: string, field: string): string[] =>
  [...cpuinfo.matchAll(new RegExp(`^${field}\\s*:[ \\t]*(.*)$`, 'gm'))].map(([, found]) =>
    (found ?? '').trim(),
  );

/** The figure of a machine with several kinds of cores would be that of one of them only. */
const onlyOf = (words: readonly string[]): string | null =>
  words.length > 0 && words.every((word) => word === words[0]) ? (words[0] ?? null) : null;

const clockOf = ({ cpuinfo, topKilohertz }: MachineWords): FoundMachine['clock'] => {
  const plausible = (hertz: number): boolean => hertz >= 1e8 && hertz <= 1e10;
  const top = Math.round((topKilohertz ?? 0) * 1e3);
  if (plausible(top)) return { hertz: top, from: 'cpufreq' };
  const said = wordsOf(cpuinfo ?? '', 'cpu MHz').map(Number);
  const most = Math.round(Math.max(0, ...said.filter(Number.isFinite)) * 1e6);
  return plausible(most) ? { hertz: most, from: 'cpuinfo' } : null;
};

type Named = Pick<FoundMachine, 'core' | 'name'>;

const ofX86 = (cpuinfo: string): Named | null => {
  const vendor = onlyOf(wordsOf(cpuinfo, 'vendor_id'));
  const [family, model] = ['cpu family', 'model'].map((f) => onlyOf(wordsOf(cpuinfo, f)));
  if (vendor === null || !family || !model) return null;
  const found = x86Cores.find(
    ([maker, number, models]) =>
      maker === vendor &&
      number === Number(family) &&
      models.some(([first, last]) => Number(model) >= first && Number(model) <= last),
  );
  const said = wordsOf(cpuinfo, 'model name')[0] ?? vendor;
  return { core: found?.[3] ?? null, name: `${said} (${vendor} family ${family} model ${model})` };
};

const ofArm = (cpuinfo: string): Named | null => {
  const makers = wordsOf(cpuinfo, 'CPU implementer');
  const parts = wordsOf(cpuinfo, 'CPU part');
  if (makers.length === 0 || parts.length === 0) return null;
  const core = onlyOf(makers) === '0x41' ? armCores[onlyOf(parts) ?? ''] : undefined;
  const name = `Arm implementer ${makers[0]}, part ${[...new Set(parts)].join(' and ')}`;
  return { core: core ?? null, name };
};

/**
 * The machine that the words speak of.
 * @example machineOf({ cpuinfo: null, topKilohertz: null, brand: 'Apple M2 Pro' }).core // 'apple-m2-p'
 */
export const machineOf = (words: MachineWords): FoundMachine => {
  const cpuinfo = words.cpuinfo ?? '';
  const { brand } = words;
  const core = /^Apple M2\b/.test(brand ?? '') ? 'apple-m2-p' : null;
  const ofApple = brand === null ? null : { name: brand, core };
  const unnamed = { name: 'a processor that the system does not name', core: null };
  const found = ofApple ?? ofX86(cpuinfo) ?? ofArm(cpuinfo) ?? unnamed;
  const processors = wordsOf(cpuinfo, 'processor').length;
  return { ...found, processors: Math.min(Math.max(1, processors), 1024), clock: clockOf(words) };
};
