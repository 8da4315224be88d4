/** The words of `ACCURACY.md` that no figure says by itself: what is modelled and what is not. */

export interface EngineWords {
  readonly id: string;
  readonly modelled: string;
  readonly missing: string;
}

export interface AccuracyProse {
  readonly head: readonly string[];
  readonly columns: readonly string[];
  readonly intervals: readonly string[];
  readonly impulses: readonly string[];
  readonly builds: readonly string[];
  readonly times: readonly string[];
  readonly figures: readonly string[];
  readonly fits: readonly string[];
  readonly cores: readonly string[];
  readonly memory: readonly string[];
  readonly engines: readonly EngineWords[];
}

export const accuracyProse: AccuracyProse = {
  head: [
    'How far the predictions are from what was measured, counted and observed. This file is written by',
    '`npx tsx tools/generate-accuracy.ts` from the same functions as `pedalbench validate`; a test writes it again and compares.',
    'Nothing in it is rounded in our favour: cases that are far off stand where the others stand.',
  ],
  columns: [
    'Error is signed, in percent of what was measured; of a bound it is how far the prediction lies on its wrong side. Without fits: every',
    'figure that was fitted to measurements of this core put back to what one would have written without them. Naive: multiply-accumulates times',
    'one constant for all. Split: *fit* where a figure names the case, *check* where nothing was chosen with it. Some sources give times only (apple-m1, apple-m2):',
    'their cycles are those of a clock that somebody took for granted, and the prediction stands beside them at that clock, from the time that it is at the clock of the profile.',
  ],
  intervals: [
    'Nine of ten predictions are to lie between `low` and `high`. Each measured value is tried as validated, as fitted (those that no figure names) and as estimated (without the fits),',
    'with what predictions on the other cores are off by. How far that is, is learnt for each confidence; how many times the root mean square holds nine of ten',
    'is one number for both, the shape of the errors: of 23 values alone it would be the third largest error, whatever the others are.',
  ],
  impulses: [
    "Percent of one core, the mean and the 99th percentile of blocks of 64 frames at 48 kHz; nothing was fitted to them. One more is known and fits nowhere: NAM Core's `Linear` of",
    "8,192 taps on a Pi 500 is said to take 1.70 % and 8.75 %, where 0.96 % and 5.4 % are predicted. It is not the code: GCC 12.2's binary runs 1,393 instructions a sample",
    '(1,366 predicted) and takes 419 cycles in a trace (454 predicted). At 1,500 MHz, the lowest clock of the chip, with 2 us around each block, it would be 1.69 % and 8.7 %.',
  ],
  builds: [
    'The pipeline alone, a line a core and engine: our cycles over those of another. *Traced*: binaries of the libraries, run with real registers, branches and',
    'predictors by a simulator that has the figures of our cores (`data/traced-cycles.json`); no hardware, a second opinion on structure. *Timed*: NAM Core, built',
    'natively and timed on computers at hand (`data/host-times.json`, `data/host-times-zen4.json`). Of both, the builds of models that are shipped.',
  ],
  times: [
    'All that was timed, in one run of one process an engine at the flags of a build for every x86 (-O3, no -march, no -ffast-math): models of the project and of its tests, and A1',
    'shapes from 4 to 24 channels. To repeat it, build NAM Core as the files say, load every model, and take the least time of each over many rounds in turn; the files hold the rows.',
  ],
  figures: [
    'What predictions hang on beside the profiles: `pedalbench explain` says which of them a result hangs on. Mispredictions and the layout are carried',
    'into best and worst with their low and high; the shares of taken branches stand at their value.',
  ],
  fits: [
    'Figures that were chosen with measurements in view, because documents leave them open or disagree. They belong to a core, never to a case,',
    'a device, a model or an engine; each stays inside the interval that its profile states, and predictions carry that interval into best and worst.',
  ],
  cores: [
    'A core is a scoreboard: issue width, ports, latency, occupancy, forwarding into accumulators, pairs that do not issue together, waits between',
    'classes, a reorder window where there is one, branches that are foreseen up to a number of trips, forwarding from stores to loads.',
    '',
    'Not modelled: the alignment of code and of loads that cross a cache line; banks of a cache; address translation (no misses of the TLB); the',
    'fetch unit beyond a bubble after taken branches; speculation past a mispredicted branch; power limits inside a burst; how many loads and stores may be under way (130 and 60 on an M1: 3 to 19 % in traces).',
    '',
    '- **Cortex-A35, A17, M33, M55, Apple M2**: few or no latencies are published. Their figures are intervals; believe best and worst, not the middle.',
    '- **Cortex-A76** borrows from the Neoverse N1, the **M2** from the M1, the **A72** in part from the A57.',
    '- **Cortex-A53, A55, A7, A72, M4, M55** have no measured case of a network. Their pipelines rest on published instruction tables alone.',
    '- **SHARC+, HiFi 4** are from product pages: an upper limit of what such a core could do, not what a port of a library does.',
  ],
  memory: [
    '- Modelled: set-associative least-recently-used caches of several levels. For the lines of a block, in its order, how many others were touched',
    '  since each was touched last, in the steady state with all histories moving; a line is gone from the sets in which those others fill all ways.',
    '  Where buffers lie is taken to be random, not one layout of many: a simulation of every line at the addresses of one layout misses the first',
    '  level within a fifth of that (`test/machine/reuse.test.ts`). Streams that are fetched ahead, latency and bandwidth of DRAM, levels that several',
    '  cores share, two copies that evict each other. On microcontrollers the regions, what a build places in each, and the lines of code that pass',
    '  through the instruction cache.',
    '- Worst is a block with cold caches, the slow end of every interval, and, where the device does not flush subnormal numbers, the penalty of its',
    '  core for each arithmetic instruction.',
    '- Not modelled: random or pseudo-random replacement (which Arm cores use: it softens the edges that least-recently-used makes sharp); a layout that',
    '  makes the planes of a history meet in the same sets, block after block; the open pages of DRAM and its refresh; what other programs do to shared caches, beyond the interference that a device states.',
    '- Code of the libraries that runs around a network (file loading, the host, the plug-in) is a share and a time per block in the device, not modelled.',
  ],
  engines: [
    {
      id: 'nam-core',
      modelled:
        'every Eigen product as GCC compiles it (coefficient path, packing, kernel, drivers), passes over memory, the rewinding ring, copies, libm by range of argument.',
      missing:
        'builds with -Ofast and link-time optimisation (the default Release of the library, which makes libm three to four times cheaper); 32-bit bodies of libm; the order of functions in flash; `Linear` by FFT with -ffast-math (879 instructions a sample at 8,192 taps, not 1,393).',
    },
    {
      id: 'nam-core-inline',
      modelled:
        'the written-out products by channel count, the fused kernel of three taps and depthwise loops, of x86 as GCC builds them without AVX; everything else as in nam-core.',
      missing:
        'spills of the larger products on Arm; of x86 the builds with AVX, which are costed as those of AArch64.',
    },
    {
      id: 'nam-core-a2fast',
      modelled:
        'both shapes: the tap-major lite path with its branchy tail (GCC) or its vectorised one (Clang, Apple), and the full path with one fixed product per tap and block passes.',
      missing:
        "Clang's version of Eigen's products but for those of 8 by 8 (counted in Clang 19's binary; Apple's compiler is a later one); the queues of loads and stores. The branches of LeakyReLU take the share of mispredictions that was counted on plucked strings (0.5 to 28 % in best to worst), whatever the audio. With -ffast-math GCC 12.2 vectorises the lite tail for AArch64 (1,643 instructions a sample on an A76 at 48 frames instead of 2,456); here selects replace its branches, because m009, built so by GCC 13, took the cycles of a tail frame by frame.",
    },
    {
      id: 'planar-neon',
      modelled:
        'tiles, weights by lane, and the spills of each schedule (in-order, A72, A76, Clang), rewinding planes.',
      missing: 'ARMv7 spills by position: they are spread evenly.',
    },
    {
      id: 't3k-embedded',
      modelled:
        'the generated tiles, the hand-scheduled loops, mirror writes and the scalar path of tiles that straddle them.',
      missing:
        'the generator itself: shapes other than the A2 take the tile that its rules suggest.',
    },
    {
      id: 'neural-audio',
      modelled:
        'chunks of 64, one pass a step, Eigen where the library uses it, the hand kernels, both LSTMs, the dynamic path of sizes without templates.',
      missing: 'the option of tiles over several frames, which is off in the releases read.',
    },
    {
      id: 'tmp-nam',
      modelled:
        'A2: the fused layer of eight channels, three channels as GCC 10.2 unrolls them, mirrors of which only what was written is copied; A1 in the same form, whole vectors of channels, the rational tanh a vector at a time.',
      missing:
        "the source of its A1 layers, which was not to be had: what they share with A2's is an estimate, and none of them is counted.",
    },
    {
      id: 'pedalbench',
      modelled:
        'our own kernels, exactly: the same instructions are interpreted, timed and compiled.',
      missing:
        'a compiler: on a chip it says what a well-written engine could reach, not what exists.',
    },
  ],
};
