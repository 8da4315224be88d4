/** nam::Linear: for every frame the dot product of the impulse response with the latest samples. */
import type { Register } from '../../kernel/instruction.ts';
import type { Convolution } from '../../nam/network.ts';
import { Code, counts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { linearRing } from '../common/rings.ts';
import { multiplyAdd } from '../eigen/gebp.ts';
import type { Operand } from '../eigen/passes.ts';
import { appendConv1d, appendRingWrite } from './convolution.ts';

const frameCode = counts('int 12 branch 4');

export const appendLinear = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
): void => {
  if (conv.inChannels !== 1) {
    appendConv1d(lowering, place, conv, source, result);
    return;
  }
  const { target, blockFrames } = lowering;
  const taps = conv.kernelSize;
  const ring = linearRing(lowering, `${place.layer} history`, 1, taps - 1);
  appendRingWrite(lowering, place, ring, source, 1, taps - 1);
  const bias = conv.bias?.[0] ?? 0;
  const template = lowering.template(`nam-core/linear/${taps}/${blockFrames}/${bias}`, (b) => {
    const code = new Code(b);
    const weights = b.slot('impulse');
    const history = b.slot('history');
    const to = b.slot('result');
    const { lanes } = target;
    const vectors = lanes > 1 ? Math.floor(taps / lanes) : 0;
    const done = vectors * lanes;
    b.loop(blockFrames, (frame) => {
      code.body(frameCode);
      const sum = b.const(0, lanes);
      b.loop(vectors, (i) =>
        code.body(counts('load_vec 2 vec_fma 1 int 1 branch 1'), () => {
          const w = b.load(b.at(weights, 0, i.times(lanes)), lanes);
          const x = b.load(b.at(history, 0, i.times(lanes), frame.times(1)), lanes);
          multiplyAdd(b, target, x, w, sum, lanes);
        }),
      );
      const total = b.const(bias, 1);
      let folded: Register = sum;
      for (let half = lanes / 2; half >= 1; half /= 2) {
        const pattern = Array.from({ length: lanes }, (_, l) => (l + half) % lanes);
        folded = b.binary('add', folded, b.shuffle(folded, folded, lanes, pattern), lanes);
      }
      if (vectors > 0) b.binary('add', folded, total, 1, { into: total });
      b.loop(taps - done, (i) =>
        code.body(counts('load_fp32 2 scalar_fma 1 int 1 branch 1'), () => {
          const w = b.load(b.at(weights, done, i.times(1)), 1);
          const x = b.load(b.at(history, done, i.times(1), frame.times(1)), 1);
          multiplyAdd(b, target, x, w, total, 1);
        }),
      );
      b.store(total, b.at(to, 0, frame.times(1)), 1);
    });
  });
  const storage = lowering.rings[ring]?.buffer ?? 0;
  lowering.kernel(place, template, [
    lowering.weights(`${place.layer} impulse`, conv.weights),
    { buffer: storage, offset: 0, ring: { id: ring, delay: taps - 1 } },
    result.at,
  ]);
  lowering.ringStep({
    ...place,
    kind: 'ring',
    perBlock: 1,
    action: 'advance',
    ring,
    templates: [],
  });
};
