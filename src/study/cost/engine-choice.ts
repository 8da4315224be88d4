/** Which engine runs a program on a device: what is asked for, then what the real library falls back to. */
import { didYouMean } from '../../device/nearest.ts';
import type { BuildProfile } from '../../device/profile.ts';
import type { Engine, Support } from '../../engine/engine.ts';
import { StudyError } from './study-error.ts';

export interface EngineChoice {
  /** Null where every engine of the chain refuses. */
  readonly engine: Engine | null;
  /** A sentence for each engine that was passed over. */
  readonly reasons: readonly string[];
  /** What the first refusal names as its fallback. */
  readonly fallback: string | null;
  /** Why this one, in sentences: what was passed over, then which path of it the network takes. */
  readonly because: string;
}

/** Nobody takes it. */
export const noChoice = (reasons: readonly string[], fallback: string | null): EngineChoice => ({
  engine: null,
  reasons,
  fallback,
  because: reasons.join(' '),
});

/** @throws StudyError 'no-engine', with the nearest ids. */
export const engineById = (id: string, engines: readonly Engine[]): Engine => {
  const found = engines.find((e) => e.id === id);
  if (found !== undefined) return found;
  const ids = engines.map((e) => e.id);
  const near = didYouMean(id, ids);
  const fault = `engine \`${id}\`: unknown.${near === '' ? ` Known engines: ${ids.join(', ')}; or auto, all.` : near}`;
  throw new StudyError('no-engine', fault);
};

/**
 * Tries `first`, then what each refusing engine names as its fallback, then `alternatives` in turn. A
 * fallback that this project does not model ends the chain with a reason.
 * @param supportOf whether an engine takes the program
 */
export const chooseEngine = (
  first: string,
  alternatives: readonly string[],
  engines: readonly Engine[],
  supportOf: (engine: Engine) => Support,
): EngineChoice => {
  const reasons: string[] = [];
  const told = (id: string, path: string | undefined): string =>
    [...(reasons.length > 0 ? reasons : [`${id} takes the model.`]), path]
      .filter((sentence) => sentence !== undefined)
      .join(' ');
  const tried = new Set<string>();
  let firstFallback: string | null = null;
  for (const start of [first, ...alternatives]) {
    let engine: Engine | undefined = tried.has(start) ? undefined : engineById(start, engines);
    while (engine !== undefined && !tried.has(engine.id)) {
      const { id } = engine;
      tried.add(id);
      const support = supportOf(engine);
      if (support.supported) {
        return { engine, reasons, fallback: firstFallback, because: told(id, support.path) };
      }
      const { fallback } = support;
      if (tried.size === 1) firstFallback = fallback;
      engine = engines.find((e) => e.id === fallback);
      const next =
        fallback === null
          ? 'It refuses the model.'
          : `The real library falls back to ${fallback}${engine === undefined ? ', which is not modelled' : ''}.`;
      reasons.push(`${id}: ${support.reason.replace(/\.$/, '')}. ${next}`);
    }
  }
  return noChoice(reasons, firstFallback);
};

/** 'auto' starts at what the device ships; an engine by name stands for itself. */
export const engineChain = (
  requested: string,
  build: BuildProfile,
): { readonly first: string; readonly alternatives: readonly string[] } =>
  requested === 'auto'
    ? { first: build.engine.value, alternatives: build.alternatives.value }
    : { first: requested, alternatives: [] };
