/** What is known of a pedal, and from where. */
import type { JSX } from 'preact';
import { evidenceSentence, figureRows } from '../../report/device-text.ts';
import type { PageDevice } from '../devices.ts';
import { useProfiles } from './use-question.ts';

const noted = (note: string | undefined): string =>
  note === undefined || note === '' ? '' : ` (${note})`;

export const About = ({ device }: { readonly device: PageDevice }): JSX.Element => {
  const profile = useProfiles().find(({ id }) => id === device.id);
  if (profile === undefined) return <p>Reading the profile …</p>;
  const figures = figureRows(profile.chip);
  return (
    <>
      <p>
        {profile.chip === null
          ? 'The chip of this product is not published: what is known to run there decides.'
          : `${figures.length} figures, each with where it comes from.`}
      </p>
      <ul class="reasons">
        {profile.evidence.map((one, i) => (
          <li key={String(i)}>
            {evidenceSentence(one)}: {one.source}
            {noted(one.note)}
          </li>
        ))}
        {profile.player !== undefined && <li>{profile.player}</li>}
        {profile.notes?.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {figures.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        <section class="scroll tall" tabIndex={0} aria-label="Figures">
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
              {figures.map(({ path, value, kind, source, note }) => (
                <tr key={path}>
                  <th scope="row">{path}</th>
                  <td>{value}</td>
                  <td>{kind}</td>
                  <td>
                    {source}
                    {noted(note)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
};
