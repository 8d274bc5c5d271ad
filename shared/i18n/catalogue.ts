/** A translation has exactly the keys of the English catalogue; Chinese needs only the `_other` plural form. */
export type Catalogue<English> = {
  readonly [Key in keyof English as Key extends `${string}_one` ? never : Key]: English[Key] extends string
    ? string
    : Catalogue<English[Key]>;
};
