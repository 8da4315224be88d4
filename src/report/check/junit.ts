/** The verdicts of `check` as JUnit XML: a suite for the file, a case for each limit. */
import { type CheckResult, type CheckVerdict, subjectParts } from '../../study/check/verdict.ts';

/** XML 1.0 has characters that may not occur, escaped or not; lone surrogates are such too. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};
const escaped = (text: string, which: RegExp): string =>
  text.replace(illegal, '\ufffd').replace(which, (char) => escapes[char] ?? char);
const attribute = (text: string): string => escaped(text, /[&<>"\n\r\t]/g);
const content = (text: string): string => escaped(text, /[&<>]/g);

/** Another engine is the same case. */
const caseName = (verdict: CheckVerdict): string => {
  const { budget, metric, limitKind } = verdict;
  const parts = subjectParts({ ...verdict, engine: null });
  return [budget, ...parts, `${metric} ${limitKind}`].join(' / ');
};

const outcome = (verdict: CheckVerdict): string => {
  const message = `message="${attribute(verdict.message)}"`;
  switch (verdict.status) {
    case 'fail':
      return `<failure ${message} type="budget">${content(verdict.message)}</failure>`;
    case 'inconclusive':
      return `<error ${message} type="inconclusive">${content(verdict.message)}</error>`;
    case 'off':
      return '<skipped/>';
    case 'warn':
      return `<system-out>${content(`warning: ${verdict.message}`)}</system-out>`;
    case 'pass':
      return `<system-out>${content(verdict.message)}</system-out>`;
    default:
      return verdict.status satisfies never;
  }
};

export const renderCheckJunit = (result: CheckResult): string => {
  const file = result.verdicts[0]?.file ?? 'budgets.json';
  const totals = `tests="${result.verdicts.length}" failures="${result.counts.fail}" errors="${result.counts.inconclusive}" skipped="${result.counts.off}" time="0"`;
  // JUnit's schema wants the skipped count on the suite only.
  const cases = result.verdicts.map(
    (verdict) =>
      `    <testcase name="${attribute(caseName(verdict))}" classname="pedalbench.${attribute(verdict.device ?? 'scenario')}" file="${attribute(verdict.file)}" line="${verdict.line}" time="0">${outcome(verdict)}</testcase>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${result.verdicts.length}" failures="${result.counts.fail}" errors="${result.counts.inconclusive}" time="0">`,
    `  <testsuite name="${attribute(file)}" ${totals}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};
