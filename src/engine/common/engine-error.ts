/** An engine was asked for what its library does not do. The message is a sentence with the way out. */
export class EngineError extends Error {
  readonly code = 'unsupported';
  /** The engine that the real library would fall back to; null where it refuses the model. */
  readonly fallback: string | null;

  constructor(engine: string, reason: string, fallback: string | null) {
    const advice = fallback ? ` Use ${fallback}, as the library does.` : '';
    super(`${engine}: ${reason}${advice}`);
    this.name = 'EngineError';
    this.fallback = fallback;
  }
}
