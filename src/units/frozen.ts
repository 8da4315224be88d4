/** What a schema gives, as nobody may change it: objects and lists read-only, all the way down. */
export type Frozen<T> = { readonly [Key in keyof T]: Frozen<T[Key]> };
