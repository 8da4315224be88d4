// biome-ignore-all lint/style/noNonNullAssertion: graphs name their own nodes, cores and slots; a cell for each cause
/**
 * The virtual pedal: releases a block every period, lets the chain's work run on the cores, and holds
 * its end against the deadline. Virtual time only, in whole cycles of the reference clock.
 */
import { cycleAt, dueAfter, isLost } from './audio-stack.ts';
import { Changes } from './changes.ts';
import { Dvfs, Thermal } from './clock-control.ts';
import { takesCore, VirtualCore } from './core.ts';
import { CostedChain } from './costed-chain.ts';
import { BurstStream } from './disturbance.ts';
import { type BlockRecord, causeIndex, emptyRecord } from './record.ts';
import type { PedalSetup } from './setup.ts';

/** How often the governor of the clock and the thermal model look. */
const controlSeconds = 0.01;

export class Pedal {
  readonly setup: PedalSetup;
  readonly chain: CostedChain;
  readonly changes: Changes;
  /** The block of the last `step`. */
  readonly record: BlockRecord;
  blockFrames: number;
  private readonly cores: readonly VirtualCore[];
  private readonly slowing: readonly BurstStream[];
  private readonly dvfs: Dvfs | null;
  private readonly thermal: Thermal | null;
  /** What an event set; null: the nominal one. */
  private setClockHz: number | null = null;
  private nextFrame = 0;
  private nextIndex = 0;
  private lastControl = 0;
  /** When the block before was done with. */
  private freeAt = 0;
  private lastWasLate = false;
  /** A block was late since the clock's governor looked. */
  private isBehind = false;
  /** By node: when it ended in the period before. */
  private readonly handedAt: Float64Array;
  private readonly coreBusy: Float64Array;

  constructor(setup: PedalSetup) {
    this.setup = setup;
    const streams = setup.bursts.map((burst, i) => new BurstStream(burst, setup.seed, i));
    this.slowing = streams.filter((stream) => !takesCore(stream.burst));
    this.cores = Array.from({ length: setup.cores }, (_, core) => {
      const own = streams.filter(({ burst }) => takesCore(burst) && burst.core === core);
      return new VirtualCore(own);
    });
    this.dvfs = setup.dvfs && new Dvfs(setup.dvfs);
    this.thermal = setup.thermal && new Thermal(setup.thermal);
    this.blockFrames = setup.blockFrames;
    this.chain = new CostedChain(setup.graph, setup.slots, setup.costs);
    this.changes = new Changes(setup, this.chain);
    this.record = emptyRecord(setup.graph.nodes.length);
    this.handedAt = new Float64Array(setup.graph.nodes.length);
    this.coreBusy = new Float64Array(setup.cores);
    this.chain.reprice(this.blockFrames);
    this.applyClock();
  }

  /** Plays one block; false when the time is over. */
  step(): boolean {
    if (this.nextFrame >= this.setup.frames) return false;
    const { record, setup } = this;
    const due = this.changes.before(this.nextFrame, this.nextIndex, this.blockFrames);
    this.blockFrames = due.blockFrames ?? this.blockFrames;
    this.setClockHz = due.clockHz ?? this.setClockHz;
    if (due.chainChanged) this.chain.reprice(this.blockFrames);
    if (due.clockHz !== null) this.applyClock();

    record.index = this.nextIndex;
    record.firstFrame = this.nextFrame;
    record.frames = this.blockFrames;
    record.release = cycleAt(setup, this.nextFrame);
    const nextRelease = cycleAt(setup, this.nextFrame + this.blockFrames);
    const period = nextRelease - record.release;
    record.due = record.release + dueAfter(setup.stack, period, setup.clockHz);
    this.control(record.release);
    if (setup.level !== null && this.chain.hasDenormals) {
      this.chain.advanceLevels(setup.level(record.firstFrame, record.frames), record.frames);
    }
    record.causes.fill(0);
    if (isLost(setup.stack, this.freeAt, this.lastWasLate, record.release, nextRelease)) {
      this.lose();
    } else {
      this.run(period, due.prewarmSlot, due.prewarmCycles);
    }
    const fate = record.lost ? 'lost' : record.late ? 'late' : 'ready';
    setup.sound?.play(record.firstFrame, record.frames, fate);
    this.isBehind ||= record.late || record.lost;
    this.changes.after(record, nextRelease - this.freeAt);
    this.nextFrame += this.blockFrames;
    this.nextIndex += 1;
    return true;
  }

  private lose(): void {
    const { record } = this;
    const { release } = record;
    Object.assign(record, { lost: true, late: false, start: release, finish: release });
    Object.assign(record, { cycles: 0, busy: 0, load: 0 });
    record.nodeStart.fill(release);
    record.nodeFinish.fill(release);
    record.nodeCycles.fill(0);
  }

  private run(period: number, prewarmSlot: number, prewarmCycles: number): void {
    const { record, setup, chain, cores, coreBusy } = this;
    const { nodes, ends, mode } = setup.graph;
    const { causes } = record;
    const first = cores[0] as VirtualCore;
    // One callback at a time; in a pipeline every core has its own.
    const callbackFree = mode === 'pipelined' ? first.freeAt : this.freeAt;
    record.start = Math.max(record.release, callbackFree);
    causes[causeIndex.waiting] = record.start - record.release;
    const host = Math.round(setup.hostSeconds * setup.clockHz);
    const reserve = Math.round(setup.reserveShare * Math.max(0, period - host));
    const hostEnd = this.runOn(first, record.start, reserve + host);
    causes[causeIndex.host]! += reserve + host;
    coreBusy.fill(0);
    record.cycles = 0;
    chain.blocks += 1;
    let last = hostEnd;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      const core = cores[node.core]!;
      let ready = mode === 'pipelined' && node.core !== 0 ? record.release : hostEnd;
      for (const before of node.after) ready = Math.max(ready, record.nodeFinish[before]!);
      if (node.handedBy !== null) ready = Math.max(ready, this.handedAt[node.handedBy]!);
      const start = Math.max(ready, core.freeAt);
      let cycles = this.cyclesOf(i, node.slot, start);
      if (node.slot === prewarmSlot && node.part === 0 && prewarmCycles > 0) {
        cycles += prewarmCycles;
        causes[causeIndex.prewarm]! += prewarmCycles;
      }
      record.nodeStart[i] = start;
      record.nodeCycles[i] = cycles;
      record.cycles += cycles;
      const finish = this.runOn(core, start, cycles);
      record.nodeFinish[i] = finish;
      coreBusy[node.core]! += finish - start;
      last = Math.max(last, finish);
    }
    let finish = hostEnd;
    for (const end of ends) if (end >= 0) finish = Math.max(finish, record.nodeFinish[end]!);
    // The callback returns on the first core, after everything that it forked.
    if (mode !== 'pipelined') first.freeAt = Math.max(first.freeAt, finish);
    this.handedAt.set(record.nodeFinish);
    this.freeAt = last;
    record.finish = finish;
    record.busy = coreBusy.reduce((most, busy) => Math.max(most, busy));
    record.load = record.busy / Math.max(1, period - reserve - host);
    record.late = finish > record.due;
    record.lost = false;
    this.lastWasLate = record.late;
  }

  /** Cycles of a node in this block, with what disturbances add. */
  private cyclesOf(node: number, slot: number, start: number): number {
    const { chain } = this;
    const { causes } = this.record;
    const nodeCost = chain.nodeCosts[node]!;
    if (!nodeCost.active) return 0;
    let cycles = nodeCost.cycles;
    causes[causeIndex.work]! += cycles;
    for (const { everyBlocks, phase = 0, cycles: extra, cause = 'rewind' } of nodeCost.periodic) {
      if (chain.blocks % everyBlocks !== phase) continue;
      cycles += extra;
      causes[causeIndex[cause]]! += extra;
    }
    for (const stream of this.slowing) {
      if (!stream.activeAt(start)) continue;
      const { kind, factor } = stream.burst;
      const extra =
        kind === 'memory'
          ? Math.round(nodeCost.memoryCycles * ((factor ?? 1) - 1))
          : nodeCost.coldCycles;
      cycles += extra;
      causes[causeIndex[kind]]! += extra;
    }
    if (nodeCost.denormalCycles > 0 && chain.isDenormal(slot)) {
      cycles += nodeCost.denormalCycles;
      causes[causeIndex.denormals]! += nodeCost.denormalCycles;
    }
    return cycles;
  }

  private runOn(core: VirtualCore, start: number, cycles: number): number {
    const { causes } = this.record;
    const finish = core.run(start, cycles);
    const { stolenByInterrupts, stolenByGraph } = core;
    causes[causeIndex.interrupt]! += stolenByInterrupts;
    causes[causeIndex.graph]! += stolenByGraph;
    causes[causeIndex.clock]! += finish - start - cycles - stolenByInterrupts - stolenByGraph;
    return finish;
  }

  /** Lets the clock's governor and the heat have their way, from time to time. */
  private control(now: number): void {
    if (this.dvfs === null && this.thermal === null) return;
    const elapsed = now - this.lastControl;
    const seconds = elapsed / this.setup.clockHz;
    if (seconds < controlSeconds) return;
    this.lastControl = now;
    const shares = this.cores.map((core) => Math.min(1, core.busy / elapsed));
    for (const core of this.cores) core.busy = 0;
    const sum = shares.reduce((total, share) => total + share, 0);
    // Where a block was late, work waits, though a stack that skips the next one leaves the core idle.
    this.dvfs?.update(this.isBehind ? 1 : Math.max(...shares), seconds);
    this.isBehind = false;
    this.thermal?.update(sum, this.record.clockHz, seconds);
    this.applyClock();
  }

  private applyClock(): void {
    const nominal = this.setClockHz ?? this.dvfs?.clockHz ?? this.setup.clockHz;
    const clockHz = this.thermal?.limit(nominal) ?? nominal;
    for (const core of this.cores) core.scale = this.setup.clockHz / clockHz;
    this.record.clockHz = clockHz;
    this.record.celsius = this.thermal?.celsius ?? 0;
  }
}
