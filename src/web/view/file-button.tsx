/** A button that asks for files. */
import type { JSX } from 'preact';

export interface FileButtonProps {
  readonly label: string;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly class?: string;
  readonly open: (files: readonly File[]) => void;
}

export const FileButton = (props: FileButtonProps): JSX.Element => (
  <label class={`file ${props.class ?? 'button'}`}>
    {props.label}
    <input
      type="file"
      multiple={props.multiple ?? false}
      accept={props.accept}
      onChange={(e) => {
        const files = [...(e.currentTarget.files ?? [])];
        if (files.length > 0) props.open(files);
        // The same file may be chosen again, when it was written anew.
        e.currentTarget.value = '';
      }}
    />
  </label>
);
