/**
 * What changes while the pedal plays: events of the scenario and the governor's wishes. New networks
 * are built and prewarmed beside the audio (or on its thread, where asked) and swapped in at a block
 * boundary.
 */
import type { AudioClock } from './audio-clock.ts';
import type { PricedChain } from './priced-chain.ts';
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
  readonly log: number;
  readonly slot: number;
  readonly work: string;
  /** Ready at this cycle, or after this much idle time of the first core. */
  readonly readyAt: number | null;
  idleCycles: number;
}

export interface Due {
  blockFrames: number | null;
  clockHz: number | null;
  chainChanged: boolean;
  /** A network that is built on the audio thread in this block. */
  prewarmSlot: number;
  prewarmCycles: number;
}

const nothing: Due = {
  blockFrames: null,
  clockHz: null,
  chainChanged: false,
  prewarmSlot: -1,
  prewarmCycles: 0,
};

export class Changes {
  readonly logs: ChangeLog[] = [];
  private readonly setup: PedalSetup;
  private readonly chain: PricedChain;
  private readonly clock: AudioClock;
  private readonly events: readonly PedalEvent[];
  private pending: Pending[] = [];
  private at = 0;
  private rung: number;
  private due: Due = nothing;

  constructor(setup: PedalSetup, chain: PricedChain, clock: AudioClock) {
    this.setup = setup;
    this.chain = chain;
    this.clock = clock;
    // Stable: events at the same frame keep the order of the scenario.
    this.events = [...setup.events].sort((a, b) => a.atFrame - b.atFrame);
    this.rung = setup.governor?.start ?? 0;
  }

  /** What takes effect with the block that starts at `frame`. */
  before(frame: number, block: number, blockFrames: number): Due {
    const due = { ...nothing };
    this.due = due;
    for (let e = this.events[this.at]; e !== undefined && e.atFrame <= frame; ) {
      this.apply(e, frame, block, due.blockFrames ?? blockFrames);
      this.at += 1;
      e = this.events[this.at];
    }
    if (this.pending.length > 0) this.swapWhatIsReady(frame, block);
    return due;
  }

  /** After a block: idle time is spent, and the governor looks. */
  after(record: BlockRecord, idleCycles: number, blockFrames: number): void {
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
    const frame = record.firstFrame + record.frames;
    const { slot, place } = governor;
    this.ask({ slot, work, place, loadSeconds: 0 }, 'governor', frame, record.index, blockFrames);
  }

  private apply(event: PedalEvent, frame: number, block: number, blockFrames: number): void {
    switch (event.do) {
      case 'swap':
        this.ask(event, 'scenario', frame, block, blockFrames);
        return;
      case 'bypass':
        this.chain.bypassed[event.slot] = event.on;
        this.setup.sound?.bypass(event.slot, event.on);
        this.due.chainChanged = true;
        this.log(event.do, event.slot, event.on ? 'on' : 'off', frame, block);
        return;
      case 'block':
        this.due.blockFrames = event.blockFrames;
        this.due.chainChanged = true;
        this.log(event.do, null, `${event.blockFrames} frames`, frame, block);
        return;
      case 'clock':
        this.due.clockHz = event.clockHz;
        this.log(event.do, null, `${event.clockHz} Hz`, frame, block);
        return;
      default:
        event satisfies never;
    }
  }

  private ask(
    { slot, work, place, loadSeconds }: Swap,
    by: ChangeLog['by'],
    frame: number,
    block: number,
    blockFrames: number,
  ): void {
    const prewarmCycles = this.chain.prewarmCycles(slot, work, blockFrames);
    const loadCycles = this.clock.cyclesIn(loadSeconds);
    const asked = { askedBlock: block, askedFrame: frame };
    const open = { appliedBlock: null, appliedFrame: null };
    const log =
      this.logs.push({ do: 'swap', by, slot, to: work, ...asked, ...open, prewarmCycles }) - 1;
    // The newer wish for a slot replaces an older one that is not ready.
    this.pending = this.pending.filter((p) => p.slot !== slot);
    if (place === 'audio-thread') {
      this.due.prewarmSlot = slot;
      this.due.prewarmCycles = prewarmCycles + loadCycles;
      this.swap({ log, slot, work, readyAt: 0, idleCycles: 0 }, frame, block);
      return;
    }
    const { besideClockHz, clockHz } = this.setup;
    const buildCycles = Math.ceil(prewarmCycles * (clockHz / (besideClockHz ?? clockHz)));
    const readyAt =
      besideClockHz === null ? null : this.clock.cycleAt(frame) + loadCycles + buildCycles;
    this.pending.push({ log, slot, work, readyAt, idleCycles: loadCycles + prewarmCycles });
  }

  private swapWhatIsReady(frame: number, block: number): void {
    const now = this.clock.cycleAt(frame);
    const isReady = (p: Pending): boolean =>
      p.readyAt === null ? p.idleCycles <= 0 : p.readyAt <= now;
    const ready = this.pending.filter(isReady);
    if (ready.length === 0) return;
    this.pending = this.pending.filter((p) => !isReady(p));
    for (const pending of ready) this.swap(pending, frame, block);
  }

  private swap({ slot, work, log }: Pending, frame: number, block: number): void {
    this.chain.works[slot] = work;
    this.setup.sound?.swap(slot, work);
    this.due.chainChanged = true;
    const entry = this.logs[log];
    if (entry !== undefined)
      this.logs[log] = { ...entry, appliedBlock: block, appliedFrame: frame };
    if (this.setup.governor?.slot === slot) {
      const rung = this.setup.governor.ladder.indexOf(work);
      if (rung >= 0) this.rung = rung;
      this.setup.governor.policy.changed();
    }
  }

  private log(
    kind: PedalEvent['do'],
    slot: number | null,
    to: string,
    frame: number,
    block: number,
  ): void {
    const asked = { askedBlock: block, askedFrame: frame };
    const applied = { appliedBlock: block, appliedFrame: frame };
    this.logs.push({ do: kind, by: 'scenario', slot, to, ...asked, ...applied, prewarmCycles: 0 });
  }
}
