/**
 * What changes while the pedal plays: events of the scenario and the governor's wishes. New networks
 * are built and prewarmed beside the audio (or on its thread, where asked) and swapped in at a block
 * boundary.
 */
import { hertz } from '../units/number-text.ts';
import { cycleAt } from './audio-stack.ts';
import type { CostedChain } from './costed-chain.ts';
import type { BlockRecord } from './record.ts';
import type { PedalEvent, PedalSetup } from './setup.ts';

/** What became of an event. */
export interface ChangeLog {
  readonly do: 'swap' | 'bypass' | 'block' | 'clock';
  readonly by: 'scenario' | 'governor';
  readonly slot: number | null;
  /** The new work, block size, clock or bypass. */
  readonly to: string;
  readonly askedBlock: number;
  readonly askedFrame: number;
  /** The first block that plays with it; null where the run ended before. */
  readonly appliedBlock: number | null;
  readonly appliedFrame: number | null;
  readonly prewarmCycles: number;
}

type Swap = Pick<Extract<PedalEvent, { do: 'swap' }>, 'slot' | 'work' | 'place' | 'loadSeconds'>;

interface Pending {
  readonly log: ChangeLog;
  readonly slot: number;
  readonly work: string;
  /** Ready at this cycle, or after this much idle time of the first core. */
  readonly readyAt: number | null;
  idleCycles: number;
}

const nothing = {
  blockFrames: null as number | null,
  clockHz: null as number | null,
  chainChanged: false,
  /** A network that is built on the audio thread in this block. */
  prewarmSlot: -1,
  prewarmCycles: 0,
};

export class Changes {
  readonly logs: ChangeLog[] = [];
  private readonly setup: PedalSetup;
  private readonly chain: CostedChain;
  private readonly events: PedalEvent[];
  private pending: Pending[] = [];
  private rung: number;
  /** What the governor asked for after the block before is due with this one. */
  private due = { ...nothing };
  /** The block boundary at hand. */
  private frame = 0;
  private block = 0;
  private blockFrames = 0;
  private isBetween = false;

  constructor(setup: PedalSetup, chain: CostedChain) {
    this.setup = setup;
    this.chain = chain;
    // Stable: events at the same frame keep the order of the scenario.
    this.events = [...setup.events].sort((a, b) => a.atFrame - b.atFrame);
    this.rung = setup.governor?.start ?? 0;
  }

  /** What takes effect with the block that starts at `frame`. */
  before(frame: number, block: number, blockFrames: number): Readonly<typeof nothing> {
    this.frame = frame;
    this.block = block;
    this.blockFrames = blockFrames;
    this.isBetween = false;
    for (let e = this.events[0]; e !== undefined && e.atFrame <= frame; e = this.events[0]) {
      this.apply(e);
      this.events.shift();
    }
    if (this.pending.length > 0) this.swapWhatIsReady();
    const { due } = this;
    this.due = { ...nothing };
    return due;
  }

  /** After a block: idle time is spent, and the governor looks. */
  after(record: BlockRecord, idleCycles: number): void {
    if (idleCycles > 0)
      for (const p of this.pending) if (p.readyAt === null) p.idleCycles -= idleCycles;
    const { governor } = this.setup;
    if (governor === null) return;
    const wish = governor.policy.observe(record.load, record.late || record.lost);
    if (wish === 'stay' || this.pending.some((p) => p.slot === governor.slot)) return;
    const rung = this.rung + (wish === 'narrower' ? 1 : -1);
    const work = governor.ladder[rung];
    if (work === undefined) return;
    this.rung = rung;
    governor.policy.changed();
    this.frame = record.firstFrame + record.frames;
    this.isBetween = true;
    this.ask({ ...governor, work, loadSeconds: 0 }, 'governor');
  }

  private apply(event: PedalEvent): void {
    if (event.do === 'swap') this.ask(event, 'scenario');
    else if (event.do === 'bypass') {
      this.chain.bypassed[event.slot] = event.on;
      this.setup.sound?.bypass(event.slot, event.on);
      this.due.chainChanged = true;
      this.log(event.do, event.slot, event.on ? 'on' : 'off');
    } else if (event.do === 'block') {
      this.blockFrames = event.blockFrames;
      this.due.blockFrames = event.blockFrames;
      this.due.chainChanged = true;
      this.log(event.do, null, `${event.blockFrames} frames`);
    } else {
      this.due.clockHz = event.clockHz;
      this.log(event.do, null, hertz(event.clockHz));
    }
  }

  private ask({ slot, work, place, loadSeconds }: Swap, by: ChangeLog['by']): void {
    const { besideClockHz, clockHz } = this.setup;
    const prewarmCycles = this.chain.prewarmCycles(slot, work, this.blockFrames);
    const loadCycles = Math.round(loadSeconds * clockHz);
    const open = { appliedBlock: null, appliedFrame: null };
    const log = this.log('swap', slot, work, { by, ...open, prewarmCycles });
    // The newer wish for a slot replaces an older one that is not ready.
    this.pending = this.pending.filter((p) => p.slot !== slot);
    const idleCycles = loadCycles + prewarmCycles;
    if (place === 'audio-thread') {
      this.due.prewarmSlot = slot;
      this.due.prewarmCycles = idleCycles;
      this.swap({ log, slot, work, readyAt: 0, idleCycles });
      return;
    }
    const buildCycles = Math.ceil(prewarmCycles * (clockHz / (besideClockHz ?? clockHz)));
    const now = cycleAt(this.setup, this.frame);
    const readyAt = besideClockHz === null ? null : now + loadCycles + buildCycles;
    this.pending.push({ log, slot, work, readyAt, idleCycles });
  }

  private swapWhatIsReady(): void {
    const now = cycleAt(this.setup, this.frame);
    const isReady = ({ readyAt, idleCycles }: Pending): boolean =>
      readyAt === null ? idleCycles <= 0 : readyAt <= now;
    const ready = this.pending.filter(isReady);
    this.pending = this.pending.filter((p) => !isReady(p));
    for (const pending of ready) this.swap(pending);
  }

  private swap({ slot, work, log }: Pending): void {
    this.chain.works[slot] = work;
    this.setup.sound?.swap(slot, work);
    this.due.chainChanged = true;
    // Between two blocks the next one is the first that plays with it.
    const appliedBlock = this.block + (this.isBetween ? 1 : 0);
    Object.assign(log, { appliedBlock, appliedFrame: this.frame });
    const { governor } = this.setup;
    if (governor?.slot !== slot) return;
    const rung = governor.ladder.indexOf(work);
    if (rung >= 0) this.rung = rung;
    governor.policy.changed();
  }

  /** Asked for and applied here and now by the scenario, but for what `more` says. */
  private log(
    kind: ChangeLog['do'],
    slot: number | null,
    to: string,
    more: Partial<ChangeLog> = {},
  ) {
    const asked = { askedBlock: this.block, askedFrame: this.frame };
    const applied = { appliedBlock: this.block, appliedFrame: this.frame, prewarmCycles: 0 };
    const log = { do: kind, by: 'scenario', slot, to, ...asked, ...applied, ...more } as const;
    this.logs.push(log);
    return log;
  }
}
