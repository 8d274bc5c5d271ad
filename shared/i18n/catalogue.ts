/** A translation has exactly the keys of the English catalogue; Chinese needs only the `_other` plural form. */
export type Catalogue<English> = {
  readonly [Key in keyof English as Key extends `${string}_one` ? never : Key]: English[Key] extends string
    ? string
    : Catalogue<English[Key]>;
};

/** The keys of a group of words as they are asked for: without their plural forms. */
export type WordOf<Group> = keyof Group extends infer Key
  ? Key extends `${infer Base}_${'one' | 'other'}`
    ? Base
    : Key
  : never;
