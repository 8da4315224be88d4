/** The answer in a sentence, with the name of what it is about. */
import type { JSX } from 'preact';
import type { Known } from '../store.ts';

export interface AnswerProps {
  readonly known: Known;
  /** '' while it is worked out. */
  readonly sentence: string;
}

export const Answer = ({ known, sentence }: AnswerProps): JSX.Element => {
  const { shown: model, working, expected, rows, warnings } = known;
  return (
    <section id="answer" aria-live="polite" aria-busy={working} tabIndex={-1}>
      <h2 class="model-name">
        {model?.metadata.name ?? model?.id ?? ''}{' '}
        <small>
          {model?.architecture} {model?.version}
          {model?.metadata.synthetic === true ? ', drawn weights' : ''}
        </small>
      </h2>
      <p class="answer">{sentence || 'Working it out …'}</p>
      {/* Its place stays, so that nothing jumps when it is done. */}
      <div class="progress">
        {working && <progress max={expected} value={rows.length} aria-label="Table" />}
      </div>
      {warnings.map((warning) => (
        <p key={warning} class="soft">
          {warning}
        </p>
      ))}
    </section>
  );
};
