/** What is looked at in an open page. The script runs in the page and returns plain data. */

export interface Seen {
  readonly innerWidth: number;
  readonly scrollWidth: number;
  readonly charts: number;
  readonly texts: number;
  /** Numbers that a chart draws and its table does not have. */
  readonly untold: readonly string[];
  /** Texts of charts that end outside their picture. */
  readonly clipped: readonly string[];
  /** Texts that are cut at the edge of what holds them. */
  readonly cut: readonly string[];
  /** Pairs of texts of a chart that lie on each other. */
  readonly overlapping: readonly string[];
  /** Texts with less than 4.5:1 against what is behind them, with their ratio. */
  readonly faint: readonly string[];
  /** Texts below 9 pixels. */
  readonly small: readonly string[];
  readonly paperLuminance: number;
  /** Of all marks of all charts. */
  readonly colours: readonly string[];
  /** Rows of tables that are not drawn. */
  readonly hiddenRows: number;
}

export const pageFacts = `(() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((v) => {
      const share = v / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (node) => {
    for (let at = node; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const alpha = numbers(colour)[3] ?? 1;
      if (alpha > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const drawn = (node) => node.checkVisibility({ contentVisibilityAuto: true });
  const own = (node) =>
    [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim() !== '');
  const texts = [...document.body.querySelectorAll('*')].filter(
    (node) => !['STYLE', 'style', 'title', 'desc'].includes(node.tagName) && own(node) && drawn(node),
  );
  const faint = [];
  const small = [];
  for (const node of texts) {
    const style = getComputedStyle(node);
    const ratio = contrast(node.tagName === 'text' ? style.fill : style.color, behind(node));
    if (ratio < 4.5) faint.push(node.textContent + ' ' + ratio.toFixed(2));
    const svg = node.ownerSVGElement;
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const pixels = parseFloat(style.fontSize) * scale;
    if (pixels < 9) small.push(node.textContent + ' ' + pixels.toFixed(1));
  }
  const cut = texts
    .filter((node) => getComputedStyle(node).overflowX === 'hidden' && node.scrollWidth > node.clientWidth)
    .map((node) => node.textContent);
  const clipped = [];
  const overlapping = [];
  const charts = [...document.querySelectorAll('svg.chart')];
  for (const svg of charts) {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].map((node) => [node.textContent, node.getBoundingClientRect()]);
    for (const [text, box] of boxes) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) clipped.push(text);
    }
    boxes.forEach(([text, a], i) => {
      for (const [other, b] of boxes.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // Boxes of texts are taller than their letters.
        if (across > 1 && down > 4) overlapping.push(text + ' | ' + other);
      }
    });
  }
  const untold = [...document.querySelectorAll('figure')].flatMap((figure) => {
    const cells = new Set([...figure.querySelectorAll('td')].map((cell) => cell.textContent));
    return [...figure.querySelectorAll('svg *')].flatMap(({ dataset }) =>
      [dataset.value, dataset.x, dataset.low, dataset.high].filter(
        (drawn) => drawn !== undefined && !cells.has(drawn),
      ),
    );
  });
  const marks = [...document.querySelectorAll('svg.chart rect, svg.chart circle, svg.chart text')];
  return {
    innerWidth,
    scrollWidth: document.scrollingElement.scrollWidth,
    charts: charts.length,
    texts: texts.length,
    untold,
    clipped,
    cut,
    overlapping,
    faint,
    small,
    paperLuminance: luminance(behind(document.body)),
    colours: [...new Set(marks.map((node) => getComputedStyle(node).fill))].sort(),
    hiddenRows: [...document.querySelectorAll('tbody tr')].filter((row) => !drawn(row)).length,
  };
})()`;
