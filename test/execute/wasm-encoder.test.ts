import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/execute/wasm/byte-writer.ts';
import { CodeWriter } from '../../src/execute/wasm/code-writer.ts';
import { writeKernel } from '../../src/execute/wasm/kernel-function.ts';
import { ModuleWriter } from '../../src/execute/wasm/module-writer.ts';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import { webAssembly } from '../../src/kernel/webassembly.ts';

// Examples of the DWARF standard, appendix C, where LEB128 comes from.
test.each([
  [2, [2]],
  [127, [127]],
  [128, [0x80, 1]],
  [129, [0x81, 1]],
  [12857, [0xb9, 0x64]],
  [4294967295, [0xff, 0xff, 0xff, 0xff, 0x0f]],
])('%i as an unsigned LEB128', (value, bytes) => {
  expect([...new ByteWriter().unsigned(value).finish()]).toEqual(bytes);
});

test.each([
  [2, [2]],
  [-2, [0x7e]],
  [127, [0xff, 0]],
  [-127, [0x81, 0x7f]],
  [128, [0x80, 1]],
  [-128, [0x80, 0x7f]],
  [-2147483648, [0x80, 0x80, 0x80, 0x80, 0x78]],
])('%i as a signed LEB128', (value, bytes) => {
  expect([...new ByteWriter().signed(value).finish()]).toEqual(bytes);
});

test('a module of one function validates and runs', () => {
  const module = new ModuleWriter();
  const code = new CodeWriter();
  code.get(0).get(0).scalarMemory('i32.load', 0).constant(40).op('i32.add');
  code.scalarMemory('i32.store', 4);
  module.add(1, [], code, 'run');
  const bytes = module.finish(1);
  expect(webAssembly.validate(bytes)).toBe(true);
  const memory = new webAssembly.Memory({ initial: 1 });
  const words = new Int32Array(memory.buffer);
  words[2] = 2;
  const instance = new webAssembly.Instance(new webAssembly.Module(bytes), {
    pedalbench: { memory },
  });
  (instance.exports.run as (at: number) => void)(8);
  expect(words[3]).toBe(42);
});

test('what WebAssembly cannot do is refused by name', () => {
  const kernel = (write: (b: KernelBuilder, slot: number) => void): (() => number) => {
    const builder = new KernelBuilder();
    write(builder, builder.slot('data'));
    return () => writeKernel(new ModuleWriter(), builder.build('odd'), 64);
  };
  expect(kernel((b, s) => b.load(b.at(s), 8))).toThrow(/odd: 8 lanes/);
  expect(kernel((b, s) => b.call('tanhf', b.load(b.at(s), 1)))).toThrow(/a call of tanhf/);
  expect(
    kernel((b, s) => {
      const x = b.load(b.at(s), 4);
      b.fma(x, x, x, 4);
    }),
  ).toThrow(/a fused multiply-add/);
});
