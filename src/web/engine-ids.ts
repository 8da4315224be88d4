/** The engines by name. The engines themselves stay in the worker; a test holds the two lists equal. */
export const engineIds = [
  'nam-core',
  'nam-core-inline',
  'nam-core-a2fast',
  'planar-neon',
  't3k-embedded',
  'neural-audio',
  'tmp-nam',
  'pedalbench',
] as const;
