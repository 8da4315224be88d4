/** An option of a command. */

export interface OptionSpec {
  /** What stands for the value in the help; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times and with commas. */
  readonly list?: true;
  readonly choices?: readonly string[];
}
