/** What is known of a pedal, and from where. */
import type { JSX } from 'preact';
import type { PageDevice } from '../devices.ts';
import { useProfiles } from './use-question.ts';

/** A figure anywhere in a profile, with its path. */
interface Fact {
  readonly path: string;
  readonly value: string;
  readonly kind: string;
  readonly source: string;
  readonly note: string;
}

const factsOf = (node: unknown, path: string): readonly Fact[] => {
  if (typeof node !== 'object' || node === null) return [];
  if ('value' in node && 'kind' in node && 'source' in node) {
    const { value, low, high, note } = node as Record<string, unknown>;
    const range =
      low === undefined && high === undefined ? '' : ` (${low ?? value} to ${high ?? value})`;
    return [
      {
        path,
        value: `${typeof value === 'object' ? JSON.stringify(value) : String(value)}${range}`,
        kind: String(node.kind),
        source: String(node.source),
        note: note === undefined ? '' : String(note),
      },
    ];
  }
  return Object.entries(node).flatMap(([key, child]) =>
    factsOf(child, path === '' ? key : `${path}.${key}`),
  );
};

export const About = ({ device }: { readonly device: PageDevice }): JSX.Element => {
  const profile = useProfiles().find(({ id }) => id === device.id);
  if (profile === undefined) return <p>Reading the profile …</p>;
  const facts = factsOf(profile, '');
  return (
    <>
      <p>
        {profile.chip === null
          ? 'The chip of this product is not published: what is known to run there decides.'
          : `${facts.length} figures, each with where it comes from.`}
      </p>
      {profile.evidence.length > 0 && (
        <ul class="reasons">
          {profile.evidence.map((one, i) => (
            <li key={String(i)}>
              {one.statement} {one.model ?? ''}{' '}
              {one.firmware === undefined ? '' : `(firmware ${one.firmware})`}: {one.source}
              {one.note === undefined ? '' : `. ${one.note}`}
            </li>
          ))}
        </ul>
      )}
      {facts.length > 0 && (
        <div class="scroll tall">
          <table class="plain-table">
            <thead>
              <tr>
                <th scope="col">Figure</th>
                <th scope="col">Value</th>
                <th scope="col">Kind</th>
                <th scope="col">Source</th>
              </tr>
            </thead>
            <tbody>
              {facts.map((fact) => (
                <tr key={fact.path}>
                  <th scope="row">{fact.path}</th>
                  <td>{fact.value}</td>
                  <td>{fact.kind}</td>
                  <td>
                    {fact.source}
                    {fact.note === '' ? '' : ` (${fact.note})`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
};
