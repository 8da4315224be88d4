/** Functions to a module in WebAssembly's binary format, with one imported memory. */
import { ByteWriter } from './byte-writer.ts';
import { type CodeWriter, type ValueType, valueTypes } from './code-writer.ts';

interface WrittenFunction {
  readonly parameters: number;
  readonly locals: readonly (readonly [count: number, type: ValueType])[];
  readonly code: CodeWriter;
  readonly exportedAs: string | null;
}

const section = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const functionType = 0x60;

export class ModuleWriter {
  private readonly functions: WrittenFunction[] = [];

  /** A function of int32 parameters without a result; `code` ends before its `end`. Returns its index. */
  add(
    parameters: number,
    locals: readonly (readonly [count: number, type: ValueType])[],
    code: CodeWriter,
    exportedAs: string | null = null,
  ): number {
    return this.functions.push({ parameters, locals, code, exportedAs }) - 1;
  }

  finish(memoryPages: number): Uint8Array {
    const module = new ByteWriter();
    module.raw([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    const put = (id: number, write: (body: ByteWriter) => void): void => {
      const body = new ByteWriter();
      write(body);
      module.byte(id).sized(body);
    };
    const arities = [...new Set(this.functions.map(({ parameters }) => parameters))];
    put(section.type, (body) => {
      body.unsigned(arities.length);
      for (const arity of arities) {
        body.byte(functionType).unsigned(arity);
        for (let i = 0; i < arity; i++) body.byte(valueTypes.i32);
        body.unsigned(0);
      }
    });
    put(section.import, (body) => {
      body.unsigned(1).name('pedalbench').name('memory').byte(0x02).byte(0x00);
      body.unsigned(memoryPages);
    });
    put(section.function, (body) => {
      body.unsigned(this.functions.length);
      for (const { parameters } of this.functions) body.unsigned(arities.indexOf(parameters));
    });
    put(section.export, (body) => {
      const named = this.functions.filter(({ exportedAs }) => exportedAs !== null);
      body.unsigned(named.length);
      this.functions.forEach(({ exportedAs }, index) => {
        if (exportedAs !== null) body.name(exportedAs).byte(0x00).unsigned(index);
      });
    });
    put(section.code, (body) => {
      body.unsigned(this.functions.length);
      for (const { locals, code } of this.functions) {
        const used = locals.filter(([count]) => count > 0);
        const one = new ByteWriter().unsigned(used.length);
        for (const [count, type] of used) one.unsigned(count).byte(valueTypes[type]);
        one.raw(code.bytes.finish()).byte(0x0b);
        body.sized(one);
      }
    });
    return module.finish();
  }
}
