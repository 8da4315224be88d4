/** Runs a program on audio, block by block. The reference and the WASM executor both are one. */
export interface Executor {
  /** Back to the start: state cleared, then prewarmed with silence as NAM Core prewarms. */
  reset(): void;
  /**
   * Reads `frames` of `input` and writes `frames` of `output`. Mono: one float32 a frame. Programs
   * with several input or output channels use channel planes of `frames` floats, one after another.
   * The samples do not depend on how audio is split into blocks. Allocates nothing.
   */
  process(input: Float32Array, output: Float32Array, frames: number): void;
}
