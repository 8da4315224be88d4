/** How a report is drawn: how wide, with colours or not, with ASCII only or not. */
export interface Style {
  readonly columns: number;
  readonly color: boolean;
  readonly ascii: boolean;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;
export type Ink = keyof typeof codes;

export const paint = (style: Style, ink: Ink, text: string): string => {
  if (!style.color || text === '') return text;
  const [on, off] = codes[ink];
  return `\u001b[${on}m${text}\u001b[${off}m`;
};

/** The end of a report: what the reader asks next, and the command that answers it. */
export const nextCommand = (style: Style, question: string, command: string): string[] => [
  `Next: ${question}:`,
  paint(style, 'cyan', `  pedalbench ${command}`),
];
