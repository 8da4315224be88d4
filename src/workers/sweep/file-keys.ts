/** What the files of a run are recognised by. */

/** SHA-256 of the files that a job wrote, by their names in the folder of results. */
export type FileKeys = Readonly<Record<string, string>>;
