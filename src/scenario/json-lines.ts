/**
 * The lines on which the elements of a top-level array start. Works on valid JSON only: strings are
 * skipped, brackets counted.
 */
export const elementLines = (text: string, key: string): readonly number[] => {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let inside = false;
  let expectElement = false;
  let lastString = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\n') {
      line++;
      continue;
    }
    if (char === ' ' || char === '\t' || char === '\r') continue;
    if (inside && expectElement && depth === 2 && char !== ']') {
      lines.push(line);
      expectElement = false;
    }
    if (char === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      lastString = text.slice(start, i + 1);
    } else if (char === '[' || char === '{') {
      depth++;
      if (char === '[' && depth === 2 && lastString === JSON.stringify(key)) {
        inside = true;
        expectElement = true;
      }
    } else if (char === ']' || char === '}') {
      depth--;
      if (inside && depth === 1) return lines;
    } else if (char === ',' && inside && depth === 2) {
      expectElement = true;
    }
  }
  return lines;
};
