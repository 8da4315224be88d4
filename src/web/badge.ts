/** A badge as SVG: what runs where, in two fields. */
import { escapeXml } from '../report/chart/svg.ts';

/** Verdana of 11 px is about so wide; `textLength` makes it exact. */
const widthOf = (text: string): number => Math.round(text.length * 6.6);

export const badgeOf = (left: string, right: string): string => {
  const a = widthOf(left) + 14;
  const b = widthOf(right) + 14;
  const text = (at: number, what: string): string =>
    `<text x="${at}" y="14" textLength="${widthOf(what)}" text-anchor="middle">${escapeXml(what)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${a + b}" height="20" role="img" aria-label="${escapeXml(`${left}: ${right}`)}">` +
    `<title>${escapeXml(`${left}: ${right}`)}</title>` +
    `<rect width="${a}" height="20" fill="#444"/><rect x="${a}" width="${b}" height="20" fill="#0b5cad"/>` +
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(a / 2, left)}${text(a + b / 2, right)}</g></svg>`
  );
};
